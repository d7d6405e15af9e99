import { receiverKinds } from '../core/receivers/receivers.ts';
import type { Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { isAbout, isShown, labelsAgree } from './pages.ts';

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
  return resolution && resolution.delivery === undefined
    ? `${resolution.contactPoint} sent a resolution, and ${page.receiver} did not take it`
    : undefined;
}
