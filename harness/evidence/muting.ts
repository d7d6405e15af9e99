import type { TakenRoute } from '../../configuration/routes/route.ts';
import { mutedBy } from '../../configuration/routes/time-intervals.ts';
import type { AlertExpectation } from '../../core/expected-alerts.ts';
import type { AlertEvidence } from '../../core/record.ts';
import type { PageExpectation } from '../../core/scenario.ts';
import type { GrafanaReader } from '../../signals/readers/grafana.ts';

/**
 * Returns the alerts in Grafana's Alertmanager with the mute timings that kept them from the expected receiver. The mute
 * timings are computed, because Grafana's API does not show them.
 *
 * @param routes the routes that the alert takes.
 */
export async function withMuting(
  grafana: Pick<GrafanaReader, 'muteTimings'> | undefined,
  { manager, alertmanager, contactPoints = [] }: AlertEvidence,
  expectation: AlertExpectation,
  routes: readonly TakenRoute[],
): Promise<AlertEvidence['alertmanager']> {
  if (manager !== 'grafana' || !grafana || expectation.kind !== 'page') return alertmanager;
  const leading = routesTo(expectation, contactPoints, routes);
  if (leading.every(({ mutedAt, activeAt }) => mutedAt.length + activeAt.length === 0)) return alertmanager;
  const timings = new Map((await grafana.muteTimings()).map(({ name, intervals }) => [name, intervals]));
  return alertmanager.map((held) => {
    // Alertmanager applies mute timings when the group is flushed, so after group_wait.
    const each = leading.map((route) => mutedBy(route, timings, held.receivedAt + route.groupWaitMs));
    const every = each.every((names) => names.length > 0);
    return every ? { ...held, mutedBy: [...new Set([...held.mutedBy, ...each.flat()])] } : held;
  });
}

/** Returns those of the routes that lead to the expected receiver. */
export function routesTo<R extends Pick<TakenRoute, 'receiver'>>(
  { receiver: kind, contactPoint }: Pick<PageExpectation, 'receiver' | 'contactPoint'>,
  contactPoints: NonNullable<AlertEvidence['contactPoints']>,
  routes: readonly R[],
): R[] {
  const own = contactPoints.filter(
    ({ name, kinds }) => kinds.includes(kind) && (contactPoint === undefined || contactPoint === name),
  );
  return routes.filter(({ receiver }) => own.some(({ name }) => name === receiver));
}
