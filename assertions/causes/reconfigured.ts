import { type Case, type Cause, notifierOf } from './case.ts';
import { alertsAtNotifier, leadsTo } from './delivery.ts';

/* Causes of a staging whose configuration was changed by somebody else while the drill ran. */

const receiversOf = (alertCase: Case): string[] => [
  ...new Set(alertsAtNotifier(alertCase).flatMap(({ receivers }) => receivers)),
];

/** By the configuration at the start the alert led to its receiver, and by that of the end it does not. */
export const receiverGone: Cause = {
  hop: 'page received',
  cause: (alertCase) => `${notifierOf(alertCase)} was configured anew while the drill ran`,
  evidence: (alertCase) => {
    const { alert, expectation, record } = alertCase;
    const { reconfigured } = record.evidence ?? {};
    if (!reconfigured || expectation.kind !== 'page') return undefined;
    const { receiver, contactPoint } = expectation;
    const wanted = contactPoint ?? alert.route?.receiver;
    const manager = alert.manager === 'grafana' ? 'grafana' : 'prometheus';
    const isGone = reconfigured.gone.some((one) => one.manager === manager && one.receiver === wanted);
    const names = receiversOf(alertCase);
    if (!isGone && !isRoutedAnew(alertCase, names)) return undefined;
    return [
      isGone
        ? `${wanted} was in its configuration when the drill began, and was not at the end`
        : `by its configuration when the drill began, the alert led to ${alert.route?.receiver}`,
      `it sends the alert to ${names.join(', ') || 'no receiver'}, not to ${contactPoint ?? receiver}`,
      `changed while the drill ran: ${reconfigured.files.join(', ')}`,
    ];
  },
};

/** Of Grafana, only the policies of the end are known. */
function isRoutedAnew({ alert, expectation, record }: Case, names: readonly string[]): boolean {
  const { route, manager } = alert;
  if (expectation.kind !== 'page' || manager === 'grafana' || !route || names.length === 0) return false;
  const { receiver, contactPoint } = expectation;
  const wasRight =
    contactPoint === undefined ? leadsTo(route.receiver, receiver, alert) : route.receiver === contactPoint;
  return (
    wasRight &&
    !names.includes(route.receiver) &&
    (record.evidence?.reconfigured?.files ?? []).some((file) => file.startsWith('alertmanager/'))
  );
}

export const copyGone: Cause = {
  hop: 'page received',
  cause: 'the copy of the pages was removed while the drill ran',
  evidence: (alertCase) => {
    const { alert, expectation, record } = alertCase;
    const { copiesGone = [] } = record.evidence?.reconfigured ?? {};
    if (alert.manager !== 'grafana' || expectation.kind !== 'page' || expectation.receiver !== 'webhook')
      return undefined;
    const names = receiversOf(alertCase);
    return copiesGone
      .filter((name) => names.includes(name) && (expectation.contactPoint ?? name) === name)
      .map(
        (name) =>
          `the drill added a webhook to contact point ${name}, and somebody else has removed it, e.g. by provisioning`,
      );
  },
};
