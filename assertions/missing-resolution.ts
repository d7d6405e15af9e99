import { evidenceOf } from '../core/expected-alerts.ts';
import { labelsAgree } from '../core/labels.ts';
import { rawCounter } from '../core/promql/raw-counter.ts';
import { uncomparedOperand } from '../core/promql/uncompared.ts';
import { receiverKinds } from '../core/receivers/receivers.ts';
import type { AlertEvidence, Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { isAbout, isShown } from './pages.ts';

/** Returns why no resolution arrived, if the configuration or a notification shows it, with the setting to change. */
export function whyUnresolved(
  record: Unjudged,
  expectation: PageExpectation,
  page: Page,
): string | undefined {
  const { notifications = [], evidence } = record;
  const own = page.notification === undefined ? undefined : notifications[page.notification];
  const through = own ? [own.contactPoint] : (page.contactPoints ?? []);
  const points = (evidence?.alerts ?? [])
    .filter(({ alert }) => alert === expectation.alert)
    .flatMap(({ contactPoints = [] }) => contactPoints)
    .filter(({ name }) => through.includes(name));
  if (points.some(({ noResolved = [] }) => noResolved.includes(page.receiver))) {
    const { alertmanager } = receiverKinds[page.receiver];
    const byDefault = alertmanager?.sendsResolved === false ? `, the default of ${alertmanager.key}` : '';
    const setting =
      own?.manager === 'grafana' ? 'disableResolveMessage: true' : `send_resolved: false${byDefault}`;
    return `${through.join(' or ')} does not send resolutions to ${page.receiver} (${setting})`;
  }
  const { gone = [], copiesGone = [] } = evidence?.reconfigured ?? {};
  const lost = [...gone.map(({ receiver }) => receiver), ...copiesGone].find((name) =>
    through.includes(name),
  );
  if (lost !== undefined) return `somebody took ${lost} out of the configuration while the drill ran`;
  const hidden = record.pages.some(
    (other) =>
      other.status === 'resolved' &&
      !isShown(other) &&
      isAbout(other, page) &&
      labelsAgree(other.labels, page.labels),
  );
  if (hidden) return 'the message that was sent of its resolution does not show the alert';
  const resolution = notifications.find(
    (one) =>
      one.kind === page.receiver &&
      through.includes(one.contactPoint) &&
      one.at >= page.receivedAt &&
      one.alerts.some(({ status, labels }) => status === 'resolved' && labelsAgree(labels, page.labels)),
  );
  if (resolution && resolution.delivery === undefined)
    return `${resolution.contactPoint} sent a resolution, and ${page.receiver} did not take it`;
  return whySuppressed(record, page) ?? whyStillTrue(evidenceOf(record, expectation));
}

/**
 * Returns what kept the alert of a page from being notified when it ended. Alertmanager, also Grafana's, passes over a
 * suppressed alert in a notification: its resolution comes at a flush of its group after that, if at all.
 */
export function whySuppressed({ evidence, notifications = [] }: Unjudged, page: Page): string | undefined {
  const sent = notifications[page.notification ?? -1]?.alerts.find(
    ({ status, labels }) => status === 'firing' && labelsAgree(labels, page.labels),
  );
  const labels = { ...page.labels, ...sent?.labels, alertname: page.alert };
  const ends = (evidence?.alerts ?? [])
    .filter(({ alert }) => alert === page.alert)
    .flatMap(({ firing }) => firing)
    .flatMap(({ endedAt, ...own }) =>
      endedAt !== undefined && endedAt >= page.receivedAt && labelsAgree(own.labels, labels) ? endedAt : [],
    );
  const ended = Math.max(...ends);
  const found = evidence?.suppressions?.find(
    ({ from, to, endedAt = to, ...one }) =>
      labelsAgree(one.labels, labels) && from <= ended && endedAt >= ended,
  );
  if (!found) return undefined;
  const { kind, by, inhibitor, silence } = found;
  const name = inhibitor?.alertname ?? silence?.comment ?? by;
  return `it was ${kind} by ${name} when it ended, and its resolution waits until that is over`;
}

/** Returns why the expression of a rule that was true did not become false again, if its form shows it. */
function whyStillTrue({ hops = [], rule, manager }: Partial<AlertEvidence> = {}): string | undefined {
  const ends = hops.find(({ name }) => name === 'expression false');
  if (manager !== 'prometheus' || !rule || !ends || ends.at !== undefined) return undefined;
  const counter = rawCounter(rule.query);
  if (counter !== undefined)
    return `its expression stays true, because it compares ${counter} itself: a counter only rises`;
  const operand = uncomparedOperand(rule.query);
  return operand === undefined
    ? undefined
    : `its expression stays true, because ${operand} is compared with nothing: comparisons bind more tightly than \`or\``;
}
