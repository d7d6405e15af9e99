import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import { mailIn } from '../../core/receivers/email/mail.ts';
import { spamFaults } from '../../core/receivers/email/spam.ts';
import type { PageContent, PageStatus } from '../../core/receivers/page.ts';
import type { ReceiverName } from '../../core/receivers/receivers.ts';
import { visibleText } from '../../core/receivers/visible-text.ts';
import { Scope } from '../../core/scope.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { folder, rule, runbook, startGrafana, type TestGrafana } from './testing/grafana.ts';
import { openVendorProxy, type VendorProxy } from './vendor-hosts/vendor-proxy.ts';

const botToken = '8012345678:AAGfirstdrillfirstdrillfirstdrill-1';
const slackSecret = 'aB3dE5gH7jK9mN1pQ3sT5vW7';
const webhookPath = `/services/T00000001/B00000002/${slackSecret}`;
const chatId = '-1001234567890';
const slackToken = 'xoxb-123456789012-zK8fQ2wL5nR7tY1u';
const discordPath = '/api/webhooks/123456789012345678/ymZkq3oPQx7uGvL2';
const teamsPath = '/webhookb2/1@2/IncomingWebhook/0f3e5a7c9b1d2f4e/3';
/** What takes the alerts' labels and annotations, by the receivers' names in this test. */
const shown = ['telegram', 'slack', 'slack-api', 'discord', 'msteams', 'webhook'] as const;

/** As a user's files have them: nothing says that the vendors are emulated. */
const alerting = (url: (name: string) => string) => ({
  apiVersion: 1,
  contactPoints: [
    {
      orgId: 1,
      name: 'all',
      receivers: [
        { uid: 'telegram', type: 'telegram', settings: { bottoken: botToken, chatid: chatId } },
        { uid: 'slack', type: 'slack', settings: { url: `https://hooks.slack.com${webhookPath}` } },
        { uid: 'slack-api', type: 'slack', settings: { token: slackToken, recipient: '#payments' } },
        { uid: 'discord', type: 'discord', settings: { url: url('discord') + discordPath } },
        { uid: 'teams', type: 'teams', settings: { url: url('msteams') + teamsPath } },
        { uid: 'email', type: 'email', settings: { addresses: 'team@corp.example' } },
        { uid: 'webhook', type: 'webhook', settings: { url: `${url('webhook')}/grafana` } },
      ],
    },
  ],
  policies: [
    {
      orgId: 1,
      receiver: 'all',
      group_by: ['grafana_folder'],
      group_wait: '1s',
      group_interval: '1s',
      repeat_interval: '1h',
    },
  ],
});

describe('a real Grafana, the vendor proxy and the receivers', function () {
  this.timeout(180_000);
  const scope = new Scope();
  const receivers = new Map<string, Receiver>();
  let proxy: VendorProxy;
  let grafana: TestGrafana;

  const pagesOf = (name: string): readonly PageContent[] =>
    receivers
      .get(name)
      ?.deliveries()
      .filter(({ accepted }) => accepted)
      .flatMap(({ pages }) => pages) ?? [];

  const paged = (name: string, alertname: string, status: PageStatus) =>
    until(
      `${alertname} ${status} at ${name}`,
      () => {
        const found = pagesOf(name).find((page) => page.alert === alertname && page.status === status);
        return found ? met(found) : notYet(JSON.stringify(receivers.get(name)?.deliveries()));
      },
      { where: name, withinMs: 60_000, signal: new AbortController().signal },
    );

  /** An e-mail names the alerts of its group in its text. */
  const mailed = (alertname: string) =>
    until(
      `${alertname} by e-mail`,
      () => {
        const all = receivers.get('email')?.deliveries() ?? [];
        const found = all.find((one) => one.accepted && visibleText(one).includes(alertname));
        return found ? met(found) : notYet(JSON.stringify(all));
      },
      { where: 'email', withinMs: 60_000, signal: new AbortController().signal },
    );

  const set = async (method: 'POST' | 'PUT', one: ReturnType<typeof rule>) => {
    const path = '/api/v1/provisioning/alert-rules';
    const { status, body } = await grafana.api(method, method === 'PUT' ? `${path}/${one.uid}` : path, one);
    expect(status, JSON.stringify(body)).to.be.within(200, 201);
  };

  /** A group made by single rules is evaluated every minute; ten seconds is the least there is. */
  const hurry = async () => {
    const path = `/api/v1/provisioning/folder/${folder}/rule-groups/all`;
    const { body } = await grafana.api('GET', path);
    expect(await grafana.api('PUT', path, { ...Object(body), interval: 10 })).to.include({ status: 200 });
  };

  before(async () => {
    const { signal } = new AbortController();
    const tools = await builtTools(['grafana'], signal);
    const [binary, home] = [tools.path('grafana'), tools.home('grafana')];
    const dir = await mkdtemp(join(tmpdir(), 'firedrill-proxy-'));
    scope.defer('folder', () => rm(dir, { recursive: true }));
    for (const name of [...shown, 'email'] as const) {
      const kind: ReceiverName = name === 'slack-api' ? 'slack' : name;
      const own = name === 'discord' ? discordPath : name === 'msteams' ? teamsPath : webhookPath;
      const receiver = await openReceiver(kind, {
        credentials: { botToken, chatId, webhooks: own, tokens: slackToken },
      });
      scope.defer(name, () => receiver.close());
      receivers.set(name, receiver);
    }
    const url = (name: string) => receivers.get(name)?.url ?? '';
    proxy = await openVendorProxy({
      routes: new Map([
        ['api.telegram.org', url('telegram')],
        ['hooks.slack.com', url('slack')],
        ['slack.com', url('slack-api')],
      ]),
      caFile: join(dir, 'ca.pem'),
    });
    scope.defer('proxy', () => proxy.close());
    const env = {
      HTTP_PROXY: proxy.url,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: '127.0.0.1,localhost',
      SSL_CERT_FILE: proxy.caFile,
      GF_SMTP_ENABLED: 'true',
      GF_SMTP_HOST: new URL(url('email')).host,
      GF_SMTP_SKIP_VERIFY: 'true',
      GF_SMTP_FROM_ADDRESS: 'grafana@corp.example',
    };
    grafana = await startGrafana({ binary, home, alerting: alerting(url), env }, scope);
    expect((await grafana.api('POST', '/api/folders', { uid: folder, title: folder })).status).to.equal(200);
    await set('POST', rule('bug', 'Bug Report', true));
    await set('POST', rule('down', 'Service Down Report', true));
    await hurry();
    await Promise.all(shown.map((name) => paged(name, 'Bug Report', 'firing')));
    await mailed('Bug Report');
    await Promise.all(shown.map((name) => paged(name, 'Service Down Report', 'firing')));
    await set('PUT', rule('bug', 'Bug Report', false));
  });
  after(async () => {
    expect(await scope.close()).to.deep.equal([]);
  });

  for (const status of ['firing', 'resolved'] as const) {
    for (const name of shown) {
      it(`${name}: all labels and annotations, ${status}`, async () => {
        const page = await paged(name, 'Bug Report', status);
        expect(page).to.deep.include({
          labels: {
            alertname: 'Bug Report',
            grafana_folder: folder,
            service: 'orders',
            instance: 'bug-1',
            severity: 'critical',
          },
          precision: name === 'webhook' ? 'exact' : 'rendered',
        });
        expect(page.annotations).to.include({ description: 'Line one\nline two', runbook_url: runbook });
        expect(page.links).to.include(runbook);
      });
    }
  }

  it('email: over STARTTLS, to the address of the contact point, and no rule against spam would take it', async () => {
    const delivery = await mailed('Bug Report');
    const mail = mailIn(delivery.body);
    expect(mail).to.deep.include({
      envelope: { from: 'grafana@corp.example', to: ['team@corp.example'] },
      tls: true,
    });
    expect(mail?.subject).to.contain('FIRING');
    expect(mail && spamFaults(mail)).to.deep.equal([]);
  });

  it('goes to the vendors’ own hosts, and to no other', () => {
    const asked = new Set(proxy.requests().map(({ target, outcome }) => `${target} ${outcome}`));
    expect([...asked].sort()).to.deep.equal([
      'api.telegram.org:443 forwarded',
      'hooks.slack.com:443 forwarded',
      'slack.com:443 forwarded',
    ]);
  });

  it('leaves no secret in any delivery, and no request refused', () => {
    const deliveries = [...receivers.values()].flatMap((receiver) => receiver.deliveries());
    expect(JSON.stringify([deliveries, proxy.requests()]))
      .not.to.contain('AAGfirstdrill')
      .and.not.to.contain(slackToken)
      .and.not.to.contain('ymZkq3oPQx7uGvL2')
      .and.not.to.contain('0f3e5a7c9b1d2f4e')
      .and.not.to.contain(slackSecret);
    expect(deliveries.filter(({ accepted }) => !accepted)).to.deep.equal([]);
  });

  it('is refused by Telegram for a bare < in its text, and by Telegram alone', async () => {
    await set('POST', rule('odd', 'Odd Report', true, 'stock < 0'));
    await Promise.all(['slack', 'webhook'].map((name) => paged(name, 'Odd Report', 'firing')));
    const refused = await until(
      'the refusal',
      () => {
        const found = receivers
          .get('telegram')
          ?.deliveries()
          .find(({ accepted }) => !accepted);
        return found ? met(found) : notYet('none');
      },
      { where: 'telegram', withinMs: 20_000, signal: new AbortController().signal },
    );
    expect(refused.responseStatus).to.equal(400);
    expect(refused.responseBody).to.match(
      /can't parse entities: Unsupported start tag \\"\\" at byte offset/,
    );
    expect(refused.body).to.contain('Odd Report');
  });
});
