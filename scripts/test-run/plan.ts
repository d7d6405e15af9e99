import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import type { Phase, Step } from './step.ts';

export interface PlanOptions {
  /** The project's directory. */
  readonly project: string;
  /** Path prefixes; empty: everything. */
  readonly only: readonly string[];
  /** Path of actionlint. */
  readonly actionlint: string;
  /** Whether output may have colours. */
  readonly colour: boolean;
}

/** The order in which integration tests run: what the others stand on comes first. */
const rooms = ['stacks/config.', 'stacks/', 'signals/', 'assertions/', 'reports/', 'scripts/'];
/**
 * Drills mostly wait, so they overlap inside these files, and several files at once; the files share what the machine
 * bears (harness/testing/places.ts). The longest come first.
 */
const isDrill = (file: string) => file.startsWith('harness/');
const drillOrder = [
  'harness/scenarios.',
  'harness/scenarios-docker.',
  'harness/broken-copies-full.',
  'harness/broken-copies.',
  'harness/shared-stack.',
  'harness/bad-',
];
/**
 * Containers take so much of the machine while they start, and their services are held to so little of it, that the
 * alerts of a drill beside them would notice: these files run one by one.
 */
const isInContainers = (file: string) => file.endsWith('-docker.integration.ts');
/** Drills that nobody lets finish, and commands that are refused. */
const isEnded = (file: string) => /^harness\/(kill|interrupt|unfit-machine)\./.test(file);

/** Every test of every kind, in the order in which they run; phases without any are left out. */
export async function planOf(options: PlanOptions): Promise<Phase[]> {
  const { project, only } = options;
  const wanted = (name: string) => only.length === 0 || only.some((prefix) => name.startsWith(prefix));
  const files = (await filesOf(project)).filter(wanted);
  const unit = files.filter((file) => file.endsWith('.test.ts'));
  const integration = files.filter((file) => file.endsWith('.integration.ts'));
  const drills = integration.filter(isDrill).sort((a, b) => rank(a, drillOrder) - rank(b, drillOrder));
  const others = integration.filter((file) => !isDrill(file)).sort((a, b) => rank(a, rooms) - rank(b, rooms));
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
    { title: 'integration tests', lanes: [{ atOnce: 2, steps: others.map(one) }] },
    {
      title: 'drills',
      lanes: [
        { atOnce: 3, steps: drills.filter((file) => !isInContainers(file) && !isEnded(file)).map(one) },
      ],
    },
    {
      title: 'drills in containers, and drills that are ended',
      lanes: [
        { atOnce: 1, steps: drills.filter(isInContainers).map(one) },
        // Nothing depends on how fast they are.
        {
          atOnce: 1,
          background: true,
          steps: drills.filter((file) => isEnded(file) && !isInContainers(file)).map(one),
        },
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
  for await (const file of glob('**/*.{test,integration}.ts', { cwd: project, exclude })) found.push(file);
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
    // Biome knows no types that are quick enough to ask; these rules need them.
    checker('oxlint', program('oxlint'), '--type-aware', '.'),
    checker('tsc', program('tsc'), '--noEmit', '--pretty', String(colour)),
    // Without the helpers that only some machines have: the same verdict everywhere.
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
