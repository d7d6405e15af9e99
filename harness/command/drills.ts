/*
 * Runs the drills of a command one after the other. Handles the signals of the operating system meanwhile.
 */
import Mocha from 'mocha';
import type { WrittenFiles } from '../../configuration/files/files.ts';
import { alertingRules } from '../../configuration/rules/choose-rule.ts';
import { broken, interrupted, messageOf } from '../../core/errors.ts';
import type { DrillEvent, Tell } from '../../core/events.ts';
import type { Problems } from '../../core/problems.ts';
import type { DrillRecord } from '../../core/record.ts';
import { asWritten, hasTopology, withHoldTime } from '../../core/scenario.ts';
import { createConsole } from '../../reports/console/console.ts';
import { grafanaUser } from '../../stacks/components/grafana.ts';
import { progressRenderer } from '../../stacks/toolchain/progress.ts';
import { runDrill } from '../drill.ts';
import { appendDrillLines } from '../ledger/append-lines.ts';
import { drillLineOf } from '../ledger/line-of-record.ts';
import type { DrillOptions } from '../running-drill.ts';
import { Handover } from '../stack/handover.ts';
import { attachedOf, type Placement, placementKey, scenarioOnPlacement } from '../stack/placement.ts';
import { type Arguments, type FoundArguments, seeds } from './arguments.ts';
import { openAttachedSession, stagingDrills } from './attach.ts';
import { checkByTools } from './check-by-tools.ts';
import { checkInput, type Judged } from './check-input.ts';
import { type Placed, placed } from './placed.ts';
import { type FoundScenario, findScenario } from './scenario-file.ts';
import { ledgerFileOf, openSession, project, type Session } from './session.ts';
import { addDrill } from './suite.ts';
import { readSystemsOnce } from './system-file.ts';
import { checkByToolsAtHand } from './tools-at-hand.ts';
import { untilAborted, untilInterrupted } from './until-interrupted.ts';
import { wantsColour } from './wants-colour.ts';

const { env, stderr } = process;

/** Where a command prints. */
export interface Output {
  /** Of the console. */
  readonly stream: NodeJS.WriteStream;
  /** Called after each drill. */
  readonly onRecord?: (record: DrillRecord) => void;
}

/** Drills whose input is good and whose tools are there. */
export interface PreparedDrills {
  readonly chosen: readonly Placed[];
  /** Their stacks, with the configuration as written. None of a staging, whose configuration each drill reads. */
  readonly judged: Judged;
  readonly session: Session;
  /** The names of all alerting rules; of a staging those that its drills have read. */
  rules(): string[];
  /**
   * Runs them. An interruption ends them: the records so far are returned.
   *
   * @throws FiredrillError of a drill that has no record.
   */
  run(): Promise<DrillRecord[]>;
}

/**
 * Checks the whole input of the drills of a command, and makes sure that their tools are there.
 *
 * @param problems receives every problem; those that it has already are refused together with them.
 * @throws FiredrillError `bad-input` with all of them, before a tool is built.
 */
export async function prepareDrills(
  { given, doubtful }: FoundArguments,
  output: Output,
  problems: Problems,
): Promise<PreparedDrills> {
  if (given.attach !== undefined) return await prepareAttached(given, given.attach, output, problems);
  const { chosen, judged } = await chosenScenarios(given, doubtful, problems);
  if (problems.all.length > 0) await checkByToolsAtHand(judged, problems);
  problems.refuse();
  // The folder of the runs is made, or refused, by the first drill.
  if (given.ledger !== undefined) await appendDrillLines(ledgerFileOf(given), []);
  const signal = untilEnded();
  const progress = progressRenderer(stderr);
  const session = await openSession({
    ...given,
    placements: chosen.flatMap(({ placements }) => placements),
    env,
    signal,
    toolProgress: progress.show,
  }).finally(progress.end);
  for (const one of judged)
    if (session.tools) await checkByTools(one, { ...session.tools, signal }, problems);
  problems.refuse();
  return {
    chosen,
    judged,
    session,
    rules: () => judged.flatMap(({ written }) => ruleNames(written)),
    run: () => runUnderMocha(chosen, given, withJudged(session, judged), signal, output),
  };
}

/** The same, for drills of a staging that runs already. @param file that describes it. */
async function prepareAttached(
  given: Arguments,
  file: string,
  output: Output,
  problems: Problems,
): Promise<PreparedDrills> {
  const { staging, chosen } = await stagingDrills(given, file, env, problems);
  if (given.ledger !== undefined) await appendDrillLines(ledgerFileOf(given), []);
  const signal = untilEnded();
  const progress = progressRenderer(stderr);
  const session = await openAttachedSession({
    ...given,
    ...{ staging, env, signal, toolProgress: progress.show },
  }).finally(progress.end);
  // Each drill reads the configuration anew: a staging may change at any time.
  const opened = withJudged(session, []);
  const names = new Set<string>();
  const onRead = (written: WrittenFiles) => {
    for (const name of ruleNames(written)) names.add(name);
  };
  const open: OpenDrill = (planned, tell) => ({ ...opened(planned, tell), onRead });
  const run = () => runUnderMocha(chosen, { ...given, freshStack: true }, open, signal, output);
  return { chosen, judged: [], session, rules: () => [...names], run };
}

const ruleNames = (written: WrittenFiles): string[] =>
  alertingRules(written).map(({ labels }) => labels.alertname ?? '');

/** Options that decide the stack and the configuration of a scenario. */
const deciding = ['pace', 'stack', 'topology', 'compare', 'config'];

/**
 * Finds the scenarios of a command, and checks them and their configuration.
 *
 * @param doubtful options whose value is not known.
 * @param problems receives every problem of the scenarios and their configuration.
 */
async function chosenScenarios(
  given: Arguments,
  doubtful: ReadonlySet<string>,
  problems: Problems,
): Promise<{ readonly chosen: readonly Placed[]; readonly judged: Judged }> {
  const scenarios: FoundScenario[] = [];
  const readSystem = readSystemsOnce();
  for (const name of given.names) {
    const found = await findScenario(name, problems, undefined, readSystem);
    if (found) scenarios.push({ ...found, scenario: withHoldTime(found.scenario, given.stays) });
  }
  const isKnown = deciding.every((option) => !doubtful.has(option));
  const chosen = isKnown ? placed(scenarios, given, problems) : [];
  // A scenario is not checked against a stack on which it cannot run.
  const fit = chosen.filter(({ scenario, placements }) =>
    placements.every(
      ({ stack, topology }) => scenario.stacks.includes(stack) && hasTopology(stack, topology),
    ),
  );
  return { chosen, judged: await checkInput(fit, given, project, problems) };
}

/** Drills use the files that were checked: they are read and judged once. */
function withJudged(session: Session, judged: Judged): OpenDrill {
  const files = new Map(judged.map(({ placement, written }) => [placementKey(placement), written]));
  return ({ scenario, placement, seed }, tell) => {
    const written = files.get(placementKey(placement));
    return {
      ...session(scenario, placement, tell, seed),
      ...(written ? { judged: written } : {}),
      checked: session.tools !== undefined,
    };
  };
}

/** The options of a drill. */
type OpenDrill = (planned: Planned, tell: Tell) => DrillOptions;

/** The first Ctrl-C ends the drill in order; the second ends us, and the watcher cleans up. */
function untilEnded(): AbortSignal {
  const interruption = untilInterrupted({
    message: 'reverting the fault and stopping the stack; once more to leave at once',
    reason: interrupted('the drill'),
    leaves: true,
  });
  const failed = new AbortController();
  // A fault of ours that nothing caught must neither leave the service broken nor look like a failed check.
  for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(name, (error: unknown) => {
      stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      failed.abort(broken('harness', messageOf(error), 'this is a fault of firedrill itself', error));
    });
  }
  return AbortSignal.any([interruption, failed.signal]);
}

/** One drill of the command. */
interface Planned extends FoundScenario {
  readonly title: string;
  readonly placement: Placement;
  readonly seed?: number;
}

function plan(chosen: readonly Placed[], { compare, repeat, seed }: Arguments): Planned[] {
  return chosen.flatMap(({ scenario, whereOf, placements }) =>
    placements.flatMap((placement) => {
      const where = compare ? `${scenario.name} on ${placement.topology}` : scenario.name;
      return Array.from({ length: repeat }, (_, i) => ({
        title: repeat > 1 ? `${where} (${i + 1} of ${repeat})` : where,
        scenario,
        whereOf,
        placement,
        ...(seed === undefined ? {} : { seed: (seed + i) % seeds }),
      }));
    }),
  );
}

async function runUnderMocha(
  chosen: readonly Placed[],
  given: Arguments,
  openDrill: OpenDrill,
  signal: AbortSignal,
  output: Output,
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
    const onStack = scenarioOnPlacement(scenario, placement);
    addDrill(mocha.suite, title, onStack, given.pace, attachedOf(placement), async () => {
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
        const record = await oneDrill(planned, given, openDrill, handover, signal, output);
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
  planned: Planned,
  given: Arguments,
  openDrill: OpenDrill,
  handover: Handover,
  signal: AbortSignal,
  { stream, onRecord }: Output,
): Promise<DrillRecord> {
  const { scenario, whereOf, placement } = planned;
  const tty = stream.isTTY === true;
  const console = createConsole({
    stream,
    tty,
    colour: wantsColour(stream, env),
    columns: stream.columns || 100,
  });
  const contained = (work: () => void) => {
    try {
      work();
    } catch (error) {
      stderr.write(`console: ${messageOf(error)}\n`);
    }
  };
  const tell = (event: DrillEvent) => contained(() => console.tell(event));
  const options = openDrill(planned, tell);
  const keep: DrillOptions['beforeTearDown'] = async (record, { runtime }) => {
    const addresses = record.stack.components.map(
      ({ name, address }) => `  ${name.padEnd(20)} ${name === 'postgres' ? name : 'http'}://${address}`,
    );
    const grafana = record.stack.components.some(({ name }) => name === 'grafana')
      ? `  Grafana's user is ${grafanaUser}, with the password ${runtime.secret}\n`
      : '';
    contained(() => console.finish(record));
    stream.write(`\nThe stack is still up; Ctrl-C stops it.\n${addresses.join('\n')}\n${grafana}`);
    await untilAborted(signal);
  };
  const record = await runDrill({
    ...options,
    whereOf: asWritten(scenario, placement.stack, whereOf),
    handover,
    ...(given.keep ? { beforeTearDown: keep } : {}),
  });
  await appendDrillLines(ledgerFileOf(given), [drillLineOf(record)]).catch((error: unknown) =>
    tell({ type: 'note', message: messageOf(error) }),
  );
  if (!given.keep || record.problem) contained(() => console.finish(record));
  console.close();
  onRecord?.(record);
  return record;
}
