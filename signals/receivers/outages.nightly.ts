/*
 * What the real senders do when a receiver fails for a while: whether the page is lost, and after how many attempts it
 * arrives. docs/watchers.md has these as a table.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import { Scope } from '../../core/scope.ts';
import { cacheDirOf } from '../../stacks/toolchain/cache-dir.ts';
import { ensureTools } from '../../stacks/toolchain/toolchain.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { startAlertmanager } from './testing/alertmanager.ts';
import { folder, rule, startGrafana } from './testing/grafana.ts';
import { post } from './testing/requests.ts';
import { openVendorProxy } from './vendor-hosts/vendor-proxy.ts';

const routingKey = '0123456789abcdef0123456789abcdef';
const botToken = '8012345678:AAGfirstdrillfirstdrillfirstdrill-1';
const chatId = '-1001234567890';
const webhookPath = '/services/T00000001/B00000002/aB3dE5gH7jK9mN1pQ3sT5vW7';
const alertname = 'CheckoutErrorRateHigh';
const { signal } = new AbortController();

/** Each fails for some seconds from its first request on. */
const forMs = 3000;
const failures: Readonly<Record<string, Misbehaviour>> = {
  500: { mode: 'respond', status: 500, forMs },
  503: { mode: 'respond', status: 503, forMs },
  429: { mode: 'rate-limit', retryAfterS: 2, forMs },
  'time-out': { mode: 'time-out', forMs },
  reset: { mode: 'reset', forMs },
};
const failureNames = Object.keys(failures);

const kinds = ['slack', 'pagerduty', 'webhook', 'telegram'] as const;
type Kind = (typeof kinds)[number];

/** A receiver of each kind for each failure, which begins to fail at its first request. */
async function openFailing(wanted: readonly Kind[], scope: Scope): Promise<Map<string, Receiver>> {
  const opened = new Map<string, Receiver>();
  for (const kind of wanted)
    for (const failure of failureNames) {
      const name = `${kind} ${failure}`;
      const receiver = await openReceiver(kind, {
        credentials: { routingKeys: routingKey, botToken, chatId, webhooks: webhookPath },
      });
      scope.defer(name, () => receiver.close());
      receiver.misbehave(failures[failure]);
      opened.set(name, receiver);
    }
  return opened;
}

/**
 * What Alertmanager does. It heeds no Retry-After. Its client of Telegram has no time limit: an attempt that is never
 * answered never ends.
 */
function ofAlertmanager(kind: Kind, failure: string): Retries | 'never' {
  if (failure === 'time-out') return kind === 'telegram' ? 'never' : 'next flush';
  return failure === '429' && (kind === 'slack' || kind === 'webhook') ? 'next flush' : 'soon';
}

/** The notifier of a receiver of Alertmanager. */
function configOf(kind: Kind, url: string): object {
  switch (kind) {
    case 'slack':
      return { slack_configs: [{ api_url: url + webhookPath, channel: '#payments' }] };
    case 'pagerduty':
      return { pagerduty_configs: [{ routing_key: routingKey, url: `${url}/v2/enqueue` }] };
    case 'webhook':
      return { webhook_configs: [{ url: `${url}/hook` }] };
    case 'telegram':
      return { telegram_configs: [{ api_url: url, bot_token: botToken, chat_id: Number(chatId) }] };
  }
}

const toolsOf = (...names: Parameters<typeof ensureTools>[0]) =>
  ensureTools(names, { cacheDir: cacheDirOf(process.env), env: process.env, signal, progress: () => {} });

/** When the sender tries again: soon, in the same flush of the group, or with the next flush only. */
type Retries = 'soon' | 'next flush';

/** Waits for the page, and expects that the receiver failed before, once or more often. */
async function arrivesAfterFailure(receiver: Receiver | undefined, retries: Retries): Promise<void> {
  const deliveries = await until(
    `${alertname} is accepted`,
    () => {
      const all = receiver?.deliveries() ?? [];
      const found = all.some((one) => one.accepted && one.pages.some(({ alert }) => alert === alertname));
      return found ? met(all) : notYet(JSON.stringify(all));
    },
    { where: 'receiver', withinMs: 60_000, signal },
  );
  const failed = deliveries.findIndex(({ accepted }) => accepted);
  if (retries === 'soon') expect(failed).to.be.greaterThan(1);
  else expect(failed).to.equal(1);
}

describe('a receiver that fails for a while', function () {
  this.timeout(180_000);

  describe('and a real Alertmanager', () => {
    const scope = new Scope();
    let receivers = new Map<string, Receiver>();
    after(async () => {
      expect(await scope.close()).to.deep.equal([]);
    });
    before(async () => {
      receivers = await openFailing(kinds, scope);
      // A group of its own for each, so that none waits for another.
      const each = kinds.flatMap((kind) => failureNames.map((one) => ({ kind, name: `${kind} ${one}` })));
      const ownReceivers = each.map(({ kind, name }) => ({
        name,
        ...configOf(kind, receivers.get(name)?.url ?? ''),
      }));
      const times = { group_by: ['alertname'], group_wait: '200ms', group_interval: '4s' };
      const routes = each.map(({ name }) => ({ receiver: name, continue: true }));
      const tools = await toolsOf('alertmanager');
      const alertmanager = await startAlertmanager(
        tools.path('alertmanager'),
        { route: { receiver: each[0]?.name, ...times, routes }, receivers: ownReceivers },
        scope,
      );
      await post(`${alertmanager}/api/v2/alerts`, [
        { labels: { alertname }, startsAt: new Date().toISOString() },
      ]);
    });
    for (const kind of kinds)
      for (const failure of failureNames) {
        const retries = ofAlertmanager(kind, failure);
        if (retries === 'never') continue;
        it(`${kind}, ${failure}: the page arrives, ${retries}`, () =>
          arrivesAfterFailure(receivers.get(`${kind} ${failure}`), retries));
      }

    it('telegram, time-out: the one attempt never ends, so the page is lost', async () => {
      // The flush of this group ended long ago, as that of another receiver shows.
      await arrivesAfterFailure(receivers.get('webhook time-out'), 'next flush');
      expect(
        receivers
          .get('telegram time-out')
          ?.deliveries()
          .map(({ accepted }) => accepted),
      ).to.deep.equal([false]);
    });
  });

  describe('and a real Grafana', () => {
    const scope = new Scope();
    let receivers = new Map<string, Receiver>();
    after(async () => {
      expect(await scope.close()).to.deep.equal([]);
    });
    before(async () => {
      receivers = await openFailing(['slack', 'webhook'], scope);
      const telegram = await openReceiver('telegram', { credentials: { botToken, chatId } });
      scope.defer('telegram', () => telegram.close());
      telegram.misbehave(failures[429]);
      receivers.set('telegram 429', telegram);
      const dir = await mkdtemp(join(tmpdir(), 'firedrill-proxy-'));
      scope.defer('folder', () => rm(dir, { recursive: true }));
      const proxy = await openVendorProxy({
        routes: new Map([['api.telegram.org', telegram.url]]),
        caFile: join(dir, 'ca.pem'),
      });
      scope.defer('proxy', () => proxy.close());
      const points = failureNames.flatMap((failure) => [
        {
          uid: `slack-${failure}`,
          type: 'slack',
          settings: { url: `${receivers.get(`slack ${failure}`)?.url}${webhookPath}` },
        },
        {
          uid: `webhook-${failure}`,
          type: 'webhook',
          settings: { url: `${receivers.get(`webhook ${failure}`)?.url}/grafana` },
        },
      ]);
      const telegramPoint = {
        uid: 'telegram',
        type: 'telegram',
        settings: { bottoken: botToken, chatid: chatId },
      };
      const policy = { orgId: 1, receiver: 'all', group_by: ['alertname'], group_wait: '1s' };
      const tools = await toolsOf('grafana');
      const grafana = await startGrafana(
        {
          ...{ binary: tools.path('grafana'), home: tools.home('grafana') },
          alerting: {
            apiVersion: 1,
            contactPoints: [{ orgId: 1, name: 'all', receivers: [...points, telegramPoint] }],
            policies: [{ ...policy, group_interval: '4s', repeat_interval: '1h' }],
          },
          env: {
            HTTPS_PROXY: proxy.url,
            NO_PROXY: '127.0.0.1,localhost',
            SSL_CERT_FILE: proxy.caFile,
          },
        },
        scope,
      );
      expect((await grafana.api('POST', '/api/folders', { uid: folder, title: folder })).status).to.equal(
        200,
      );
      const { status } = await grafana.api(
        'POST',
        '/api/v1/provisioning/alert-rules',
        rule('checkout', alertname, true),
      );
      expect(status).to.equal(201);
    });
    for (const name of [
      ...failureNames.flatMap((failure) => [`slack ${failure}`, `webhook ${failure}`]),
      'telegram 429',
    ])
      it(`${name.replace(' ', ', ')}: the page arrives with the next flush`, () =>
        arrivesAfterFailure(receivers.get(name), 'next flush'));
  });
});
