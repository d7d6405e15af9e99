import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import type { PageContent, PageStatus } from '../../core/receivers/page.ts';
import type { ReceiverName } from '../../core/receivers/receivers.ts';
import { Scope } from '../../core/scope.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { startAlertmanager } from './testing/alertmanager.ts';
import { post } from './testing/requests.ts';

const routingKey = '0123456789abcdef0123456789abcdef';
const botToken = '8012345678:AAGfirstdrillfirstdrillfirstdrill-1';
const webhookPath = '/services/T00000001/B00000002/aB3dE5gH7jK9mN1pQ3sT5vW7';
const runbook = 'http://127.0.0.1:8099/runbooks/payments/checkout-errors';
const signal = new AbortController().signal;
/** Over the 28 KB of Teams. */
const long = 'a'.repeat(30_000);

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
    routes: [
      { receiver: 'refused', matchers: ['alertname = Refused'] },
      { receiver: 'unknown', matchers: ['alertname = Unknown'] },
    ],
  },
  receivers: [
    {
      name: 'unknown',
      slack_configs: [{ api_url: url['slack-default'] + webhookPath, channel: '#other' }],
      pagerduty_configs: [{ routing_key: 'f'.repeat(32), url: `${url.pagerduty}/v2/enqueue` }],
      opsgenie_configs: [{ api_key: 'another-key', api_url: `${url.opsgenie}/` }],
      msteams_configs: [{ webhook_url: `${url.msteams}/webhookb2/x/IncomingWebhook/y/z` }],
      msteamsv2_configs: [{ webhook_url: `${url.msteamsv2}/workflows/x/triggers/manual/paths/invoke?sig=y` }],
      discord_configs: [{ webhook_url: `${url.discord}/api/webhooks/2/own` }],
    },
    {
      name: 'refused',
      slack_configs: [
        {
          api_url: `${url['slack-api']}/api/chat.postMessage`,
          channel: '#payments',
          http_config: { authorization: { credentials: 'xoxb-another' } },
        },
      ],
      msteams_configs: [{ webhook_url: `${url.msteams}/workflows/a/triggers/manual/paths/invoke?sig=b` }],
      msteamsv2_configs: [{ webhook_url: `${url.msteamsv2}/webhookb2/a/IncomingWebhook/b/c`, text: long }],
      discord_configs: [{ webhook_url: `${url.discord}/api/webhooks/1/another` }],
    },
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
    const tools = await builtTools(['alertmanager'], signal);
    const kinds: [string, ReceiverName][] = [
      ['slack-default', 'slack'],
      ['slack-fields', 'slack'],
      ['pagerduty', 'pagerduty'],
      ['webhook', 'webhook'],
      ['telegram', 'telegram'],
      ['slack-api', 'slack'],
      ['msteams', 'msteams'],
      ['msteamsv2', 'msteamsv2'],
      ['discord', 'discord'],
      ['opsgenie', 'opsgenie'],
    ];
    /** Those to which the messages are sent that are refused for their form. */
    const webhooks: Readonly<Record<string, string>> = {
      discord: '/api/webhooks/1/own',
      msteams: '/workflows/a/triggers/manual/paths/invoke?sig=b',
      msteamsv2: '/webhookb2/a/IncomingWebhook/b/c',
    };
    for (const [name, kind] of kinds) {
      const receiver = await openReceiver(kind, {
        credentials: {
          ...{
            routingKeys: routingKey,
            botToken,
            tokens: 'xoxb-own',
            channels: '#payments',
            apiKeys: 'own-key',
          },
          webhooks: webhooks[kind] ?? webhookPath,
        },
      });
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

  describe('vendors refuse a message, three of them with a status of success', () => {
    const kinds = ['slack-api', 'msteams', 'msteamsv2', 'discord'];
    const first = (name: string) => receivers.get(name)?.deliveries()[0];

    before(async () => {
      await post(`${alertmanager}/api/v2/alerts`, [
        alert('Refused', 'a:1', { startsAt: new Date().toISOString() }),
      ]);
      await until(
        'a request at each',
        () => (kinds.every(first) ? met(true) : notYet(kinds.filter((name) => !first(name)).join())),
        { where: 'the receivers', withinMs: 20_000, everyMs: 50, signal },
      );
    });

    it('and none of these is accepted', () => {
      const answers = kinds.map((name) => {
        const { accepted, responseStatus, refused } = first(name) ?? {};
        return [name, accepted, responseStatus, refused];
      });
      expect(answers).to.deep.equal([
        ['slack-api', false, 200, true],
        ['msteams', false, 202, true],
        ['msteamsv2', false, 200, true],
        ['discord', false, 401, undefined],
      ]);
    });

    it("which Alertmanager learns from Slack's and Discord's answers, and not from those of Teams", async () => {
      const failed = (metrics: string, kind: string) =>
        new RegExp(
          `^alertmanager_notifications_failed_total\\{integration="${kind}",[^}]*\\} [1-9]`,
          'm',
        ).test(metrics);
      const metrics = await until(
        'failures of Slack and Discord',
        async () => {
          const text = await (await fetch(`${alertmanager}/metrics`)).text();
          return ['slack', 'discord'].every((kind) => failed(text, kind)) ? met(text) : notYet('none yet');
        },
        { where: 'alertmanager', withinMs: 20_000, everyMs: 100, signal },
      );
      expect(['msteams', 'msteamsv2'].filter((kind) => failed(metrics, kind))).to.deep.equal([]);
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

  // The last ones: Alertmanager sends a refused message again and again.
  describe('an address that the vendor does not know', () => {
    it('is refused by each vendor for a channel, a key or an address that it does not know', async () => {
      const expected = [
        ['slack-default', 404, 'channel_not_found'],
        ['pagerduty', 400, 'Invalid routing key'],
        ['opsgenie', 401, 'Could not authenticate'],
        ['msteams', 410, ''],
        ['msteamsv2', 404, 'WorkflowNotFound'],
        ['discord', 404, 'Unknown Webhook'],
      ] as const;
      await post(`${alertmanager}/api/v2/alerts`, [
        alert('Unknown', 'a:1', { startsAt: new Date().toISOString() }),
      ]);
      for (const [name, status, text] of expected) {
        const refused = await until(
          `a refusal by ${name}`,
          () => {
            const found = receivers
              .get(name)
              ?.deliveries()
              .find((one) => one.responseStatus === status);
            return found ? met(found) : notYet(JSON.stringify(receivers.get(name)?.deliveries()));
          },
          { where: name, withinMs: 20_000, everyMs: 50, signal },
        );
        expect(refused.accepted, name).to.equal(false);
        expect(refused.responseBody, name).to.include(text);
      }
    });
  });
});
