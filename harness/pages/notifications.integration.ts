import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { UsedFiles } from '../../configuration/files/files.ts';
import { withObservers } from '../../configuration/paced/observers.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { ReceiverName } from '../../core/receivers/receivers.ts';
import { Scope } from '../../core/scope.ts';
import { type Observer, openObserver } from '../../signals/receivers/observer.ts';
import { openReceiver, type Receiver } from '../../signals/receivers/receivers.ts';
import { startAlertmanager } from '../../signals/receivers/testing/alertmanager.ts';
import { folder, rule, startGrafana } from '../../signals/receivers/testing/grafana.ts';
import { post } from '../../signals/receivers/testing/requests.ts';
import { openVendorProxy } from '../../signals/receivers/vendor-hosts/vendor-proxy.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { collectPages } from './collect-pages.ts';
import { knownContactPoints } from './known-contact-points.ts';

const hook = '/services/T00000001/B00000002/aB3dE5gH7jK9mN1pQ3sT5vW7';
const botToken = '8012345678:AAGfirstdrillfirstdrillfirstdrill-1';
const chatId = '-1001234567890';
const signal = new AbortController().signal;

/** Receivers and an observer, with everything that they have received so far. */
async function listen(kinds: readonly ReceiverName[], scope: Scope) {
  const receivers: Receiver[] = [];
  for (const name of kinds) {
    const receiver = await openReceiver(name, { credentials: { botToken, chatId } });
    scope.defer(name, () => receiver.close());
    receivers.push(receiver);
  }
  const observer = await openObserver();
  scope.defer('observer', () => observer.close());
  const url = (kind: string) => receivers.find((one) => one.kind === kind)?.url ?? '';
  return { receivers, observer, url };
}

/** Each page as `receiver/contact point/notifier alert status shown`, sorted. */
function seen(
  receivers: readonly Receiver[],
  observer: Observer,
  contactPoints: Parameters<typeof collectPages>[0]['contactPoints'],
): string[] {
  const { pages, notifications = [] } = collectPages({ listeners: { receivers, observer }, contactPoints });
  return pages
    .map(({ notification = -1, receiver, alert, status, shown }) => {
      const of = notifications[notification];
      return `${receiver} ${of?.contactPoint}[${of?.index}] ${alert} ${status} ${shown ? 'shown' : 'hidden'}`;
    })
    .sort();
}

const eventually = (expected: readonly string[], look: () => readonly string[], withinMs: number) =>
  until(
    'the pages',
    () => {
      const missing = expected.filter((line) => !look().includes(line));
      return missing.length === 0
        ? met(true)
        : notYet(`missing ${missing.join('; ')}; there are ${look().join('; ')}`);
    },
    { where: 'pages', withinMs, signal },
  );

describe('what a real Alertmanager sends, and what its messages show', function () {
  this.timeout(900_000);
  const scope = new Scope();
  after(async () => {
    expect(await scope.close()).to.deep.equal([]);
  });

  it('is known for each alert and each notifier', async () => {
    const tools = await builtTools(['alertmanager'], signal);
    const { receivers, observer, url } = await listen(['slack', 'pagerduty', 'webhook'], scope);
    const file = 'alertmanager/alertmanager.yml';
    const first = '{{ (index .Alerts 0).Labels.alertname }}';
    const config = JSON.stringify({
      route: {
        receiver: 'all',
        group_by: ['team'],
        group_wait: '1s',
        group_interval: '1s',
        repeat_interval: '1h',
      },
      receivers: [
        {
          name: 'all',
          slack_configs: [
            { api_url: url('slack') + hook, channel: '#default', send_resolved: true },
            { api_url: url('slack') + hook, channel: '#own', text: first },
          ],
          pagerduty_configs: [
            { routing_key: '0123456789abcdef0123456789abcdef', url: `${url('pagerduty')}/v2/enqueue` },
          ],
          webhook_configs: [{ url: `${url('webhook')}/hook`, max_alerts: 1 }],
        },
      ],
    });
    const used = withObservers(new UsedFiles([[file, config]]), observer.url);
    const contactPoints = knownContactPoints(used);
    const look = () => seen(receivers, observer, contactPoints);
    // The first attempt of one notification is refused; the next belongs to the same.
    receivers[0]?.misbehave({ mode: 'respond', status: 500, requests: 1 });
    const address = await startAlertmanager(tools.path('alertmanager'), parse(used.get(file) ?? ''), scope);
    const alerts = (times: object) =>
      ['Alpha', 'Beta'].map((alertname) => ({
        labels: { alertname, team: 'payments', severity: 'critical' },
        annotations: { summary: `${alertname} is wrong` },
        ...times,
      }));
    const startsAt = new Date().toISOString();
    await post(`${address}/api/v2/alerts`, alerts({ startsAt }));
    const firing = [
      'slack all[0] Alpha firing hidden',
      'slack all[0] Beta firing hidden',
      'slack all[1] Alpha firing shown',
      'slack all[1] Beta firing hidden',
      'pagerduty all[0] Alpha firing shown',
      'pagerduty all[0] Beta firing shown',
      'webhook all[0] Alpha firing shown',
      'webhook all[0] Beta firing hidden',
    ];
    await eventually(firing, look, 20_000);
    const { notifications = [], deliveries } = collectPages({
      listeners: { receivers, observer },
      contactPoints,
    });
    const retried = notifications.filter(({ attempts = [] }) => attempts.length > 1);
    expect(retried.map(({ kind }) => kind)).to.deep.equal(['slack']);
    expect(deliveries[retried[0]?.delivery ?? -1]?.responseStatus).to.equal(200);

    await post(`${address}/api/v2/alerts`, alerts({ startsAt, endsAt: new Date().toISOString() }));
    await eventually(
      [
        'slack all[0] Alpha resolved shown',
        'pagerduty all[0] Beta resolved shown',
        'webhook all[0] Alpha resolved shown',
      ],
      look,
      20_000,
    );
    // With send_resolved: false, neither the notifier nor its observer gets a resolution.
    expect(
      look().filter((line) => line.startsWith('slack all[1]') && line.includes('resolved')),
    ).to.deep.equal([]);
    expect(
      collectPages({ listeners: { receivers, observer }, contactPoints }).pages.every(
        ({ notification }) => notification !== undefined,
      ),
    ).to.equal(true);
    expect(observer.problems()).to.deep.equal([]);
  });
});

describe('what a real Grafana sends, and what its messages show', function () {
  this.timeout(900_000);
  const scope = new Scope();
  after(async () => {
    expect(await scope.close()).to.deep.equal([]);
  });

  it('is known for each alert and each integration of a contact point', async () => {
    const tools = await builtTools(['grafana'], signal);
    const { receivers, observer, url } = await listen(['telegram', 'slack', 'webhook'], scope);
    const dir = await mkdtemp(join(tmpdir(), 'firedrill-proxy-'));
    scope.defer('folder', () => rm(dir, { recursive: true }));
    const proxy = await openVendorProxy({
      routes: new Map([
        ['api.telegram.org', url('telegram')],
        ['hooks.slack.com', url('slack')],
      ]),
      caFile: join(dir, 'ca.pem'),
    });
    scope.defer('proxy', () => proxy.close());
    const slack = { url: `https://hooks.slack.com${hook}` };
    const file = 'grafana/provisioning/alerting/alerting.yaml';
    const alerting = JSON.stringify({
      apiVersion: 1,
      contactPoints: [
        {
          orgId: 1,
          name: 'all',
          receivers: [
            { uid: 'telegram', type: 'telegram', settings: { bottoken: botToken, chatid: chatId } },
            { uid: 'slack', type: 'slack', settings: slack },
            {
              uid: 'own',
              type: 'slack',
              settings: {
                ...slack,
                recipient: '#own',
                title: 'Alert',
                text: '{{ (index .Alerts 0).Labels.alertname }}',
              },
            },
            { uid: 'webhook', type: 'webhook', settings: { url: `${url('webhook')}/grafana` } },
          ],
        },
      ],
      policies: [
        {
          orgId: 1,
          receiver: 'all',
          group_by: ['grafana_folder'],
          group_wait: '15s',
          group_interval: '1s',
          repeat_interval: '1h',
        },
      ],
    });
    const used = withObservers(new UsedFiles([[file, alerting]]), observer.url);
    const contactPoints = knownContactPoints(used);
    const grafana = await startGrafana(
      {
        binary: tools.path('grafana'),
        home: tools.home('grafana'),
        alerting: parse(used.get(file) ?? ''),
        env: {
          HTTP_PROXY: proxy.url,
          HTTPS_PROXY: proxy.url,
          NO_PROXY: '127.0.0.1,localhost',
          SSL_CERT_FILE: proxy.caFile,
        },
      },
      scope,
    );
    await grafana.api('POST', '/api/folders', { uid: folder, title: folder });
    const rules = [rule('bug', 'Bug Report', true), rule('down', 'Service Down Report', true, 'It is down')];
    for (const one of rules) {
      const { status, body } = await grafana.api('POST', '/api/v1/provisioning/alert-rules', one);
      expect(status, JSON.stringify(body)).to.equal(201);
    }
    const group = `/api/v1/provisioning/folder/${folder}/rule-groups/all`;
    const { body } = await grafana.api('GET', group);
    await grafana.api('PUT', group, { ...Object(body), interval: 10 });
    const look = () => seen(receivers, observer, contactPoints);
    await eventually(
      ['telegram all[0]', 'slack all[0]', 'webhook all[0]'].flatMap((place) =>
        ['Bug Report', 'Service Down Report'].map((name) => `${place} ${name} firing shown`),
      ),
      look,
      90_000,
    );
    // The template shows only its first alert and hides the other.
    const own = look().filter((line) => line.startsWith('slack all[1]'));
    expect(own.filter((line) => line.endsWith('hidden'))).to.have.lengthOf.at.least(own.length > 1 ? 1 : 0);
    const { pages } = collectPages({ listeners: { receivers, observer }, contactPoints });
    expect(pages.every(({ notification }) => notification !== undefined)).to.equal(true);
    expect(pages[0]?.labels).to.include({ grafana_folder: folder, service: 'orders', severity: 'critical' });
    expect(observer.problems()).to.deep.equal([]);
  });
});
