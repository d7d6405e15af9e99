import { shownByMetric } from '../core/metric-telemetry.ts';
import type { DrillRecord, Verdict } from '../core/record.ts';
import {
  type FailureGroup,
  failures,
  isArrival,
  isResolution,
  receiverTitle,
  samePage,
  subjectOf,
} from './facts.ts';
import { faultWords } from './fault-words.ts';
import { machineText } from './machine.ts';
import { count, listed, sentence, span, timeOfDay } from './text.ts';

/** The outcome in two words, for badges and titles. */
export const outcomeWords: Record<DrillRecord['outcome'], string> = {
  pass: 'Alerting held',
  fail: 'Alerting failed',
  broken: 'Drill broke',
  'bad-input': 'Bad input',
  interrupted: 'Interrupted',
};

/** What happened, in a few complete sentences, for readers new to firedrill. */
export function story(record: DrillRecord): string[] {
  const arrived = record.verdicts.filter((v) => isArrival(v) && v.measuredMs !== undefined);
  const failed = failures(record).filter(
    (f) => !arrived.includes(f.verdicts[0]) && !isResolution(f.verdicts[0]),
  );
  return [
    ...faultSentence(record),
    ...failed.map(failureSentence),
    ...arrivalSentences(record, arrived),
    ...problemSentences(record),
    ...[machineText(record) ?? []].flat(),
  ];
}

/** The last line on the console. */
export function closing(record: DrillRecord): string {
  const { outcome, verdicts, scenario, startedAt, endedAt } = record;
  const took = endedAt === undefined ? '' : ` after ${span(endedAt - startedAt)}`;
  const failed = verdicts.filter((v) => v.outcome === 'fail').length;
  const [first] = failures(record);
  const where = first?.autopsy
    ? `; ${subjectOf(first.verdicts[0]).alert} failed at “${first.autopsy.hop}”`
    : '';
  const ofAll = `${count(verdicts.length, 'check')} of ${scenario.name}`;
  switch (outcome) {
    case 'pass':
      return `Held: ${verdicts.length === 1 ? 'the one check' : `all ${verdicts.length} checks`} of ${scenario.name} passed${took}.`;
    case 'fail':
      return `Failed: ${failed} of ${ofAll} failed${took}${where}.`;
    case 'interrupted':
      return `Interrupted${took}: ${leftBehind(record)}.`;
    case 'bad-input':
      return `Bad input: ${scenario.name} was not run.`;
    case 'broken':
      return `Broken${took}: the alerting of ${scenario.name} was not judged.`;
  }
}

function faultSentence({ faultWindow, scenario }: DrillRecord): string[] {
  if (!faultWindow) return [];
  const { injectedAt, hits, requests } = faultWindow;
  const { kind, hits: hitBy, telemetry } = scenario.fault;
  const injected = `The fault ${kind} was injected at ${timeOfDay(injectedAt)}`;
  if (hitBy) {
    const instance = hitBy.instance ? ` to ${hitBy.instance}` : '';
    return [`${injected} and hit ${hits} of ${requests} ${hitBy.journey} requests${instance}.`];
  }
  const shows = telemetry.signal === 'metric' ? `; it shows in ${shownByMetric(telemetry)}` : '';
  return [`${injected} and hits no request${shows}.`];
}

/** Target and floor, in brackets. */
function bounds({ targetMs, floor }: Verdict): string {
  const parts = [
    ...(targetMs === undefined ? [] : [`target ${span(targetMs)}`]),
    ...(floor ? [`floor ${span(floor.best)} to ${span(floor.worst)}`] : []),
  ];
  return parts.length ? ` (${parts.join('; ')})` : '';
}

function failureSentence({ verdicts, autopsy }: FailureGroup): string {
  const [first] = verdicts;
  if (first.outcome === 'broken') return `This drill proves nothing: ${sentence(first.message)}`;
  if (!isArrival(first)) return `The check “${first.title}” failed: ${sentence(first.message)}`;
  const receivers = listed(
    verdicts.map((v) => receiverTitle(subjectOf(v).receiver ?? 'its receiver')),
    'or',
  );
  const why = autopsy ? `; it was lost at “${autopsy.hop}”: ${sentence(autopsy.cause)}` : '.';
  return `The page ${subjectOf(first).alert} did not arrive at ${receivers}${bounds(first)}${why}`;
}

/** For each alert, the first receiver in detail and the others briefly. */
function arrivalSentences(record: DrillRecord, arrived: readonly Verdict[]): string[] {
  return arrived.flatMap((verdict, i) => {
    const { alert, receiver } = subjectOf(verdict);
    const to = receiverTitle(receiver ?? 'its receiver');
    const after = span(verdict.measuredMs);
    const late = verdict.outcome === 'fail' ? ', not as expected' : '';
    const why = verdict.autopsy
      ? ` ${sentence(`At “${verdict.autopsy.hop}”: ${verdict.autopsy.cause}`)}`
      : '';
    const { began } = faultWords(record);
    const evidence = record.evidence?.alerts.find((a) => a.alert === alert);
    const page =
      evidence?.manager === 'grafana' ? `the page of Grafana's alert ${alert}` : `the page ${alert}`;
    if (arrived.slice(0, i).some((v) => subjectOf(v).alert === alert)) {
      return [`It reached ${to} after ${after}${late}.`];
    }
    const what = `${after} after ${began}, ${page} arrived at ${to}`;
    return [`${what}${late}${bounds(verdict)}.${why}`, ...resolution(record, verdict)];
  });
}

function resolution(record: DrillRecord, arrival: Verdict): string[] {
  const resolved = record.verdicts.find((v) => isResolution(v) && samePage(v, arrival));
  if (!resolved) return [];
  if (resolved.measuredMs === undefined) {
    // `resolvedWithin: never` has no target.
    return resolved.outcome === 'pass' ? [] : [`It did not resolve${bounds(resolved)}.`];
  }
  const late = resolved.outcome === 'fail' ? ', too late' : '';
  return [
    `It resolved ${span(resolved.measuredMs)} after ${faultWords(record).ended}${late}${bounds(resolved)}.`,
  ];
}

function problemSentences(record: DrillRecord): string[] {
  const { problem, outcome } = record;
  if (outcome === 'pass' || outcome === 'fail') return [];
  const unjudged = 'The alerting was not judged; this says nothing about the alerts.';
  if (!problem) return outcome === 'broken' ? [unjudged] : [];
  const during = problem.phase ? ` during “${problem.phase}”` : '';
  if (outcome === 'interrupted') return [`The drill was interrupted${during}; ${leftBehind(record)}.`];
  const [first] = problem.problems;
  const what = first ? `: ${sentence(`${first.where}: ${first.message}`)}` : '.';
  const who = outcome === 'bad-input' ? 'The input could not be used' : 'The drill itself broke';
  return [`${who}${during}${what}`, unjudged];
}

function leftBehind({ faultWindow, teardownFailures }: DrillRecord): string {
  const fault = !faultWindow
    ? 'no fault had been injected'
    : faultWindow.revertedAt === undefined
      ? 'the fault is not known to be reverted'
      : 'the fault was reverted';
  const rest = teardownFailures.length
    ? `${count(teardownFailures.length, 'thing')} could not be torn down`
    : 'everything was torn down';
  return `${fault} and ${rest}`;
}
