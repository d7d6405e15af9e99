import { humanDuration } from '../../core/duration.ts';
import { paced } from '../../core/pace.ts';
import type { EvidenceOf, Notification, Unjudged } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { countText, type Finding, fail, pass, undecided } from '../finding.ts';

/** With fewer requests a rate below one in a hundred cannot be told from chance. */
const minRequests = 100;

type Proof = ProofOf<'rollback'>;
type Found = EvidenceOf<'rollback'>;
type Deployment = Found['deployments'][number];
type Decision = Found['decisions'][number];
type Sent = Pick<Unjudged, 'pace' | 'notifications' | 'faultWindow'>;

/** Judges whether the application was rolled back as often as demanded, to the revision before the fault, and in time. */
export function rollbackFinding(proof: Proof, found: Found, record: Sent): Finding {
  const { application, times } = proof;
  const { deployments, decisions, before } = found;
  const evidence = [...deployments.map(deploymentText), ...decisions.map(decisionText)];
  const rollbacks = deployments.filter(({ rollback }) => rollback);
  const [first] = rollbacks;
  if (rollbacks.length > times) {
    const often = `${timesText(rollbacks.length)}, not ${timesText(times)}`;
    return fail(`${application} was rolled back ${often}`, evidence);
  }
  if (!first) {
    const own = decisions.filter((one) => one.application === application);
    // An adapter that is told nothing, or gets no answer, does not show what it would do.
    const held = own.length > 0 && own.every(({ action }) => action === 'none');
    if (times === 0 && held) return pass(`${application} was not rolled back: ${own[0]?.reason}`, evidence);
    const lines = decisions.length > 0 ? evidence : sentSince(record).map(notificationText);
    return fail(`${application} was not rolled back: ${whyNot(own, found)}`, lines);
  }
  if (first.revision !== before) {
    const message = `it was rolled back to ${first.revision}, and ${before} ran before the fault`;
    return fail(message, evidence);
  }
  const [alerted] = sentSince(record);
  if (!alerted) return undecided('no alert was sent from which to count its time', evidence);
  return timedFinding(proof, found, record, first.deployedAt - alerted.at, evidence);
}

/** @param measuredMs from the first alert that was sent to the former revision running. */
function timedFinding(
  { within = '0', errorRateBelow = 1 }: Proof,
  { before, after: { requests, failed } = { requests: 0, failed: 0 } }: Found,
  { pace }: Sent,
  measuredMs: number,
  evidence: string[],
): Finding {
  const targetMs = paced(within, pace);
  const took = `rolled back to ${before} ${humanDuration(measuredMs)} after the first alert`;
  const rate = `${failed} of ${countText(requests, 'request')} failed after it`;
  const judged = (): Finding => {
    if (measuredMs > targetMs) return fail(`${took}, later than ${humanDuration(targetMs)}`, evidence);
    if (requests < minRequests)
      return undecided(`${rate}, and at least ${minRequests} requests are needed`, evidence);
    if (failed / requests < errorRateBelow) return pass(`${took}; ${rate}`, evidence);
    return fail(`${took}; ${rate}, not less than ${errorRateBelow * 100} %`, evidence);
  };
  return { ...judged(), measuredMs, targetMs };
}

function whyNot(own: readonly Decision[], { decisions, lastOperation }: Found): string {
  const [any] = decisions;
  if (!any) return 'no alert reached the rollback adapter';
  if (own.length === 0) return `the alert names the application ${any.application}`;
  const failed = own.find(({ action }) => action === 'failed');
  if (failed) return `the controller refused it: ${failed.reason}`;
  if (own.some(({ action }) => action === 'roll back')) return `its rollback ended with ${lastOperation}`;
  return own[0]?.reason ?? 'the adapter does not say why';
}

/** Firing notifications since the injection, in order. */
const sentSince = ({ notifications = [], faultWindow }: Sent): Notification[] =>
  notifications
    .filter(({ at }) => at >= (faultWindow?.injectedAt ?? 0))
    .filter(({ alerts }) => alerts.some(({ status }) => status === 'firing'))
    .toSorted((a, b) => a.at - b.at);

const timesText = (times: number): string =>
  times === 0 ? 'never' : times === 1 ? 'once' : `${times} times`;
const timeText = (at: number): string => new Date(at).toISOString();

const deploymentText = ({ deployedAt, revision, by, rollback }: Deployment): string =>
  `${timeText(deployedAt)} ${revision} deployed by ${by}${rollback ? ': a rollback' : ''}`;

const decisionText = ({ at, alert, application, action, reason, from, to }: Decision): string => {
  const what = action === 'roll back' ? `rolls back from ${from} to ${to}` : `${action}: ${reason}`;
  return `${timeText(at)} ${alert} for ${application}: ${what}`;
};

const notificationText = ({ at, contactPoint, alerts }: Notification): string =>
  `${timeText(at)} ${[...new Set(alerts.map(({ labels }) => labels.alertname))].join(', ')} was sent to ${contactPoint}`;
