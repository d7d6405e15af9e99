import type { DrillRecord, Page, Suppression } from '../../core/record.ts';
import { at, sampleScenario } from './basics.ts';
import { samplePage, sampleRecord } from './sample-record.ts';

/*
 * For tests: a drill with every kind of notification. Two alerts are grouped at Slack, repeated, escalated to PagerDuty and
 * resolved one after the other; a third notification of the webhook does not arrive. Other alerts are inhibited, silenced and
 * muted.
 */

const alert = 'CheckoutErrorRateHigh';
const labelsOf = (instance: string) => ({ alertname: alert, team: 'payments', instance });

const page = (delivery: number, seconds: number, instance: string, changes: Partial<Page> = {}): Page =>
  samplePage({
    ...{
      alert,
      receiver: 'slack',
      status: 'firing',
      labels: labelsOf(instance),
      contactPoints: ['payments'],
    },
    ...{ receivedAt: at(seconds), delivery },
    ...changes,
  });

const resolved = { status: 'resolved' } as const;

const pages = [
  page(0, 42, 'a'),
  page(0, 42, 'b'),
  page(1, 46, 'a'),
  page(1, 46, 'b'),
  page(2, 48, 'a', { receiver: 'pagerduty', contactPoints: ['on-call'] }),
  page(3, 51, 'a'),
  page(3, 51, 'b', resolved),
  page(4, 54, 'a', resolved),
  page(5, 56, 'a'),
];

export const inhibitor = { alertname: 'DatabaseDown', database: 'main' };

export const sampleSuppressions: Suppression[] = [
  ...['search', 'orders'].map(
    (service): Suppression => ({
      ...{ manager: 'prometheus', kind: 'inhibited', by: 'f9', inhibitor },
      labels: { alertname: 'ServiceSlow', service },
      ...{ from: at(40), to: at(49), endedAt: at(50) },
    }),
  ),
  {
    ...{ manager: 'prometheus', kind: 'silenced', by: 'c1', labels: { alertname: 'DiskFull' } },
    ...{ from: at(35), to: at(60) },
    silence: {
      ...{ comment: 'disk is replaced', createdBy: 'ann', startsAt: at(0), endsAt: at(3600) },
      matchers: ['alertname="DiskFull"'],
    },
  },
  {
    ...{ manager: 'prometheus', kind: 'muted', by: 'nights', contactPoint: 'payments' },
    labels: labelsOf('c'),
    ...{ from: at(43), to: at(52), endedAt: at(53) },
  },
];

/** The drill, with these changes of its record. */
export function notifiedRecord(changes: Partial<DrillRecord> = {}): DrillRecord {
  const record = sampleRecord();
  const [delivery] = record.deliveries;
  const [expected] = sampleScenario.expectations;
  if (!record.evidence || !delivery || expected?.kind !== 'page') throw new Error('the sample is not whole');
  return {
    ...record,
    scenario: {
      ...sampleScenario,
      expectations: [{ ...expected, escalatesTo: { receiver: 'pagerduty', after: '1m' } }],
    },
    pages,
    deliveries: pages.map(() => delivery),
    notifications: [
      {
        ...{ manager: 'prometheus', contactPoint: 'audit', kind: 'webhook', index: 0, groupKey: '{}' },
        ...{ at: at(42.5), monotonicMs: 42_500 },
        alerts: [
          { status: 'firing', labels: labelsOf('a'), annotations: {}, startsAt: at(42), fingerprint: 'f1' },
        ],
      },
    ],
    evidence: { ...record.evidence, suppressions: sampleSuppressions },
    ...changes,
  };
}
