import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import type { PageContent, PageStatus } from '../../core/receivers/page.ts';
import type { ReceiverName } from '../../core/receivers/receivers.ts';
import { Scope } from '../../core/scope.ts';
import { cacheDirOf } from '../../stacks/toolchain/cache-dir.ts';
import { ensureTools } from '../../stacks/toolchain/toolchain.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { startAlertmanager } from './testing/alertmanager.ts';
import { post } from './testing/requests.ts';

const routingKey = '0123456789abcdef0123456789abcdef';
const botToken = '8012345678:AAGfirstdrillfirstdrillfirstdrill-1';
const webhookPath = '/services/T00000001/B00000002/aB3dE5gH7jK9mN1pQ3sT5vW7';
const runbook = 'http://127.0.0.1:8099/runbooks/payments/checkout-errors';
const signal = new AbortController().signal;

/** Each template value goes over all alerts of the group, one line each. */
const each = (value: string) => `{{ range .Alerts }}{{ ${value} }}{{ "\\n" }}{{ end }}`;

const fields = [
  { title: 'alertname', value: each('.Labels.alertname') },
  { title: 'status', value: each('.Status') },
  { title: 'instance', value: each('.Labels.instance') },
  { title: 'severity', value: '{{ .CommonLabels.severity }}' },
  { title: 'startsAt', value: each('.StartsAt') },
  { title: 'runbook_url', value: '<{{ .CommonAnnotations.runbook_url }}|Runbook>' },
];

const configuration = (url: Record<string, string>) => ({
  route: {
    receiver: 'all',
    group_by: ['alertname'],
    group_wait: '200ms',
    group_interval: '500ms',
    repeat_interval: '1h',
  },
  receivers: [
    {
      name: 'all',
      slack_configs: [
        { api_url: url['slack-default'] + webhookPath, channel: '#payments', send_resolved: true },
        { api_url: url['slack-fields'] + webhookPath, channel: '#payments', send_resolved: true, fields },
      ],
      pagerduty_configs: [
        {
          routing_key: routingKey,
          url: `${url.pagerduty}/v2/enqueue`,
          severity: '{{ .CommonLabels.severity }}',
          links: [{ href: '{{ .CommonAnnotations.runbook_url }}', text: 'Runbook' }],
        },
      ],
      telegram_configs: [{ api_url: url.telegram, bot_token: botToken, chat_id: -1001234567890 }],
      webhook_configs: [{ url: `${url.webhook}/hook`, send_resolved: true }],
    },
  ],
});

describe('a real Alertmanager and the receivers', function () {
  this.timeout(900_000);
  const scope = new Scope();
  const receivers = new Map<string, Receiver>();
  let alertmanager: string;

  const pagesOf = (name: string): readonly PageContent[] =>
    receivers
      .get(name)
      ?.deliveries()
      .filter(({ accepted }) => accepted)
      .flatMap(({ pages }) => pages) ?? [];

  const paged = (name: string, alertname: string, status: PageStatus, alerts: number) =>
    until(
      `${alerts} ${status} at ${name}`,
      () => {
        const found = pagesOf(name).filter((page) => page.alert === alertname && page.status === status);
        const count = new Set(found.map(({ labels }) => labels.instance)).size;
        return count >= alerts ? met(found) : notYet(JSON.stringify(receivers.get(name)?.deliveries()));
      },
      { where: name, withinMs: 20_000, everyMs: 50, signal },
    );

  const alert = (alertname: string, instance: string, times: object) => ({
    labels: { alertname, instance, severity: 'critical', team: 'payments' },
    annotations: { summary: 'Checkout fails', runbook_url: runbook },
    generatorURL: 'http://127.0.0.1:9090/graph?g0.expr=up',
    ...times,
  });

  before(async () => {
    const tools = await ensureTools(['alertmanager'], {
      cacheDir: cacheDirOf(process.env),
      env: process.env,
      signal,
      progress: () => {},
    });
    const kinds: [string, ReceiverName][] = [
      ['slack-default', 'slack'],
      ['slack-fields', 'slack'],
      ['pagerduty', 'pagerduty'],
      ['webhook', 'webhook'],
      ['telegram', 'telegram'],
    ];
    for (const [name, kind] of kinds) {
      const receiver = await openReceiver(kind, { credentials: { webhookPath, routingKey, botToken } });
      scope.defer(name, () => receiver.close());
      receivers.set(name, receiver);
    }
    const urls = Object.fromEntries([...receivers].map(([name, { url }]) => [name, url]));
    alertmanager = await startAlertmanager(tools.path('alertmanager'), configuration(urls), scope);
  });
  after(async () => {
    expect(await scope.close()).to.deep.equal([]);
  });

  describe('two alerts of a group fire and resolve', () => {
    const alertname = 'CheckoutErrorRateHigh';
    const startsAt = new Date().toISOString();
    const statuses: PageStatus[] = ['firing', 'resolved'];

    before(async () => {
      const instances = ['a:1', 'b:2'];
      const send = (times: object) =>
        post(
          `${alertmanager}/api/v2/alerts`,
          instances.map((instance) => alert(alertname, instance, times)),
        );
      await send({ startsAt });
      await Promise.all(
        ['slack-fields', 'pagerduty', 'webhook', 'telegram'].map((n) => paged(n, alertname, 'firing', 2)),
      );
      await paged('slack-default', alertname, 'firing', 1);
      await send({ startsAt, endsAt: new Date().toISOString() });
    });

    for (const status of statuses) {
      it(`webhook: exact pages, ${status}`, async () => {
        const [page] = await paged('webhook', alertname, status, 2);
        expect(page).to.deep.include({
          labels: { alertname, instance: 'a:1', severity: 'critical', team: 'payments' },
          annotations: { summary: 'Checkout fails', runbook_url: runbook },
          startsAt: Date.parse(startsAt),
          precision: 'exact',
        });
        expect(page?.links).to.include(runbook);
      });

      it(`pagerduty: all labels and annotations, ${status}`, async () => {
        const [page] = await paged('pagerduty', alertname, status, 2);
        expect(page).to.deep.include({
          labels: { alertname, instance: 'a:1', severity: 'critical', team: 'payments' },
          annotations: { summary: 'Checkout fails', runbook_url: runbook },
          precision: 'rendered',
        });
        expect(page?.severity).to.equal('critical');
        expect(page?.links).to.include(runbook);
        expect(new Set(pagesOf('pagerduty').map(({ dedupKey }) => dedupKey))).to.have.lengthOf(1);
      });

      it(`telegram: all labels and annotations, ${status}`, async () => {
        const [page] = await paged('telegram', alertname, status, 2);
        expect(page).to.deep.include({
          labels: { alertname, instance: 'a:1', severity: 'critical', team: 'payments' },
          annotations: { summary: 'Checkout fails', runbook_url: runbook },
          precision: 'rendered',
        });
        expect(page?.links).to.include(runbook);
      });

      it(`slack, fields: the labels that the template shows, ${status}`, async () => {
        const [page] = await paged('slack-fields', alertname, status, 2);
        expect(page).to.deep.include({
          labels: { alertname, instance: 'a:1', severity: 'critical' },
          annotations: { runbook_url: runbook },
          startsAt: Date.parse(startsAt),
          precision: 'rendered',
        });
      });

      it(`slack, default template: name and status from the title, ${status}`, async () => {
        const [page] = await paged('slack-default', alertname, status, 1);
        expect(page).to.deep.include({ labels: { alertname }, precision: 'title' });
      });
    }

    it('leaves no secret in any delivery, and no request refused', () => {
      const deliveries = [...receivers.values()].flatMap((receiver) => receiver.deliveries());
      expect(JSON.stringify(deliveries))
        .not.to.contain(routingKey)
        .and.not.to.contain('aB3dE5gH7jK9mN1pQ3sT5vW7')
        .and.not.to.contain('AAGfirstdrill');
      expect(deliveries.filter(({ accepted }) => !accepted)).to.deep.equal([]);
    });
  });

  describe('receivers misbehave for one request', () => {
    const alertname = 'Retried';
    const outcomes = (name: string) =>
      receivers
        .get(name)
        ?.deliveries()
        .filter(({ pages }) => pages[0]?.alert === alertname)
        .map(({ accepted, responseStatus, responseBody }) =>
          accepted ? 'accepted' : responseStatus || responseBody,
        );

    before(async () => {
      receivers.get('webhook')?.misbehave({ mode: 'respond', status: 500, requests: 1 });
      receivers.get('pagerduty')?.misbehave({ mode: 'rate-limit', retryAfterS: 1, requests: 1 });
      receivers.get('slack-fields')?.misbehave({ mode: 'reset', requests: 1 });
      receivers
        .get('slack-default')
        ?.misbehave({ mode: 'respond', status: 403, body: 'invalid_token', requests: 1 });
      await post(`${alertmanager}/api/v2/alerts`, [
        alert(alertname, 'a:1', { startsAt: new Date().toISOString() }),
      ]);
      await Promise.all(
        ['webhook', 'pagerduty', 'slack-fields'].map((n) => paged(n, alertname, 'firing', 1)),
      );
    });

    it('is sent again after a 5xx, a 429 and a reset', () => {
      expect(outcomes('webhook')).to.deep.equal([500, 'accepted']);
      expect(outcomes('pagerduty')).to.deep.equal([429, 'accepted']);
      expect(outcomes('slack-fields')).to.deep.equal(['reset', 'accepted']);
    });

    it('is refused for good by a 403, which the delivery shows', () => {
      expect(outcomes('slack-default')).to.include(403);
      const refused = receivers
        .get('slack-default')
        ?.deliveries()
        .find(({ accepted }) => !accepted);
      expect(refused).to.include({ responseStatus: 403, responseBody: 'invalid_token' });
    });
  });
});
