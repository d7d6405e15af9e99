/*
 * `npm run nightly`: the full matrix, by hand. At fast pace, one after the other, so that the spread of the MTTD is
 * that of an undisturbed machine: every scenario of the small stack ten times, every scenario of the full one three
 * times on each topology. Every scenario once at real pace, two at a time, since they mostly wait; and every test.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodes, FiredrillError, messageOf } from '../core/errors.ts';
import { type DrillRecord, recordSchema } from '../core/record.ts';
import type { StackName } from '../core/scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import { type Outcome, outcomesText, worstOf } from './nightly/outcomes.ts';
import { runCommand } from './nightly/run-command.ts';

const repeats = { metrics: 10, full: 3 } as const;
const atOnce = 2;
const project = fileURLToPath(new URL('..', import.meta.url));
const { stdout, stderr } = process;

interface Command {
  readonly name: string;
  /** Names its log and the folder of its runs. */
  readonly slug: string;
  readonly args: readonly string[];
}

const drills = (slug: string, name: string, ...args: string[]): Command => ({
  name,
  slug,
  args: ['harness/cli.ts', ...args],
});
const on = (stack: StackName) =>
  scenarios.filter(({ stacks }) => stacks.includes(stack)).map(({ name }) => name);
const fast = [
  ...on('metrics').map((name) => {
    const times = repeats.metrics;
    const args = ['--stack', 'metrics', '--repeat', String(times)];
    return drills(`${name}-metrics`, `${name} ×${times} on metrics`, name, ...args);
  }),
  ...on('full').map((name) => {
    const times = repeats.full;
    const args = ['--stack', 'full', '--compare', '--repeat', String(times)];
    return drills(`${name}-full`, `${name} ×${times} on each topology`, name, ...args);
  }),
];
const real = scenarios.map(({ name }) =>
  drills(`${name}-real`, `${name} at real pace`, name, '--pace', 'real'),
);
const tests: Command = { name: 'npm test', slug: 'test', args: ['scripts/test.ts'] };

async function run({ name, slug, args }: Command, place: string, signal: AbortSignal): Promise<Outcome> {
  const log = join(place, `${slug}.log`);
  const shown = relative(project, log);
  const runs = join(place, 'runs', slug);
  const startedAt = performance.now();
  stdout.write(`${name} … its output: ${shown}\n`);
  const isDrill = args[0] === 'harness/cli.ts';
  const exitCode = await runCommand(isDrill ? [...args, '--runs', runs] : args, {
    cwd: project,
    log,
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) return exitCodes.interrupted;
    stderr.write(`${name}: ${messageOf(error)}\n`);
    return exitCodes.broken;
  });
  const tookMs = performance.now() - startedAt;
  const records = isDrill ? await recordsIn(runs) : [];
  const held = isDrill ? heldText(records) : await lastLineOf(log);
  return { name, exitCode, tookMs, log: shown, held, records };
}

const heldText = (records: readonly DrillRecord[]) =>
  `${records.filter(({ outcome }) => outcome === 'pass').length} of ${records.length}`;

const lastLineOf = async (log: string) =>
  (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n').at(-1) ?? '';

/** The records of a command's runs; of what was never recorded, its exit code and log tell. */
async function recordsIn(runs: string): Promise<DrillRecord[]> {
  const entries = await readdir(runs, { withFileTypes: true }).catch(() => []);
  // `latest` is a link.
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const texts = await Promise.all(
    names.sort().map((name) => readFile(join(runs, name, 'record.json'), 'utf8').catch(() => undefined)),
  );
  return texts.flatMap((text) => (text === undefined ? [] : [recordSchema.parse(JSON.parse(text))]));
}

function untilInterrupted(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!stop.signal.aborted) stderr.write(`\n${name}: reverting faults and stopping stacks\n`);
      stop.abort();
    });
  }
  return stop.signal;
}

async function main(): Promise<number> {
  const signal = untilInterrupted();
  const stamp = new Date().toISOString().replace(/[-:]|\..*/g, '');
  const place = join(project, '.firedrill', 'nightly', stamp);
  await mkdir(place, { recursive: true });
  const outcomes: Outcome[] = [];
  const pairs = Array.from({ length: Math.ceil(real.length / atOnce) }, (_, i) =>
    real.slice(i * atOnce, (i + 1) * atOnce),
  );
  for (const together of [...fast.map((command) => [command]), ...pairs, [tests]]) {
    if (signal.aborted) break;
    outcomes.push(...(await Promise.all(together.map((command) => run(command, place, signal)))));
  }
  stdout.write(`\n${outcomesText(outcomes)}`);
  return worstOf(outcomes);
}

try {
  process.exitCode = await main();
} catch (error) {
  stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof FiredrillError ? error.exitCode : exitCodes.broken;
}
