import type { AlertEvidence, Unjudged } from '../../core/record.ts';
import { autopsyWithoutPage, type Row, testRows } from '../testing/autopsy.ts';
import { alertName, at, scenarioWith } from '../testing/basics.ts';
import { evidenceOf, hopsUntil, notifierAlert } from '../testing/evidence.ts';

const [page] = scenarioWith().expectations;
const telegram = scenarioWith({
  expectations: [{ ...page, receiver: 'telegram' } as NonNullable<typeof page>],
});
const delivery = (changes: Partial<Unjudged['deliveries'][number]> = {}) => ({
  receiver: 'telegram' as const,
  at: at(10.4),
  monotonicMs: 0,
  path: '/bot[redacted]/sendMessage',
  body: '--x Firing:',
  message: { text: '🔥 Firing:', entities: [] },
  responseStatus: 200,
  responseBody: '{"ok":true}',
  ...changes,
});
/** The fault is reverted 11 s after the injection; Grafana got the alert at 9.6 s. */
const route = (groupWaitMs: number, groupIntervalMs: number) => ({
  receiver: 'telegram',
  path: ['{}'],
  groupWaitMs,
  groupIntervalMs,
});
const templateError =
  "Grafana, telegram: failed to template Telegram message: template: x:1:2: can't evaluate field Team";
const grafana = (
  deliveries: Unjudged['deliveries'] = [],
  notifierErrors: string[] = [],
  changes: Partial<AlertEvidence> = {},
) =>
  autopsyWithoutPage(
    evidenceOf({
      manager: 'grafana',
      hops: hopsUntil('notifier sent'),
      contactPoints: [{ name: 'telegram', kinds: ['telegram'] }],
      alertmanager: [notifierAlert({ receivers: ['telegram'] })],
      route: route(100, 400),
      ...changes,
    }),
    { scenario: telegram, deliveries, evidence: { notifierErrors } },
  );

const templateFailed = 'the message template failed';
const grouped = 'the alert was grouped and waiting';
const nothingShown = 'the messages that arrived do not show the alert';
const nothingSent = "Grafana's Alertmanager had the alert and sent nothing in that time";
const elsewhere = templateError.replace('Grafana, telegram', 'Grafana, slack');

const rows: Row[] = [
  [
    templateFailed,
    'page received',
    grafana([delivery()], [templateError]),
    "can't evaluate field Team",
    'telegram got (and answered 200): 🔥 Firing:',
  ],
  // The message is truncated to nothing, so it is refused. The cause is the template.
  [
    templateFailed,
    'page received',
    grafana([delivery({ responseStatus: 400, body: alertName })], [templateError]),
    'failed to template',
    'answered 400',
  ],
  [grouped, 'page received', grafana([], [elsewhere], { route: route(600, 1_000) }), 'group_interval 1.0 s'],
  [
    grouped,
    'page received',
    grafana([], ['Grafana, telegram: no answer: time-out'], { route: route(600, 1_000) }),
    'group_wait is 600 ms',
  ],
  [nothingSent, 'page received', grafana(), '1.4 s before the fault was reverted', 'group_wait is 100 ms'],
  // Deliveries of another receiver, before the notifier got the alert, and after the fault.
  [
    nothingSent,
    'page received',
    grafana([delivery({ receiver: 'slack' }), delivery({ at: at(9.5) }), delivery({ at: at(60) })]),
    'group_interval 400 ms',
  ],
  [
    nothingShown,
    'page received',
    grafana([delivery()]),
    'telegram got (and answered 200): 🔥 Firing:',
    "message's template",
  ],
];

describe('autopsy of an alert that was not sent, or not shown', () => testRows(rows));
