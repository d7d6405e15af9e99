import { humanDuration } from '../../core/duration.ts';
import { paced } from '../../core/pace.ts';
import type { Unjudged } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import type { Finding } from '../finding.ts';
import { countText, type EvidenceOf, fail, pass, undecided } from './proof-findings.ts';

/** With fewer requests a rate below one in a hundred cannot be told from chance. */
const minRequests = 100;

/** What was measured of a rollback. */
export interface RollbackMeasures {
  /** From the first alert that was sent to the former revision running, in milliseconds. */
  readonly tookMs?: number;
  /** Share of the requests that failed after it, 0 to 1. */
  readonly errorRate?: number;
}

type Found = EvidenceOf<'rollback'>;
type Record = Pick<Unjudged, 'pace' | 'notifications' | 'faultWindow'>;

export function measuresOf({ deployments, after }: Found, record: Record): RollbackMeasures {
  const rollback = deployments.find((one) => one.rollback);
  const alertedAt = sentSince(record)[0]?.at;
  return {
    ...(rollback && alertedAt !== undefined ? { tookMs: rollback.deployedAt - alertedAt } : {}),
    ...(after && after.requests > 0 ? { errorRate: after.failed / after.requests } : {}),
  };
}

/** Firing notifications since the injection, in order. */
const sentSince = ({ notifications = [], faultWindow }: Record) =>
  notifications
    .filter(
      ({ at, alerts }) =>
        at >= (faultWindow?.injectedAt ?? 0) && alerts.some(({ status }) => status === 'firing'),
    )
    .toSorted((a, b) => a.at - b.at);

/** Judges whether the application was rolled back as often as demanded, to the revision before the fault, and in time. */
export function rollbackFinding(proof: ProofOf<'rollback'>, found: Found, record: Record): Finding {
  const { application, times, within = '0', errorRateBelow = 1 } = proof;
  const rollbacks = found.deployments.filter((one) => one.rollback);
  const evidence = [...found.deployments.map(deploymentText), ...found.decisions.map(decisionText)];
  const [first] = rollbacks;
  if (rollbacks.length > times)
    return fail(
      `${application} was rolled back ${timesText(rollbacks.length)}, not ${timesText(times)}`,
      evidence,
    );
  // An adapter that is told nothing shows nothing.
  if (found.decisions.length === 0) {
    return fail('no alert reached the rollback adapter', sentSince(record).map(notificationText));
  }
  if (!first) {
    return times === 0
      ? pass(`${application} was not rolled back: ${found.decisions[0]?.reason ?? ''}`, evidence)
      : fail(`${application} was not rolled back: ${whyNot(proof, found)}`, evidence);
  }
  if (first.revision !== found.before)
    return fail(
      `it was rolled back to ${first.revision}, and ${found.before} ran before the fault`,
      evidence,
    );
  const { tookMs, errorRate } = measuresOf(found, record);
  if (tookMs === undefined) return undecided('no alert was sent to count its time from', evidence);
  const targetMs = paced(within, record.pace);
  const took = `to ${first.revision} ${humanDuration(tookMs)} after the first alert`;
  if (tookMs > targetMs) return fail(`${took}, later than ${humanDuration(targetMs)}`, evidence);
  const { requests = 0, failed = 0 } = found.after ?? {};
  const rate = `${failed} of ${countText(requests, 'request')} failed after it`;
  if (errorRate === undefined || requests < minRequests)
    return undecided(`${rate}: at least ${minRequests} requests are needed`, evidence);
  return errorRate < errorRateBelow
    ? pass(`${took}; ${rate}`, evidence)
    : fail(`${took}; ${rate}, not less than ${errorRateBelow * 100} %`, evidence);
}

function whyNot({ application }: ProofOf<'rollback'>, { decisions, lastOperation }: Found): string {
  const own = decisions.filter((one) => one.application === application);
  if (own.length === 0) {
    const others = [...new Set(decisions.map((one) => one.application))].join(', ');
    const [first] = decisions;
    return `the alert names the application ${others}${first?.reason ? ` (${first.reason})` : ''}`;
  }
  if (own.some(({ action }) => action === 'roll back')) return `its rollback ended with ${lastOperation}`;
  return own[0]?.reason ?? 'the adapter does not say why';
}

const timesText = (times: number): string =>
  times === 1 ? 'once' : times === 0 ? 'never' : `${times} times`;
const timeText = (at: number): string => new Date(at).toISOString();

const deploymentText = ({ deployedAt, revision, by, rollback }: Found['deployments'][number]): string =>
  `${timeText(deployedAt)} ${revision} deployed by ${by}${rollback ? ': a rollback' : ''}`;

const decisionText = ({ at, alert, application, action, reason, from, to }: Found['decisions'][number]) =>
  `${timeText(at)} ${alert} for ${application}: ${action === 'none' ? `nothing done, ${reason}` : `rolls back from ${from} to ${to}`}`;

const notificationText = ({ at, contactPoint, alerts }: NonNullable<Unjudged['notifications']>[number]) =>
  `${timeText(at)} ${[...new Set(alerts.map(({ labels }) => labels.alertname))].join(', ')} was sent to ${contactPoint}`;
