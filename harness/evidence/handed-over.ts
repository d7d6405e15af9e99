import type { HandedOver } from '../../core/record.ts';
import type { WatchedAlert } from '../../signals/readers/watch-alerts.ts';
import type { RunningDrill } from '../running-drill.ts';

/** The hand-overs of a staging, each with the alerts that it may have been of. Absent where pages are received. */
export function handOvers({
  notifiers,
  alertmanager,
  stack,
}: Pick<RunningDrill, 'notifiers' | 'alertmanager' | 'stack'>): { handedOver?: HandedOver[] } {
  if (!notifiers) return {};
  const held = alertmanager.watch.alerts();
  const leadsTo = (kind: string) => (name: string) =>
    stack.contactPoints.some((point) => point.name === name && point.kind === kind);
  return {
    handedOver: notifiers.handedOver().map((one) => ({
      ...one,
      mayBeOf: held
        .filter((alert) => mayBeSent(alert, one.at) && alert.receivers.some(leadsTo(one.kind)))
        .map(({ labels, receivers }) => ({ labels, receivers: [...receivers] })),
    })),
  };
}

/** Whether Alertmanager had the alert, and nothing suppressed it all the time until then. */
const mayBeSent = ({ receivedAt, goneAt, suppressed }: WatchedAlert, at: number): boolean =>
  receivedAt <= at &&
  (goneAt === undefined || goneAt >= at - resolutionMs) &&
  !suppressed.some(({ from, endedAt }) => from <= receivedAt + lookMs && endedAt === undefined);

/** The counters and the alerts are looked at this often or more often. */
const lookMs = 2_000;
/** A resolution is sent up to a group_interval after the alert is gone. Few are longer than this. */
const resolutionMs = 600_000;
