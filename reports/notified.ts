import { expectedAlerts } from '../core/expected-alerts.ts';
import type { DrillRecord, Notification, Page } from '../core/record.ts';
import { capped } from './text.ts';

/** Why a notification was sent. */
export type NotifiedFor =
  | 'first page'
  | 'escalation'
  | 'repeat'
  | 'group changed'
  | 'fires again'
  | 'resolved';

/** An alert in a notification. */
export interface NotifiedAlert {
  readonly alert: string;
  readonly status: Page['status'];
  readonly labels: Readonly<Record<string, string>>;
}

/** One notification: a message at a receiver, or one that no receiver got. */
export interface Notified {
  readonly at: number;
  readonly receiver: Page['receiver'];
  /** Names of the contact point, empty if unknown. */
  readonly contactPoints: readonly string[];
  readonly why: NotifiedFor;
  /** At least one. More than one: the notification groups them. */
  readonly alerts: readonly NotifiedAlert[];
  /** `false`: the manager sent it, and no message arrived. */
  readonly arrived: boolean;
}

type Sent = Omit<Notified, 'why'> & {
  /** The same for all notifications of one group to one notifier. */
  readonly group: string;
};

/** All notifications of the drill, the first one first. */
export function notified(record: DrillRecord): Notified[] {
  const all = [...messages(record), ...undelivered(record)].sort((a, b) => a.at - b.at);
  const open = new Map<string, ReadonlyMap<string, NotifiedAlert['status']>>();
  return all.map(({ group, ...sent }) => {
    const before = open.get(group);
    const now = new Map(sent.alerts.map((one) => [keyOf(one), one.status]));
    open.set(group, now);
    return { ...sent, why: why(record, sent, before, now) };
  });
}

/** Names of alerts that are listed of one notification. */
const mostNames = 12;

/** The alerts of a notification, each as `HighErrorRate ×3`; of many names the first ones. */
export function alertsText({ alerts }: Pick<Notified, 'alerts'>): string {
  const names = Map.groupBy(alerts, ({ alert }) => alert);
  const each = [...names].map(([name, { length }]) => (length > 1 ? `${name} ×${length}` : name));
  return capped(each, mostNames, (left) => `and ${left} others`).join(', ');
}

const keyOf = ({ labels }: NotifiedAlert): string => JSON.stringify(Object.entries(labels).sort());

const isFiring = (status: NotifiedAlert['status']): boolean => status === 'firing';

/** @param before the alerts in the last notification of the group, with their states. */
function why(
  record: DrillRecord,
  sent: Omit<Sent, 'group'>,
  before: ReadonlyMap<string, NotifiedAlert['status']> | undefined,
  now: ReadonlyMap<string, NotifiedAlert['status']>,
): NotifiedFor {
  if (![...now.values()].some(isFiring)) return 'resolved';
  if (!before) return isEscalation(record, sent) ? 'escalation' : 'first page';
  if (![...before.values()].some(isFiring)) return 'fires again';
  const isSame = before.size === now.size && [...now].every(([key, status]) => before.get(key) === status);
  return isSame ? 'repeat' : 'group changed';
}

/** Whether it is at the second receiver of an alert that escalates there. */
const isEscalation = (
  { scenario }: DrillRecord,
  { receiver, contactPoints, alerts }: Omit<Sent, 'group'>,
): boolean =>
  expectedAlerts(scenario.expectations).some(
    ({ expectation, isEscalation: second }) =>
      second &&
      expectation.kind === 'page' &&
      expectation.receiver === receiver &&
      (expectation.contactPoint === undefined || contactPoints.includes(expectation.contactPoint)) &&
      alerts.some(({ alert }) => alert === expectation.alert),
  );

/** Messages that arrived. Each has one page for each of its alerts. */
function messages({ pages, notifications = [] }: DrillRecord): Sent[] {
  return [...Map.groupBy(pages, ({ delivery }) => delivery).values()].flatMap((own): Sent[] => {
    const [first] = own;
    if (!first) return [];
    const { receiver, receivedAt, contactPoints = [], notification } = first;
    const from = notification === undefined ? undefined : notifications[notification];
    return [
      {
        ...{ at: receivedAt, receiver, contactPoints, arrived: true },
        group: from ? groupOf(from) : JSON.stringify([receiver, contactPoints]),
        alerts: own.map(({ alert, status, labels }) => ({ alert, status, labels })),
      },
    ];
  });
}

const undelivered = ({ notifications = [] }: DrillRecord): Sent[] =>
  notifications
    .filter(({ delivery }) => delivery === undefined)
    .map((one) => ({
      ...{ at: one.at, receiver: one.kind, contactPoints: [one.contactPoint], arrived: false },
      group: groupOf(one),
      alerts: one.alerts.map(({ status, labels }) => ({ alert: labels.alertname ?? '', status, labels })),
    }));

const groupOf = ({ manager, contactPoint, kind, index, groupKey }: Notification): string =>
  JSON.stringify([manager, contactPoint, kind, index, groupKey]);
