import type { AlertEvidence, MissedRoute, Unjudged } from '../../core/record.ts';
import { autopsyWithoutPage, type Row, testRows } from '../testing/autopsy.ts';
import { alertName, at, pageAt, scenarioWith } from '../testing/basics.ts';
import { evidenceOf, hopsUntil, notifierAlert } from '../testing/evidence.ts';

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

const missedRoute = (changes: Partial<MissedRoute>): MissedRoute => ({
  receiver: 'slack',
  path: ['{}', '{…}'],
  unmet: [],
  ...changes,
});
const { rule } = evidenceOf();
const severityByValue = rule && {
  ...rule,
  labels: { severity: '{{ if gt $value 0.9 }}critical{{ else }}warning{{ end }}' },
};

const grafana = (changes: Partial<AlertEvidence> = {}) =>
  paging({
    manager: 'grafana',
    contactPoints: [
      { name: 'Slack on call', kinds: ['slack'] },
      { name: 'grafana-default-email', kinds: ['email'] },
    ],
    alertmanager: [notifierAlert({ receivers: ['Slack on call'] })],
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
  autopsyWithoutPage(
    grafana({
      contactPoints: [{ name: 'telegram', kinds: ['telegram'] }],
      alertmanager: [notifierAlert({ receivers: ['telegram'] })],
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
    autopsyWithoutPage(paging({ alertmanager: [] }), {
      evidence: { notifierErrors: ['3 alerts dropped by Prometheus'] },
    }),
    '3 alerts dropped',
  ],
  [
    'the alert was inhibited',
    'page received',
    autopsyWithoutPage(paging({ alertmanager: [notifierAlert({ inhibitedBy: ['abc'] })] })),
    'inhibited by abc',
  ],
  [
    'the alert was silenced',
    'page received',
    autopsyWithoutPage(paging({ alertmanager: [notifierAlert({ silencedBy: ['s1'] })] })),
    'silenced by s1',
  ],
  [
    'the alert was muted by nights',
    'page received',
    autopsyWithoutPage(paging({ alertmanager: [notifierAlert({ mutedBy: ['nights'] })] })),
    'muted by nights',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    autopsyWithoutPage(paging({ alertmanager: [notifierAlert({ receivers: ['webhook'] })] }), {
      pages: [pageAt(10.5, { receiver: 'webhook' })],
    }),
    'sends it to webhook, not to slack',
    '{} → {severity="critical"}',
    'arrived at webhook',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    autopsyWithoutPage(
      paging({
        alertmanager: [notifierAlert({ receivers: ['webhook'] })],
        missedRoutes: [
          missedRoute({ unmet: [{ label: 'severity', operator: '=~', value: 'crit|page' }] }),
          missedRoute({ unmet: [{ label: 'severity', operator: '=', value: 'Critical' }] }),
          missedRoute({ unmet: [{ label: 'region', operator: '=', value: 'eu' }] }),
          missedRoute({ takenBy: '{team="payments"}' }),
        ],
      }),
    ),
    'not taken: {} → {…} → slack: it demands severity=~"crit|page", and the alert has severity="critical": a regular expression must match the whole value',
    'it demands severity="Critical", and the alert has severity="critical", in another case',
    'not taken: {} → {…} → slack: the alert takes {team="payments"} instead',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    autopsyWithoutPage(
      paging({ alertmanager: [notifierAlert({ receivers: ['webhook'], labels: { team: 'payments' } })] }),
    ),
    'the rule sets severity="critical", and the alert has none: alert_relabel_configs changed it',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    autopsyWithoutPage(
      paging({
        rule: severityByValue,
        alertmanager: [notifierAlert({ receivers: ['webhook'], labels: { severity: 'warning' } })],
      }),
    ),
    'the rule makes the label severity by the template {{ if gt $value 0.9 }}critical{{ else }}warning{{ end }}, and the alert has severity="warning"',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    autopsyWithoutPage(
      paging({
        contactPoints: [{ name: 'slack-archive', kinds: ['webhook'] }],
        alertmanager: [notifierAlert({ receivers: ['slack-archive'] })],
      }),
    ),
    'sends it to slack-archive, not to slack',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    autopsyWithoutPage(paging({ alertmanager: [notifierAlert({ receivers: ['slack-platform'] })] }), {
      scenario: throughPayments,
      pages: [pageAt(10.5, { contactPoints: ['slack-platform'] })],
    }),
    'sends it to slack-platform, not to slack-payments',
    'its page arrived at slack through slack-platform',
  ],
  [
    'the receiver refused the page',
    'page received',
    autopsyWithoutPage(
      paging({
        contactPoints: [{ name: 'payments', kinds: ['slack'] }],
        alertmanager: [notifierAlert({ receivers: ['payments'] })],
      }),
      { deliveries: [delivery()] },
    ),
    'slack /services/T/B/x: 503 rollup_error',
  ],
  [
    'the receiver refused the page',
    'page received',
    autopsyWithoutPage(paging(), {
      deliveries: [delivery(), delivery({ responseStatus: 200, responseBody: 'ok' })],
    }),
    'slack /services/T/B/x: 503 rollup_error',
  ],
  [
    'the receiver refused the page',
    'page received',
    autopsyWithoutPage(paging(), {
      deliveries: [
        delivery({
          ...{ responseStatus: 200, refused: true },
          responseBody: '{"ok":false,"error":"channel_not_found"}',
        }),
      ],
    }),
    'slack /services/T/B/x: 200 {"ok":false,"error":"channel_not_found"} (refused)',
    'the notifier names no channel, which chat.postMessage needs',
  ],
  [
    'Alertmanager could not deliver the page',
    'page received',
    autopsyWithoutPage(paging(), {
      evidence: { notifierErrors: ['2 failed attempts of Alertmanager to notify through slack'] },
    }),
    '2 failed attempts',
  ],
  [
    'the alert was grouped and waiting',
    'page received',
    autopsyWithoutPage(paging()),
    '1.4 s before the fault was reverted',
    'group_wait is 667 ms',
  ],
  [
    "Grafana's Alertmanager never got the alert",
    'notifier sent',
    autopsyWithoutPage(grafana({ alertmanager: [] })),
    "never seen in Grafana's Alertmanager",
  ],
  [
    'the contact point is not there',
    'page received',
    autopsyWithoutPage(
      grafana({
        contactPoints: [{ name: 'grafana-default-email', kinds: ['email'] }],
        alertmanager: [notifierAlert({ receivers: ['grafana-default-email'] })],
      }),
    ),
    'leads to slack; there are: grafana-default-email (email)',
    'sends the alert to grafana-default-email',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    autopsyWithoutPage(grafana({ alertmanager: [notifierAlert({ receivers: ['grafana-default-email'] })] })),
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
    autopsyWithoutPage(grafana(), { evidence: { refusedHosts: [refusedHost(10)] } }),
    'chat.example.com:443: no host of a vendor',
  ],
  [
    "Grafana's Alertmanager could not deliver the page",
    'page received',
    autopsyWithoutPage(grafana(), {
      evidence: {
        // A delivery before the fault, and one of another alert.
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
    autopsyWithoutPage(paging(), { evidence: { refusedHosts: [refusedHost(10)] } }),
    'Alertmanager got it at',
  ],
  [
    'a page arrived but its labels did not match',
    'page received',
    autopsyWithoutPage(evidenceOf(), {
      pages: [pageAt(10.5, { labels: { alertname: alertName, team: 'search' } })],
    }),
    'team="search"',
  ],
];

describe('autopsy of an alert that fired', () => testRows(rows));
