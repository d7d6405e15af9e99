import { expect } from 'chai';
import type { AlertEvidence, Evidence, Page } from '../../core/record.ts';
import { autopsyOf, autopsyWithoutPage, type Row, testRows } from '../testing/autopsy.ts';
import { alertName, at, pageAt, pageLabels, scenarioWith } from '../testing/basics.ts';
import { evidenceOf, hopsUntil, notifierAlert } from '../testing/evidence.ts';
import { deliveryAt, notificationAt, sent } from '../testing/notifications.ts';
import { recordWith } from '../testing/record.ts';

const paging = (changes: Partial<AlertEvidence> = {}) =>
  evidenceOf({
    hops: hopsUntil('notifier sent'),
    contactPoints: [{ name: 'slack', kinds: ['slack'] }],
    ...changes,
  });
const other = (alertname: string, labels: Record<string, string> = {}) =>
  sent({ labels: { ...pageLabels, alertname, ...labels }, fingerprint: alertname });
type Failure = NonNullable<Evidence['failedNotifications']>[number];
const failure = (changes: Partial<Failure> = {}): Failure => ({
  ...{ at: at(10.4), manager: 'prometheus', contactPoint: 'slack', kind: 'slack', index: 0, final: true },
  message: 'Post "…": connection refused',
  ...changes,
});
const failed = (...failedNotifications: Failure[]) => ({ failedNotifications });
const refusal = { responseStatus: 400, responseBody: 'invalid_payload' };
const [page] = scenarioWith().expectations;
const throughPayments = scenarioWith({
  expectations: [{ ...page, contactPoint: 'payments' } as NonNullable<typeof page>],
});
const telegram = scenarioWith({
  expectations: [{ ...page, receiver: 'telegram' } as NonNullable<typeof page>],
});
const discord = scenarioWith({
  expectations: [{ ...page, receiver: 'discord' } as NonNullable<typeof page>],
});

const notDelivered = 'Alertmanager could not deliver the page';
const refused = 'the receiver refused the page';
const templateFailed = 'the message template failed';
const nothingShown = 'the messages that arrived do not show the alert';
const waiting = 'the alert was grouped and waiting';
const inhibitedBy = (equal: string[], labels: Record<string, string>) =>
  autopsyWithoutPage(
    paging({
      alertmanager: [
        notifierAlert({
          inhibitedBy: ['f9'],
          inhibitors: [
            { fingerprint: 'f9', labels, rule: { index: 2, source: ['a="b"'], target: [], equal } },
          ],
        }),
      ],
    }),
  );
const hidden = (changes: Partial<Page> = {}) =>
  pageAt(10.5, { shown: false, notification: 0, precision: 'exact', ...changes });
const routedTo = (name: string) => ({
  contactPoints: [
    { name: 'slack', kinds: ['slack'] },
    { name: 'slack-blackhole', kinds: [] },
  ],
  alertmanager: [notifierAlert({ receivers: [name] })],
});
/** A message of Grafana to Discord that was sent for the alert and does not show it. */
const hiddenAtDiscord = (body: object) =>
  autopsyWithoutPage(
    paging({
      manager: 'grafana',
      contactPoints: [{ name: 'discord', kinds: ['discord'] }],
      alertmanager: [notifierAlert({ receivers: ['discord'] })],
    }),
    {
      scenario: discord,
      pages: [hidden({ receiver: 'discord' })],
      notifications: [
        notificationAt(10.4, {
          ...{ manager: 'grafana', contactPoint: 'discord', kind: 'discord', attempts: [0], delivery: 0 },
        }),
      ],
      deliveries: [
        deliveryAt(10.5, { receiver: 'discord', responseStatus: 204, body: JSON.stringify(body) }),
      ],
    },
  );
/** A multipart form, as Grafana sends it. */
const form = (text: string) =>
  `--b\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n${text}\r\n--b--`;
const cutByTelegram = (text: string) =>
  autopsyWithoutPage(
    paging({
      manager: 'grafana',
      contactPoints: [{ name: 'telegram', kinds: ['telegram'] }],
      alertmanager: [notifierAlert({ receivers: ['telegram'] })],
    }),
    {
      scenario: telegram,
      notifications: [
        notificationAt(10.4, {
          manager: 'grafana',
          contactPoint: 'telegram',
          kind: 'telegram',
          attempts: [0],
        }),
      ],
      deliveries: [
        deliveryAt(10.4, {
          receiver: 'telegram',
          body: form(text),
          responseStatus: 400,
          responseBody: "Bad Request: can't parse entities: Can't find end tag corresponding to start tag b",
        }),
      ],
    },
  );

const rows: Row[] = [
  // The inhibiting alert, and the label that is missing in the rule's `equal`.
  [
    'the alert was inhibited',
    'page received',
    inhibitedBy(['cluster'], { alertname: 'NodeDown', severity: 'critical', team: 'payments' }),
    'is inhibited by NodeDown {severity="critical", team="payments"}',
    'inhibit_rules[2]: source {a="b"}, target {}, equal [cluster]',
    'neither alert has cluster, and a label that both lack counts as equal',
  ],
  [
    'the alert was inhibited',
    'page received',
    inhibitedBy([], { alertname: 'NodeDown', team: 'platform' }),
    'is inhibited by NodeDown {team="platform"}',
    'equal does not name severity, team, in which the two alerts differ',
  ],
  // If several alerts have the name, the expected one counts.
  [
    'the alert was silenced',
    'page received',
    autopsyWithoutPage(
      paging({
        alertmanager: [
          notifierAlert({ labels: { ...pageLabels, team: 'search' } }),
          notifierAlert({ silencedBy: ['s1'] }),
        ],
      }),
      {
        pages: [pageAt(10.5, { labels: { ...pageLabels, team: 'search' } })],
        notifications: [notificationAt(10.4, { alerts: [other(alertName, { team: 'search' })] })],
      },
    ),
    'team="payments"} is silenced by s1',
  ],
  [
    'a page arrived but its labels did not match',
    'page received',
    autopsyWithoutPage(
      paging({ alertmanager: [notifierAlert({ labels: { ...pageLabels, team: 'search' } })] }),
      {
        pages: [pageAt(10.5, { labels: { ...pageLabels, team: 'search' } })],
        notifications: [notificationAt(10.4, { alerts: [other(alertName, { team: 'search' })] })],
      },
    ),
    'team="search"',
  ],
  // A failure is matched by integration, time and alert.
  [
    notDelivered,
    'page received',
    autopsyWithoutPage(paging(), { notifications: [notificationAt(10.4)], evidence: failed(failure()) }),
    'slack/slack[0]: Post "…": connection refused',
  ],
  [
    templateFailed,
    'page received',
    autopsyWithoutPage(paging(), {
      notifications: [notificationAt(10.4)],
      evidence: failed(failure({ message: "template: :1:15: can't evaluate field Annotations" })),
    }),
    "slack/slack[0]: template: :1:15: can't evaluate field Annotations",
  ],
  [
    refused,
    'page received',
    autopsyWithoutPage(paging(), {
      notifications: [notificationAt(10.4, { attempts: [1] })],
      deliveries: [
        deliveryAt(10.4, { responseStatus: 503, responseBody: 'of another' }),
        deliveryAt(10.4, refusal),
      ],
    }),
    '400 invalid_payload',
  ],
  // A message cut at the vendor's limit.
  [
    'the contact point was refused by its receiver',
    'page received',
    cutByTelegram(`<b>${'x'.repeat(4092)}…`),
    'longer than the 4096 characters',
    'a tag was left open',
  ],
  [
    'the contact point was refused by its receiver',
    'page received',
    cutByTelegram('<b>short…'),
    'lets through what its parse_mode reads as markup',
  ],
  // The message that arrived does not show the alert.
  [
    nothingShown,
    'page received',
    autopsyWithoutPage(paging(), {
      pages: [hidden()],
      notifications: [
        notificationAt(10.4, { alerts: [sent(), other('DatabaseCorrupt')], attempts: [0], delivery: 0 }),
      ],
      deliveries: [deliveryAt(10.5, { body: '{"text":"[FIRING:2] payments"}' })],
    }),
    `the message stands for 2 alerts: ${alertName}, DatabaseCorrupt`,
    '[FIRING:2] payments',
  ],
  [
    nothingShown,
    'page received',
    autopsyWithoutPage(
      paging({
        manager: 'grafana',
        contactPoints: [{ name: 'telegram', kinds: ['telegram'] }],
        alertmanager: [notifierAlert({ receivers: ['telegram'] })],
      }),
      {
        scenario: telegram,
        pages: [hidden({ receiver: 'telegram' })],
        notifications: [
          notificationAt(10.4, {
            manager: 'grafana',
            contactPoint: 'telegram',
            kind: 'telegram',
            attempts: [0],
            delivery: 0,
          }),
        ],
        deliveries: [deliveryAt(10.5, { receiver: 'telegram', body: form(`${'x'.repeat(4095)}…`) })],
      },
    ),
    'the message was cut at 4096 characters, the most that telegram takes',
  ],
  [
    nothingShown,
    'page received',
    hiddenAtDiscord({ content: `${'x'.repeat(1999)}…`, embeds: [{ title: '[FIRING:9] drills' }] }),
    'the message was cut at 2000 characters, the most that discord takes',
  ],
  [
    nothingShown,
    'page received',
    hiddenAtDiscord({ content: '', embeds: [{ title: 't', description: `${'x'.repeat(4095)}…` }] }),
    'the message was cut at 4096 characters, the most that discord takes',
  ],
  [
    nothingShown,
    'page received',
    hiddenAtDiscord({ content: 'short…', embeds: [{ title: 't' }] }),
    "check the message's template",
  ],
  // Where the alert was sent.
  [
    'the alert was routed to a receiver without any notifier',
    'page received',
    autopsyWithoutPage(paging(routedTo('slack-blackhole'))),
    'sends it to slack-blackhole, which notifies nobody',
    'there are: slack (slack), slack-blackhole (nothing)',
  ],
  [
    'the alert was routed elsewhere',
    'page received',
    autopsyWithoutPage(paging(routedTo('slack-of-others'))),
    'sends it to slack-of-others, not to slack',
  ],
  // A group that had already been notified.
  [
    waiting,
    'page received',
    autopsyWithoutPage(
      paging({
        route: {
          ...evidenceOf().route,
          receiver: 'slack',
          path: [],
          groupWaitMs: 667,
          groupIntervalMs: 20_000,
          groupBy: ['team'],
        },
      }),
      {
        notifications: [notificationAt(3, { alerts: [other('CheckoutSeen')] })],
      },
    ),
    'its group had been notified at',
    'of CheckoutSeen: {team="payments"}',
    `${alertName} joined it at`,
    'waits for group_interval, 20.0 s',
  ],
];

describe('autopsy by the notifications that the manager sent', () => testRows(rows));

describe('a page that joined a group', () => {
  const joinedAt = (seconds: number, groupKey: string) =>
    autopsyOf(
      recordWith({
        pages: [pageAt(seconds, { notification: 1 })],
        notifications: [
          notificationAt(3, { alerts: [other('CheckoutSeen')], groupKey }),
          notificationAt(seconds, { alerts: [other('CheckoutSeen'), sent()], delivery: 0 }),
        ],
        evidence: {
          alerts: [evidenceOf({ hops: hopsUntil('page received', { 'page received': seconds }) })],
        },
      }),
    );

  it('was late by group_interval, and the evidence names both alerts', () => {
    const found = joinedAt(22.9, '{}:{}');
    expect(found).to.include({
      hop: 'page received',
      cause: 'the alert joined a group that had been notified, and waited for group_interval',
    });
    expect(found?.evidence.join('\n')).to.contain('of CheckoutSeen').and.contain(`${alertName} joined it`);
  });

  it('was late for another reason if the other alert was in another group', () => {
    expect(joinedAt(22.9, '{}:{other}')?.cause).to.equal('the page arrived late');
  });
});

describe('evidence of other notifications', () => {
  const causeOf = (changes: Parameters<typeof autopsyWithoutPage>[1], alert = paging()) =>
    autopsyWithoutPage(alert, changes)?.cause;
  const rows: [what: string, cause: string | undefined][] = [
    [
      'a failure of another contact point',
      causeOf({
        notifications: [notificationAt(10.4)],
        evidence: failed(failure({ contactPoint: 'slack-platform' })),
      }),
    ],
    [
      'a failure of another kind',
      causeOf({ notifications: [notificationAt(10.4)], evidence: failed(failure({ kind: 'pagerduty' })) }),
    ],
    [
      'a failure of another notifier of the contact point',
      causeOf({ notifications: [notificationAt(10.4)], evidence: failed(failure({ index: 1 })) }),
    ],
    [
      'a failure of before',
      causeOf({ notifications: [notificationAt(10.4)], evidence: failed(failure({ at: at(2) })) }),
    ],
    [
      'a failure to send another alert',
      causeOf({
        notifications: [notificationAt(10.4, { alerts: [other(`${alertName}Too`)] })],
        evidence: failed(failure()),
      }),
    ],
    [
      'a failure through another contact point than expected',
      causeOf(
        { scenario: throughPayments, notifications: [notificationAt(10.4)], evidence: failed(failure()) },
        paging({
          contactPoints: [{ name: 'payments', kinds: ['slack'] }],
          alertmanager: [notifierAlert({ receivers: ['payments'] })],
        }),
      ),
    ],
    [
      'a message that was refused, whose alert has ours in its name',
      causeOf({
        notifications: [notificationAt(10.4, { alerts: [other(`${alertName}Too`)], attempts: [0] })],
        deliveries: [deliveryAt(10.4, { ...refusal, body: `${alertName}Too` })],
      }),
    ],
    [
      'the same of a record without notifications',
      causeOf({ deliveries: [deliveryAt(10.4, { ...refusal, body: `"${alertName}Too"` })] }),
    ],
    [
      'a failure of another receiver, in such a record',
      causeOf({
        evidence: { notifierErrors: ['2 failed attempts of Alertmanager to notify through pagerduty'] },
      }),
    ],
  ];
  for (const [what, cause] of rows) {
    it(`is ${what}`, () => {
      expect(cause).not.to.be.oneOf([notDelivered, refused, templateFailed]);
      expect(cause).to.be.a('string');
    });
  }

  it('is no waiting group once the message has arrived', () => {
    expect(
      causeOf({
        notifications: [notificationAt(10.4, { attempts: [0], delivery: 0 })],
        deliveries: [deliveryAt(10.4)],
        pages: [],
      }),
    ).not.to.equal(waiting);
  });
});
