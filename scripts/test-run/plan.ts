import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import type { Phase, Step } from './step.ts';

export interface PlanOptions {
  /** The project's directory. */
  readonly project: string;
  /** Path prefixes of test files, or names of checkers; empty: everything. */
  readonly only: readonly string[];
  /** Whether the files `*.nightly.ts` are run too. Default: no. */
  readonly nightly?: boolean;
  /** Path of actionlint. */
  readonly actionlint: string;
  /** Whether output may have colours. */
  readonly colour: boolean;
}

/** The order in which integration tests run: the rooms on which others depend come first. */
const integrationOrder = ['stacks/config.', 'stacks/', 'signals/', 'systems/', 'harness/', 'scripts/'];
/**
 * The files directly in `harness` run drills. Drills mostly wait, so drills overlap within a file, and several files run at
 * the same time. The files share the number of drills that the machine can run (harness/testing/slots.ts). The longest
 * files come first.
 */
const isDrill = (file: string) => /^harness\/[^/]+$/.test(file);
const drillOrder = [
  'harness/scenarios.',
  'harness/scenarios-docker.',
  'harness/systems.',
  'harness/broken-copies-full.',
  'harness/broken-copies.',
  'harness/shared-stack.',
];
/** These files run one by one. Containers use much of the machine while they start. */
const isInContainers = (file: string) => /-docker\.\w+\.ts$/.test(file);
/** Drills that are killed or interrupted, and commands that are refused. Their results do not depend on their speed. */
const isCutShort = (file: string) =>
  /^harness\/(kill|interrupt|ended-docker|unfit-machine|bad-\w+)\./.test(file);

/** Every test, in the order in which it runs. Phases without tests are left out. */
export async function planOf(options: PlanOptions): Promise<Phase[]> {
  const { project, only } = options;
  const wanted = (name: string) => only.length === 0 || only.some((prefix) => name.startsWith(prefix));
  const files = (await filesOf(project)).filter(wanted);
  const unit = files.filter((file) => file.endsWith('.test.ts'));
  const integration = files.filter(
    (file) => file.endsWith('.integration.ts') || (options.nightly && file.endsWith('.nightly.ts')),
  );
  const drills = integration.filter(isDrill).sort((a, b) => rank(a, drillOrder) - rank(b, drillOrder));
  const wholeDrills = drills.filter((file) => !isCutShort(file));
  const others = integration
    .filter((file) => !isDrill(file))
    .sort((a, b) => rank(a, integrationOrder) - rank(b, integrationOrder));
  const one = (file: string) => mochaStep(options, file, [file]);
  const phases: Phase[] = [
    {
      title: 'checks and unit tests',
      lanes: [
        {
          atOnce: 2,
          steps: [
            ...(await checkers(options)).filter(({ name }) => wanted(name)),
            ...(unit.length > 0 ? [mochaStep(options, 'unit tests', unit)] : []),
          ],
        },
      ],
    },
    {
      title: 'integration tests, and drills that are cut short',
      lanes: [
        { atOnce: 2, repeated: true, steps: others.map(one) },
        { atOnce: 1, background: true, repeated: true, steps: drills.filter(isCutShort).map(one) },
      ],
    },
    {
      title: 'drills',
      lanes: [
        { atOnce: 3, steps: wholeDrills.filter((file) => !isInContainers(file)).map(one) },
        { atOnce: 1, steps: wholeDrills.filter(isInContainers).map(one) },
      ],
    },
  ];
  return phases
    .map((phase) => ({ ...phase, lanes: phase.lanes.filter(({ steps }) => steps.length > 0) }))
    .filter(({ lanes }) => lanes.length > 0);
}

const rank = (file: string, order: readonly string[]): number => {
  const found = order.findIndex((prefix) => file.startsWith(prefix));
  return found < 0 ? order.length : found;
};

async function filesOf(project: string): Promise<string[]> {
  const found: string[] = [];
  const exclude = (path: string) => path === 'node_modules' || path.startsWith('.');
  for await (const file of glob('**/*.{test,integration,nightly}.ts', { cwd: project, exclude }))
    found.push(file);
  return found.sort();
}

async function checkers({ project, colour, actionlint }: PlanOptions): Promise<Step[]> {
  const program = (name: string) => join(project, 'node_modules', '.bin', name);
  const checker = (name: string, file: string, ...args: string[]): Step => ({
    name,
    file,
    args,
    kind: 'checker',
  });
  const workflows = await Array.fromAsync(glob('.github/workflows/*.{yml,yaml}', { cwd: project }));
  return [
    checker(
      'biome',
      program('biome'),
      'check',
      '--error-on-warnings',
      `--colors=${colour ? 'force' : 'off'}`,
      '.',
    ),
    // These rules need types. Biome's own type information is too slow.
    checker('oxlint', program('oxlint'), '--type-aware', '.'),
    checker('tsc', program('tsc'), '--noEmit', '--pretty', String(colour)),
    // Without shellcheck and pyflakes, which only some machines have: the result is the same everywhere.
    checker(
      'actionlint',
      actionlint,
      '-shellcheck=',
      '-pyflakes=',
      colour ? '-color' : '-no-color',
      ...workflows.sort(),
    ),
  ];
}

const mochaStep = ({ project, colour }: PlanOptions, name: string, files: readonly string[]): Step => ({
  name,
  file: process.execPath,
  args: [
    join(project, 'node_modules', 'mocha', 'bin', 'mocha.js'),
    '--fail-zero',
    colour ? '--color' : '--no-color',
    '--reporter',
    join(import.meta.dirname, 'reporter.ts'),
    ...files,
  ],
  kind: 'mocha',
});
