import type { AlertEvidence, Unjudged } from '../../core/record.ts';
import { died, type Row, rowsHold } from '../testing/autopsy.ts';
import { alertName, at, pageAt, scenarioWith } from '../testing/basics.ts';
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

const grafana = (changes: Partial<AlertEvidence> = {}) =>
  paging({
    manager: 'grafana',
    contactPoints: [
      { name: 'Slack on call', kinds: ['slack'] },
      { name: 'grafana-default-email', kinds: ['email'] },
    ],
    alertmanager: [held({ receivers: ['Slack on call'] })],
    ...changes,
  });
const [page] = scenarioWith().expectations;
const telegram = scenarioWith({
  expectations: [{ ...page, receiver: 'telegram' } as NonNullable<typeof page>],
});
const throughPayments = scenarioWith({
  expectations: [{ ...page, contactPoint: 'slack-payments' } as NonNullable<typeof page>],
});
const refusedByTelegram = (responseStatus: number, description: string) =>
  died(
    grafana({
      contactPoints: [{ name: 'telegram', kinds: ['telegram'] }],
      alertmanager: [held({ receivers: ['telegram'] })],
    }),
    {
      scenario: telegram,
      deliveries: [
        delivery({
          receiver: 'telegram',
          path: '/bot[redacted]/sendMessage',
          responseStatus,
          responseBody: JSON.stringify({ ok: false, description }),
        }),
      ],
    },
  );
const refusedHost = (seconds: number) => ({
  at: at(seconds),
  target: 'chat.example.com:443',
  reason: 'no host of a vendor',
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
    'the alert was muted by nights',
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
    'the alert was routed elsewhere',
    'page received',
    died(paging({ alertmanager: [held({ receivers: ['webhook'], labels: { team: 'payments' } })] })),
    'the rule sets severity="critical", and the alert has none: alert_relabel_configs changed it',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    died(
      paging({
        contactPoints: [{ name: 'slack-archive', kinds: ['webhook'] }],
        alertmanager: [held({ receivers: ['slack-archive'] })],
      }),
    ),
    'sends it to slack-archive, not to slack',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    died(paging({ alertmanager: [held({ receivers: ['slack-platform'] })] }), {
      scenario: throughPayments,
      pages: [pageAt(10.5, { contactPoints: ['slack-platform'] })],
    }),
    'sends it to slack-platform, not to slack-payments',
    'its page arrived at slack through slack-platform',
  ],
  [
    'the receiver refused the page',
    'page received',
    died(
      paging({
        contactPoints: [{ name: 'payments', kinds: ['slack'] }],
        alertmanager: [held({ receivers: ['payments'] })],
      }),
      { deliveries: [delivery()] },
    ),
    'slack /services/T/B/x: 503 rollup_error',
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
    "Grafana's Alertmanager never got the alert",
    'notifier sent',
    died(grafana({ alertmanager: [] })),
    "never seen in Grafana's Alertmanager",
  ],
  [
    'the contact point is not there',
    'page received',
    died(
      grafana({
        contactPoints: [{ name: 'grafana-default-email', kinds: ['email'] }],
        alertmanager: [held({ receivers: ['grafana-default-email'] })],
      }),
    ),
    'leads to slack; there are: grafana-default-email (email)',
    'sends the alert to grafana-default-email',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    died(grafana({ alertmanager: [held({ receivers: ['grafana-default-email'] })] })),
    "Grafana's Alertmanager sends it to grafana-default-email, not to slack",
  ],
  [
    'the contact point was refused by its receiver',
    'page received',
    refusedByTelegram(401, 'Unauthorized'),
    'telegram /bot[redacted]/sendMessage: 401',
    'bot token is wrong',
  ],
  [
    'the contact point was refused by its receiver',
    'page received',
    refusedByTelegram(404, 'Not Found'),
    'bot token is wrong',
  ],
  [
    'the contact point was refused by its receiver',
    'page received',
    refusedByTelegram(400, "Bad Request: can't parse entities: Unsupported start tag"),
    'Unsupported start tag',
    'template lets through',
  ],
  [
    'the contact point was refused by its receiver',
    'page received',
    refusedByTelegram(400, 'Bad Request: chat not found'),
    'chat id is wrong',
  ],
  [
    'the contact point leads to a host that the drill does not emulate',
    'page received',
    died(grafana(), { evidence: { refusedHosts: [refusedHost(10)] } }),
    'chat.example.com:443: no host of a vendor',
  ],
  [
    "Grafana's Alertmanager could not deliver the page",
    'page received',
    died(grafana(), {
      evidence: {
        // Of before the fault, and of another's page.
        refusedHosts: [refusedHost(-10)],
        notifierErrors: [
          '2 failed attempts of Alertmanager to notify through slack',
          '3 failed attempts of Grafana to notify through slack',
        ],
      },
    }),
    '3 failed attempts of Grafana',
  ],
  [
    'the alert was grouped and waiting',
    'page received',
    died(paging(), { evidence: { refusedHosts: [refusedHost(10)] } }),
    'Alertmanager got it at',
  ],
  [
    'a page arrived but its labels did not match',
    'page received',
    died(evidenceOf(), { pages: [pageAt(10.5, { labels: { alertname: alertName, team: 'search' } })] }),
    'team="search"',
  ],
];

describe('autopsy of an alert that fired', () => rowsHold(rows));
