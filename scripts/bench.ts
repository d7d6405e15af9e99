/*
 * `npm run bench`: figures and what they compare with, measured in one run on this machine. Nothing is judged and
 * nothing fails for being slow; a machine that does something else meanwhile shows in every figure.
 */
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { badInput, exitCodes, FiredrillError, interrupted, messageOf } from '../core/errors.ts';
import { paces } from '../core/pace.ts';
import { ownPlacement } from '../harness/placement.ts';
import { openSession } from '../harness/session.ts';
import { scenarioNamed } from '../scenarios/index.ts';
import { progressRenderer } from '../stacks/toolchain/progress.ts';
import { type Measured, measureDrill } from './bench/drill.ts';
import { drillsText, receiversText } from './bench/report.ts';

const usage = `usage: npm run bench [-- --repeat N]

Drills checkout-errors N times (default 5) at fast pace on the full stack, then has the receivers' own benchmark run, and prints
what was measured beside the budgets of docs/design.md.
`;

const project = fileURLToPath(new URL('..', import.meta.url));
const { env, stdout, stderr } = process;

function readArguments(args: readonly string[]): { repeat: number; help: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: { repeat: { type: 'string', default: '5' }, help: { type: 'boolean', short: 'h' } },
  });
  const repeat = Number(values.repeat);
  if (!Number.isInteger(repeat) || repeat < 1)
    throw new Error(`--repeat ${values.repeat}: expected a whole number from 1 on`);
  return { repeat, help: values.help === true };
}

function untilInterrupted(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => stop.abort(interrupted('the benchmark')));
  }
  return stop.signal;
}

async function measureDrills(repeat: number, signal: AbortSignal): Promise<Measured[]> {
  const renderer = progressRenderer(stderr);
  const scenario = scenarioNamed('checkout-errors');
  const placement = ownPlacement(scenario);
  const options = {
    ...{ env, signal, pace: paces.fast, runtime: 'process' as const },
    ...{ placements: [placement], toolProgress: renderer.show },
  };
  const session = await openSession(options).finally(renderer.end);
  const measured: Measured[] = [];
  for (let nth = 1; nth <= repeat; nth++) {
    stderr.write(`drill ${nth} of ${repeat}\n`);
    measured.push(await measureDrill(session, scenario, placement));
    signal.throwIfAborted();
  }
  return measured;
}

async function main(args: readonly string[]): Promise<number> {
  let given: ReturnType<typeof readArguments>;
  try {
    given = readArguments(args);
  } catch (error) {
    throw badInput({ where: 'arguments', message: messageOf(error), hint: 'npm run bench -- --help' });
  }
  if (given.help) {
    stdout.write(usage);
    return exitCodes.held;
  }
  const signal = untilInterrupted();
  const busy = loadavg()[0]?.toFixed(1);
  const measured = await measureDrills(given.repeat, signal);
  const model = cpus()[0]?.model ?? 'unknown processor';
  stdout.write(
    `${given.repeat} × checkout-errors at fast pace on ${cpus().length} × ${model}, load average before ${busy}\n\n`,
  );
  stdout.write(`${drillsText(measured)}\n`);
  const bench = join('signals', 'receivers', 'receivers.bench.ts');
  const output = await execa(process.execPath, [bench], { cwd: project, cancelSignal: signal });
  stdout.write(receiversText(output.stdout));
  return exitCodes.held;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof FiredrillError ? error.exitCode : exitCodes.broken;
}
