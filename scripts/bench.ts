/*
 * `npm run bench`: measures drills on this machine and compares the figures with the budgets. A slow result is not a
 * failure. Other load on the machine affects every figure.
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
import { untilInterrupted } from '../harness/command/until-interrupted.ts';
import type { Placement } from '../harness/stack/placement.ts';
import { scenarioNamed } from '../scenarios/index.ts';
import { progressRenderer } from '../stacks/toolchain/progress.ts';
import { type Arguments, readArguments, usage } from './bench/arguments.ts';
import { comparisonText } from './bench/comparison.ts';
import { type Measured, measureDrill } from './bench/drill.ts';
import { drillsText, receiversText } from './bench/report.ts';
import { measureShared, type Shared, sharedText } from './bench/shared.ts';
import { runScript } from './run-script.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const { env, stdout, stderr } = process;

/** The drills of one runtime. */
interface Series {
  readonly runtime: RuntimeName;
  readonly session: Session;
  readonly measured: Measured[];
}

/**
 * Alternates the runtimes, so that other load on the machine affects them equally.
 *
 * @throws FiredrillError `broken` when no drill on one of the runtimes held.
 */
async function measureDrills(
  { repeat, runtimes, images }: Arguments,
  signal: AbortSignal,
): Promise<readonly Series[]> {
  const scenario = scenarioNamed('checkout-errors');
  const placement = ownPlacement(scenario);
  const series: Series[] = [];
  // Containers first: a missing daemon is found before any tool is built.
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
        // A failed drill does not invalidate the figures of the others.
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
  const scenarios = ['checkout-errors', 'monthly-rent'].map((name) => scenarioNamed(name));
  const placement: Placement = { stack: 'full', topology: 'sidecar', with: [] };
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
  if (given.limits) {
    await execa(process.execPath, [join('harness', 'limits.bench.ts')], {
      ...{ cwd: project, cancelSignal: signal, stdout: 'inherit', stderr: 'inherit' },
    });
    return exitCodes.held;
  }
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
