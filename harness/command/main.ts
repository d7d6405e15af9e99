/*
 * What `npm run scenario` does. The one place that reads the environment, handles the operating system's signals and
 * decides the exit code.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Mocha from 'mocha';
import { broken, exitCodes, FiredrillError, interrupted, messageOf } from '../../core/errors.ts';
import type { DrillEvent } from '../../core/events.ts';
import type { DrillRecord } from '../../core/record.ts';
import { type Scenario, withHoldTime } from '../../core/scenario.ts';
import { createConsole } from '../../reports/console/console.ts';
import { scenarios } from '../../scenarios/index.ts';
import { grafanaUser } from '../../stacks/components/grafana.ts';
import { progressRenderer } from '../../stacks/toolchain/progress.ts';
import { runDrill } from '../drill.ts';
import type { DrillOptions } from '../running-drill.ts';
import { Handover } from '../stack/handover.ts';
import { type Placement, scenarioOnPlacement } from '../stack/placement.ts';
import { type Arguments, readArguments, seeds, usage } from './arguments.ts';
import { comparisonText } from './compare.ts';
import { exitAfterOutput } from './exit-after-output.ts';
import { exitCodeOf } from './exit-code.ts';
import { listText } from './list.ts';
import { type Placed, placed } from './placed.ts';
import { repeatText } from './repeat.ts';
import { findScenario } from './scenario-file.ts';
import { defaultRuns, openSession, type Session } from './session.ts';
import { addDrill } from './suite.ts';

const { env, stdout, stderr } = process;

async function main(args: readonly string[]): Promise<number> {
  const given = readArguments(args);
  if (given.help) {
    stdout.write(usage);
    return exitCodes.held;
  }
  if (given.names.length === 0) {
    stdout.write(listText(scenarios, given.json));
    return exitCodes.held;
  }
  const chosen = placed(await allScenarios(given), given);
  const signal = untilInterrupted();
  const progress = progressRenderer(stderr);
  const session = await openSession({
    ...given,
    placements: chosen.flatMap(({ placements }) => placements),
    env,
    signal,
    toolProgress: progress.show,
  }).finally(progress.end);
  const records = await runUnderMocha(chosen, given, session, signal);
  const stream = given.json ? stderr : stdout;
  if (given.repeat > 1) stream.write(repeatText(records));
  if (given.compare) {
    const samples = ({ id }: DrillRecord) =>
      readFile(join(given.runs ?? defaultRuns, id, 'samples.csv'), 'utf8');
    const compared = records.map(async (record) => ({
      record,
      // A drill that broke early has none.
      samples: await samples(record).catch(() => ''),
    }));
    stream.write(comparisonText(await Promise.all(compared)));
  }
  return exitCodeOf(records);
}

/** Every fault of every name at once. */
async function allScenarios({ names, stays }: Arguments): Promise<Scenario[]> {
  const settled = await Promise.allSettled(names.map(findScenario));
  const problems = settled.flatMap((result) => {
    if (result.status === 'fulfilled') return [];
    if (result.reason instanceof FiredrillError) return result.reason.problems;
    throw result.reason;
  });
  if (problems.length > 0) throw new FiredrillError('bad-input', problems);
  return settled.flatMap((result) =>
    result.status === 'fulfilled' ? [withHoldTime(result.value, stays)] : [],
  );
}

/** The first Ctrl-C ends the drill in order; the second ends us, and the watcher cleans up. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      stderr.write(`\n${name}: reverting the fault and stopping the stack; once more to leave at once\n`);
      controller.abort(interrupted('the drill'));
    });
  }
  // A fault of ours that nothing caught must neither leave the service broken nor look like a failed check.
  for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(name, (error: unknown) => {
      stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      controller.abort(broken('harness', messageOf(error), 'this is a fault of firedrill itself', error));
    });
  }
  return controller.signal;
}

/** One drill of the command. */
interface Planned {
  readonly title: string;
  readonly scenario: Scenario;
  readonly placement: Placement;
  readonly seed?: number;
}

function plan(chosen: readonly Placed[], { compare, repeat, seed }: Arguments): Planned[] {
  return chosen.flatMap(({ scenario, placements }) =>
    placements.flatMap((placement) => {
      const where = compare ? `${scenario.name} on ${placement.topology}` : scenario.name;
      return Array.from({ length: repeat }, (_, i) => ({
        title: repeat > 1 ? `${where} (${i + 1} of ${repeat})` : where,
        scenario,
        placement,
        ...(seed === undefined ? {} : { seed: (seed + i) % seeds }),
      }));
    }),
  );
}

async function runUnderMocha(
  chosen: readonly Placed[],
  given: Arguments,
  session: Session,
  signal: AbortSignal,
): Promise<DrillRecord[]> {
  const records: DrillRecord[] = [];
  const failures: unknown[] = [];
  // The console and the record tell everything; mocha's own report would only repeat it.
  const mocha = new Mocha({ reporter: Mocha.reporters.Base });
  const drills = plan(chosen, given);
  let running = -1;
  const handover = new Handover(() => (given.freshStack ? undefined : drills[running + 1]));
  drills.forEach((planned, nth) => {
    const { title, scenario, placement } = planned;
    addDrill(mocha.suite, title, scenarioOnPlacement(scenario, placement), given.pace, async () => {
      signal.throwIfAborted();
      // Bad input stays bad: repeating it would only repeat its message.
      const refused = records.find(
        (record) =>
          record.outcome === 'bad-input' &&
          record.scenario.name === scenario.name &&
          record.stack.topology === placement.topology,
      );
      if (refused) return refused;
      running = nth;
      try {
        const record = await oneDrill(planned, given, session, handover, signal);
        records.push(record);
        return record;
      } catch (error) {
        failures.push(error);
        throw error;
      }
    });
  });
  await new Promise<void>((done) => {
    const runner = mocha.run(() => done());
    // What nothing caught is ours to handle: mocha would end the run under a drill that still goes on.
    process.off('uncaughtException', runner.uncaught);
  });
  await handover.close();
  // A drill without a record: nothing but its error tells what happened.
  if (failures.length > 0) throw failures[0];
  if (records.length === 0) signal.throwIfAborted();
  return records;
}

async function oneDrill(
  { scenario, placement, seed }: Planned,
  given: Arguments,
  session: Session,
  handover: Handover,
  signal: AbortSignal,
): Promise<DrillRecord> {
  const stream = given.json ? stderr : stdout;
  const tty = stream.isTTY === true;
  const colour = env.NO_COLOR ? false : tty || Boolean(env.FORCE_COLOR);
  const console = createConsole({ stream, tty, colour, columns: stream.columns || 100 });
  const contained = (work: () => void) => {
    try {
      work();
    } catch (error) {
      stderr.write(`console: ${messageOf(error)}\n`);
    }
  };
  const tell = (event: DrillEvent) => contained(() => console.tell(event));
  const options = session(scenario, placement, tell, seed);
  const keep: DrillOptions['beforeTearDown'] = async (record, { runtime }) => {
    const addresses = record.stack.components.map(
      ({ name, address }) => `  ${name.padEnd(20)} ${name === 'postgres' ? name : 'http'}://${address}`,
    );
    const grafana = record.stack.components.some(({ name }) => name === 'grafana')
      ? `  Grafana's user is ${grafanaUser}, with the password ${runtime.secret}\n`
      : '';
    contained(() => console.finish(record));
    stream.write(`\nThe stack is still up; Ctrl-C stops it.\n${addresses.join('\n')}\n${grafana}`);
    // Not a wait for a condition: the person decides.
    while (!signal.aborted) await sleep(1_000_000, undefined, { signal }).catch(() => {});
  };
  const record = await runDrill({ ...options, handover, ...(given.keep ? { beforeTearDown: keep } : {}) });
  if (!given.keep || record.problem) contained(() => console.finish(record));
  console.close();
  if (given.json) stdout.write(`${JSON.stringify(record)}\n`);
  return record;
}

// Whoever reads us may leave first, as a pager or a closed terminal does; the reports are written all the same.
for (const stream of [stdout, stderr]) stream.on('error', () => {});

try {
  exitAfterOutput(await main(process.argv.slice(2)));
} catch (error) {
  stderr.write(`${messageOf(error)}\n`);
  if (!(error instanceof FiredrillError) && error instanceof Error) stderr.write(`${error.stack}\n`);
  exitAfterOutput(error instanceof FiredrillError ? error.exitCode : exitCodes.broken);
}
