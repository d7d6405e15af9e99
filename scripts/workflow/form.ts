import { z } from 'zod';

/*
 * The part of a workflow's form that is understood here; every other key is refused.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const env = z.record(z.string(), scalar).default({});
const minutes = z.number().positive();
/** What decides about a token, or about runs beside each other, means nothing on a machine of one's own. */
const elsewhere = z.unknown().optional();

const step = z
  .strictObject({
    id: z.string().optional(),
    name: z.string().optional(),
    if: z.string().optional(),
    run: z.string().optional(),
    uses: z
      .string()
      .regex(/^[\w.-]+(\/[\w.-]+)+@[\w.-]+$/, 'only actions of other repositories are understood')
      .optional(),
    with: z.record(z.string(), scalar).default({}),
    shell: z.literal('bash').optional(),
    env,
    'timeout-minutes': minutes.optional(),
  })
  .refine(({ run, uses }) => (run === undefined) !== (uses === undefined), 'needs either "run" or "uses"');

const input = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    description: z.string().optional(),
    required: z.boolean().default(false),
    default: z.string().default(''),
  }),
  z.strictObject({
    type: z.literal('choice'),
    description: z.string().optional(),
    required: z.boolean().default(false),
    options: z.array(z.string()).min(1),
    default: z.string().optional(),
  }),
]);

export const workflowForm = z.strictObject({
  name: z.string().optional(),
  on: z.strictObject({
    schedule: z.array(z.strictObject({ cron: z.string() })).optional(),
    workflow_dispatch: z.strictObject({ inputs: z.record(z.string(), input).default({}) }).nullable(),
  }),
  permissions: elsewhere,
  concurrency: elsewhere,
  env,
  jobs: z.record(
    z.string(),
    z.strictObject({
      name: z.string().optional(),
      'runs-on': z.string().startsWith('ubuntu-', 'only jobs on Linux are understood'),
      'timeout-minutes': minutes.optional(),
      permissions: elsewhere,
      concurrency: elsewhere,
      env,
      steps: z.array(step).min(1),
    }),
  ),
});

export type WorkflowForm = z.output<typeof workflowForm>;
export type StepForm = z.output<typeof step>;
export type InputForm = z.output<typeof input>;

/** `with:` of actions/checkout; whatever would check out something else is refused. */
export const checkoutForm = z.strictObject({ 'persist-credentials': z.enum(['true', 'false']).optional() });

const place = (path: string) =>
  path.startsWith('/') || path.startsWith('~') || path.split('/').includes('..');
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** `with:` of actions/upload-artifact. */
export const uploadForm = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]+$/, 'must be a plain name')
    .default('artifact'),
  path: z
    .string()
    .transform((text) =>
      text
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    )
    .refine((paths) => !paths.some((path) => place(path.replace(/^!/, ''))), 'must be paths of the project')
    .refine(
      (paths) => !paths.some((path) => !path.startsWith('!') && /[*?[]/.test(path)),
      'patterns are understood after ! only',
    ),
  'include-hidden-files': flag,
  'if-no-files-found': z.enum(['warn', 'error', 'ignore']).default('warn'),
  'retention-days': z.string().optional(),
});
