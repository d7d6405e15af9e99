import type { Delivery, DrillRecord, Page } from '../../core/record.ts';
import { at } from './basics.ts';

const runbook = 'http://127.0.0.1:41090/runbooks/checkout-errors';
const labels = { alertname: 'CheckoutErrorRateHigh', severity: 'critical', team: 'payments' };
const annotations = {
  summary: 'Half of the checkouts are failing',
  description: '50% of checkouts failed over the last 10 s (threshold 5%).',
  runbook_url: runbook,
};

function slackBody(firing: boolean): string {
  return JSON.stringify({
    channel: '#payments-alerts',
    username: 'Alertmanager',
    attachments: [
      {
        title: `${firing ? '[FIRING:1]' : '[RESOLVED]'} CheckoutErrorRateHigh (critical payments)`,
        title_link: runbook,
        text: annotations.description,
        color: firing ? 'danger' : 'good',
      },
    ],
  });
}

function pagerdutyBody(firing: boolean): string {
  return JSON.stringify({
    routing_key: '…',
    event_action: firing ? 'trigger' : 'resolve',
    dedup_key: 'c0ffee',
    payload: { summary: annotations.summary, source: 'alertmanager', severity: 'critical' },
    links: [{ href: runbook, text: 'runbook' }],
  });
}

const arrivals = [
  ['slack', 42.28, true],
  ['pagerduty', 42.31, true],
  ['slack', 54.9, false],
  ['pagerduty', 54.94, false],
] as const;

const deliveries = arrivals.map(
  ([receiver, seconds, firing]): Delivery => ({
    receiver,
    at: at(seconds),
    monotonicMs: seconds * 1000,
    path: receiver === 'slack' ? '/services/T000/B000/xxxx' : '/v2/enqueue',
    body: receiver === 'slack' ? slackBody(firing) : pagerdutyBody(firing),
    responseStatus: receiver === 'slack' ? 200 : 202,
    responseBody: receiver === 'slack' ? 'ok' : '{"status":"success"}',
  }),
);

const pages = arrivals.map(
  ([receiver, seconds, firing], delivery): Page => ({
    receiver,
    receivedAt: at(seconds),
    monotonicMs: seconds * 1000,
    status: firing ? 'firing' : 'resolved',
    alert: 'CheckoutErrorRateHigh',
    labels,
    annotations,
    startsAt: at(42.05),
    links: [runbook],
    delivery,
    title:
      receiver === 'slack'
        ? `${firing ? '[FIRING:1]' : '[RESOLVED]'} CheckoutErrorRateHigh (critical payments)`
        : annotations.summary,
    text: annotations.description,
    precision: 'rendered',
  }),
);

/** What the receivers of the sample drill got: firing and resolved, at Slack and at PagerDuty. */
export const samplePages: Pick<DrillRecord, 'deliveries' | 'pages'> = { deliveries, pages };
