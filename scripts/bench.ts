/*
 * `npm run bench`: figures and what they compare with, measured in one run on this machine. Nothing is judged and
 * nothing fails for being slow; a machine that does something else meanwhile shows in every figure.
 */
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { broken, exitCodes, interrupted, messageOf } from '../core/errors.ts';
import { paces } from '../core/pace.ts';
import type { RuntimeName } from '../core/runtime.ts';
import { ownPlacement } from '../harness/command/placed.ts';
import { openSession, type Session } from '../harness/command/session.ts';
import type { Placement } from '../harness/stack/placement.ts';
import { scenarioNamed } from '../scenarios/index.ts';
import { progressRenderer } from '../stacks/toolchain/progress.ts';
import { type Arguments, readArguments, usage } from './bench/arguments.ts';
import { comparisonText } from './bench/comparison.ts';
import { type Measured, measureDrill } from './bench/drill.ts';
import { drillsText, receiversText } from './bench/report.ts';
import { measureShared, type Shared, sharedText } from './bench/shared.ts';
import { runScript } from './run-script.ts';
import { untilInterrupted } from './until-interrupted.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const { env, stdout, stderr } = process;

/** The drills of one runtime. */
interface Series {
  readonly runtime: RuntimeName;
  readonly session: Session;
  readonly measured: Measured[];
}

/** Drills each runtime in turn, so that what else the machine does meanwhile meets them alike. */
async function measureDrills(
  { repeat, runtimes, images }: Arguments,
  signal: AbortSignal,
): Promise<readonly Series[]> {
  const scenario = scenarioNamed('checkout-errors');
  const placement = ownPlacement(scenario);
  const series: Series[] = [];
  // Containers first: without a daemon nothing is built in vain.
  for (const runtime of runtimes.toReversed()) {
    const session = await sessionOn(runtime, placement, images, signal);
    series.unshift({ runtime, session, measured: [] });
  }
  for (let nth = 1; nth <= repeat; nth++) {
    for (const { runtime, session, measured } of series) {
      stderr.write(`drill ${nth} of ${repeat} on ${runtime}\n`);
      try {
        measured.push(await measureDrill(session, scenario, placement));
      } catch (error) {
        signal.throwIfAborted();
        // The figures of those that held are worth as much as before.
        stderr.write(`left out: ${messageOf(error)}\n`);
      }
      signal.throwIfAborted();
    }
  }
  const without = series.filter(({ measured }) => measured.length === 0).map(({ runtime }) => runtime);
  if (without.length > 0)
    throw broken('bench', `no drill on ${without.join(' or ')} held: there are no figures`);
  return series;
}

async function sessionOn(
  runtime: RuntimeName,
  placement: Placement,
  images: Arguments['images'],
  signal: AbortSignal,
): Promise<Session> {
  const renderer = progressRenderer(stderr);
  return await openSession({
    ...{ env, signal, pace: paces.fast, runtime, placements: [placement], toolProgress: renderer.show },
    ...(images && runtime === 'docker' ? { images } : {}),
  }).finally(renderer.end);
}

async function measureOnOneStack(
  { repeat, runtimes: [runtime = 'process'], images }: Arguments,
  signal: AbortSignal,
): Promise<Shared[]> {
  const scenarios = ['checkout-errors', 'monthly-rent'].map(scenarioNamed);
  const placement: Placement = { stack: 'full', topology: 'sidecar' };
  const session = await sessionOn(runtime, placement, images, signal);
  return await measureShared(session, scenarios, placement, {
    repeat,
    say: (line) => void stderr.write(`${line}\n`),
  });
}

function figuresText(series: readonly Series[]): string {
  const measuredOn = (name: RuntimeName) => series.find(({ runtime }) => runtime === name)?.measured;
  const tables = series.map(({ runtime, measured }) => {
    const images = measured[0]?.images;
    const drills = `${measured.length} drills that held`;
    return `${runtime}${images ? `, ${images} images` : ''}, ${drills}\n${drillsText(runtime, measured)}\n`;
  });
  const [onProcess, onDocker] = [measuredOn('process'), measuredOn('docker')];
  if (onProcess && onDocker) tables.push(`${comparisonText(onProcess, onDocker)}\n`);
  return tables.join('');
}

async function main(given: Arguments): Promise<number> {
  const signal = untilInterrupted({ reason: interrupted('the benchmark') });
  const busy = loadavg()[0]?.toFixed(1);
  const where = `at fast pace on ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, load average before ${busy}`;
  if (given.shared) {
    const shared = await measureOnOneStack(given, signal);
    stdout.write(`${given.repeat} turns ${where}\n\n${sharedText(shared)}`);
    return exitCodes.held;
  }
  const series = await measureDrills(given, signal);
  stdout.write(`${given.repeat} × checkout-errors ${where}\n\n`);
  stdout.write(figuresText(series));
  const bench = join('signals', 'receivers', 'receivers.bench.ts');
  const output = await execa(process.execPath, [bench], { cwd: project, cancelSignal: signal });
  stdout.write(receiversText(output.stdout));
  return exitCodes.held;
}

await runScript({ usage, read: readArguments, main });
