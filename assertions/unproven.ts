import { humanDuration } from '../core/duration.ts';
import { alertsWithEvidence } from '../core/expected-alerts.ts';
import type { PhaseName } from '../core/hops.ts';
import type { Unjudged } from '../core/record.ts';
import { wrongTimes } from './clocks.ts';
import { endedByNoise, mostSevereFirst, noiseLine } from './rules-noise.ts';

/** Phases on which no verdict depends. */
const phasesWithoutVerdict: ReadonlySet<PhaseName> = new Set(['tear down', 'judge', 'report']);

/**
 * Returns why a drill proves nothing, whatever was paged; empty when it can be judged. An expectation that was not tested
 * must neither pass nor fail.
 */
export function whyUnproven(record: Unjudged): string[] {
  const { problem, quietGate, evidence, phases } = record;
  if (problem) {
    const said = problem.problems.map(({ where, message }) => `${where}: ${message}`).join('; ');
    return [said || `the drill was ${problem.kind}`];
  }
  if (endedByNoise(record))
    return mostSevereFirst(record.rules?.noise ?? []).map((one) => noiseLine(one, record));
  const failed = phases.filter(
    ({ name, outcome }) => outcome === 'failed' && !phasesWithoutVerdict.has(name),
  );
  const settled = phases.some((phase) => phase.name === 'settle' && phase.outcome === 'done');
  return [
    ...failed.map(({ name, detail }) => `phase "${name}" failed${detail ? `: ${detail}` : ''}`),
    ...(quietGate ? [] : ['the quiet gate did not open: alerts may have been on their way before the fault']),
    ...unprovenFault(record),
    ...(settled ? [] : ['the drill did not settle: other pages may have come later']),
    ...(evidence ? missingEvidence(record) : ['no evidence was collected']),
    ...trueBefore(record),
    // Records of version 2 mix the states of all rules with the same name.
    ...(record.version === 2 ? [] : wrongTimes(record)),
  ];
}

function unprovenFault({ faultWindow, quietGate, load, scenario }: Unjudged): string[] {
  if (!faultWindow) return ['no fault was injected'];
  const { hits, required, requests, firstHitAt, lastHitAt, revertedAt, hitsBefore, injectedAt } = faultWindow;
  // A fault that hits no request is proven by its telemetry; without that proof the drill does not go on.
  const enough = scenario.fault.hits === undefined || hits >= required;
  if (!enough || firstHitAt === undefined || lastHitAt === undefined) {
    return [`the fault had no effect: it hit ${hits} of ${requests} requests, ${required} are needed`];
  }
  // Hits that ended before the gate became quiet, for example during warm-up, do not affect the drill. Later ones do.
  const quietFrom = quietGate?.heldFrom ?? Number.NEGATIVE_INFINITY;
  const warmUp = (load?.seconds ?? []).filter(({ at }) => at + 1000 <= quietFrom);
  const unquiet = hitsBefore - warmUp.reduce((sum, { hit }) => sum + hit, 0);
  return [
    ...(unquiet > 0
      ? [`${unquiet} requests looked hit before the fault was injected: hits do not prove the fault`]
      : []),
    ...(firstHitAt < injectedAt ? ['the first request was hit before the fault was injected'] : []),
    ...(revertedAt === undefined ? ['the fault was not reverted: recovery cannot be judged'] : []),
  ];
}

const missingEvidence = ({ scenario, evidence }: Unjudged) =>
  [...new Set(alertsWithEvidence(scenario.expectations).map(({ alert }) => alert))]
    .filter((alert) => !evidence?.alerts.some((found) => found.alert === alert))
    .map((alert) => `no evidence was collected about ${alert}`);

/**
 * Finds expressions that were true before the injection. The gate sees only evaluations. An expression that became true
 * after the last evaluation pages after the injection, and its page would be taken for one from the fault.
 */
function trueBefore({ evidence, faultWindow }: Unjudged): string[] {
  const injectedAt = faultWindow?.injectedAt ?? Number.NaN;
  return (evidence?.alerts ?? []).flatMap(({ alert, trueStretches }) => {
    const early = trueStretches.find(({ from, to }) => from < injectedAt && to >= injectedAt);
    const since = early && humanDuration(injectedAt - early.from);
    return since ? [`the expression of ${alert} was true already ${since} before the fault`] : [];
  });
}
