import type { AlertEvidence, Unjudged } from '../../core/record.ts';
import { died, type Row, rowsHold } from '../testing/autopsy.ts';
import { alertName, at, pageAt } from '../testing/basics.ts';
import { evidenceOf, held, hopsUntil } from '../testing/evidence.ts';

const paging = (changes: Partial<AlertEvidence> = {}) =>
  evidenceOf({ hops: hopsUntil('notifier sent'), ...changes });
const delivery = (changes: Partial<Unjudged['deliveries'][number]> = {}) => ({
  receiver: 'slack' as const,
  at: at(10.4),
  monotonicMs: 0,
  path: '/services/T/B/x',
  body: `{"text":"${alertName}"}`,
  responseStatus: 503,
  responseBody: 'rollup_error',
  ...changes,
});

const rows: Row[] = [
  [
    'Alertmanager never got the alert',
    'notifier sent',
    died(paging({ alertmanager: [] }), { evidence: { notifierErrors: ['3 alerts dropped by Prometheus'] } }),
    '3 alerts dropped',
  ],
  [
    'the alert was inhibited',
    'page received',
    died(paging({ alertmanager: [held({ inhibitedBy: ['abc'] })] })),
    'inhibited by abc',
  ],
  [
    'the alert was silenced',
    'page received',
    died(paging({ alertmanager: [held({ silencedBy: ['s1'] })] })),
    'silenced by s1',
  ],
  [
    'the alert was muted',
    'page received',
    died(paging({ alertmanager: [held({ mutedBy: ['nights'] })] })),
    'muted by nights',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    died(paging({ alertmanager: [held({ receivers: ['webhook'] })] }), {
      pages: [pageAt(10.5, { receiver: 'webhook' })],
    }),
    'sends it to webhook, not to slack',
    '{} → {severity="critical"}',
    'arrived at webhook',
  ],
  [
    'the receiver refused the page',
    'page received',
    died(paging(), { deliveries: [delivery(), delivery({ responseStatus: 200, responseBody: 'ok' })] }),
    'slack /services/T/B/x: 503 rollup_error',
  ],
  [
    'Alertmanager could not deliver the page',
    'page received',
    died(paging(), {
      evidence: { notifierErrors: ['2 failed attempts of Alertmanager to notify through slack'] },
    }),
    '2 failed attempts',
  ],
  [
    'the alert was grouped and waiting',
    'page received',
    died(paging()),
    '1.4 s before the fault was reverted',
    'group_wait is 667 ms',
  ],
  [
    'a page arrived but its labels did not match',
    'page received',
    died(evidenceOf(), { pages: [pageAt(10.5, { labels: { alertname: alertName, team: 'search' } })] }),
    'team="search"',
  ],
];

describe('autopsy of an alert that fired', () => rowsHold(rows));
