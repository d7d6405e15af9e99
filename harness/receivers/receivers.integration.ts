/*
 * `firedrill receivers` in a process of its own, and a real Alertmanager that sends through it with a file that names
 * the vendors.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { met, notYet, until } from '../../core/poll.ts';
import { Scope } from '../../core/scope.ts';
import { startAlertmanager } from '../../signals/receivers/testing/alertmanager.ts';
import { post } from '../../signals/receivers/testing/requests.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { project } from '../testing/cli.ts';
import { leftBehindBy } from '../testing/left-behind.ts';
import { eventsOf } from './testing/events.ts';
import { type LiveReceivers, startReceivers } from './testing/live-receivers.ts';

const botToken = '8012345678:AAGfirstdrillfirstdrillfirstdrill-1';
const webhookHost = 'alerts.example.org';

/** As in production: no address is of this machine. */
const production = {
  global: { http_config: { proxy_from_environment: true }, resolve_timeout: '5m' },
  route: { receiver: 'team', group_by: ['alertname'], group_wait: '200ms', group_interval: '500ms' },
  receivers: [
    {
      name: 'team',
      slack_configs: [
        {
          api_url: 'https://hooks.slack.com/services/T00000001/B00000002/aB3dE5gH7jK9mN1pQ3sT5vW7',
          channel: '#payments',
          send_resolved: true,
        },
      ],
      pagerduty_configs: [{ routing_key: '0123456789abcdef0123456789abcdef' }],
      telegram_configs: [
        { bot_token: botToken, chat_id: -1001234567890 },
        { bot_token: botToken, chat_id: -1009999999999 },
      ],
      webhook_configs: [{ url: `https://${webhookHost}/hooks/alerts` }],
    },
  ],
};

const waiting = { withinMs: 30_000, everyMs: 25, signal: new AbortController().signal };

describe('firedrill receivers', function () {
  this.timeout(900_000);
  const scope = new Scope();
  let receivers: LiveReceivers;
  let alertmanager: string;
  const labels = { alertname: 'CheckoutErrorRateHigh', severity: 'critical', team: 'payments' };

  before(async () => {
    const tools = await builtTools(['alertmanager'], waiting.signal);
    const config = await mkdtemp(join(tmpdir(), 'receivers-test-'));
    scope.defer('folder', () => rm(config, { recursive: true }));
    await mkdir(join(config, 'receivers'));
    await writeFile(
      join(config, 'receivers', 'telegram.yml'),
      `bot_token: "${botToken}"\nchat_id: -1001234567890\n`,
    );
    receivers = await startReceivers('--config', config, '--host', `webhook=${webhookHost}`);
    scope.defer('receivers', async () => receivers[Symbol.asyncDispose]());
    alertmanager = await startAlertmanager(tools.path('alertmanager'), production, scope, receivers.env);
    const alert = {
      labels,
      annotations: { summary: 'Checkout fails' },
      generatorURL: 'http://127.0.0.1:9090/graph',
      startsAt: new Date().toISOString(),
    };
    await post(`${alertmanager}/api/v2/alerts`, [alert]);
  });
  after(async () => expect(await scope.close()).to.deep.equal([]));

  it('give the pages that Alertmanager sends to the vendors, as they come', async () => {
    await using events = await eventsOf(`${receivers.url}/pages/events?accepted=true`);
    const pages = await events.until(4);
    const found = new Map(pages.map((page) => [page.kind, page]));
    expect([...found.keys()].sort()).to.deep.equal(['pagerduty', 'slack', 'telegram', 'webhook']);
    for (const page of found.values()) {
      expect(page).to.include({ state: 'firing', accepted: true });
      expect(page.alerts[0]).to.include({ alert: labels.alertname, status: 'firing' });
    }
    expect(found.get('slack')).to.include({ to: '#payments', status: 200, answer: 'ok' });
    expect(found.get('webhook')?.alerts[0]?.labels).to.deep.equal(labels);
    expect(found.get('webhook')).to.include({ to: 'team' });
    expect(found.get('pagerduty')).to.include({ status: 202 });
    expect(found.get('telegram')?.message?.text).to.contain('CheckoutErrorRateHigh');
  });

  it('refuse a message to a chat that the list does not know, and say so', async () => {
    await using events = await eventsOf(`${receivers.url}/pages/events?accepted=false`);
    const [refused] = await events.until(1);
    expect(refused).to.include({
      kind: 'telegram',
      status: 400,
      meaning: "the contact point's chat id is wrong",
    });
    expect(refused?.answer).to.contain('chat not found');
    const log = await until(
      'its line',
      () => {
        const line = receivers.output.stdout.split('\n').find((one) => one.includes('REFUSED'));
        return line ? met(line) : notYet(receivers.output.stdout);
      },
      { ...waiting, where: 'receivers' },
    );
    expect(log).to.match(
      /^\d\d:\d\d:\d\d UTC {2}Telegram: CheckoutErrorRateHigh firing \(.*\); REFUSED with 400, /,
    );
    expect(log).to.contain("the contact point's chat id is wrong");
  });

  it('tell no secret, neither in pages nor in what they print', async () => {
    const { pages } = (await (await fetch(`${receivers.url}/pages`)).json()) as { pages: unknown[] };
    expect(pages).to.have.length.of.at.least(5);
    expect(JSON.stringify(pages) + receivers.output.stdout + receivers.output.stderr)
      .to.not.contain('AAGfirstdrill')
      .and.not.contain('aB3dE5gH7jK9mN1pQ3sT5vW7')
      .and.not.contain('0123456789abcdef0123456789abcdef');
  });

  const command = async (...args: string[]) => {
    const subprocess = execa('node', ['harness/firedrill.ts', 'receivers', ...args], {
      cwd: project,
      preferLocal: true,
      reject: false,
      stdin: 'ignore',
      timeout: 300_000,
    });
    return { ...(await subprocess), pid: subprocess.pid };
  };

  it('tell what to do when the port is taken, and leave nothing', async () => {
    const { host } = new URL(receivers.url);
    const ended = await command('--listen', host);
    expect(ended.exitCode).to.equal(2);
    expect(ended.stderr).to.equal(
      `--listen ${host}: cannot listen on ${host}: another process uses this port\n    → end it (ss -lntp shows it) or choose another port`,
    );
    expect(await leftBehindBy(ended.pid)).to.deep.equal([]);
  });

  it('tell every fault of the command line at once', async () => {
    const ended = await command(
      '--listen',
      'nowhere',
      '--config',
      '/nonexistent',
      '--host',
      'slak=a.example',
    );
    expect(ended.exitCode).to.equal(2);
    expect(ended.stderr)
      .to.contain('--listen nowhere: expected HOST:PORT')
      .and.contain('/nonexistent/receivers: does not exist')
      .and.contain('did you mean slack?');
  });

  it('print a line of JSON for each page, and nothing else', async () => {
    await using live = await startReceivers('--json');
    await post(`${live.url}/slack/services/T1/B1/x`, { text: '[FIRING:1] One' });
    await post(`${live.url}/slack/services/T1/B1/x`, { text: '[RESOLVED] One' });
    const lines = await until(
      'two lines',
      () => {
        const all = live.output.stdout.split('\n');
        return all.length === 3 ? met(all) : notYet(live.output.stdout);
      },
      { ...waiting, where: 'receivers' },
    );
    const pages = lines.slice(0, 2).map((line) => JSON.parse(line));
    expect(pages.map(({ id, state }) => [id, state])).to.deep.equal([
      [1, 'firing'],
      [2, 'resolved'],
    ]);
  });

  for (const [signal, exitCode] of [
    ['SIGINT', 0],
    ['SIGTERM', 0],
    ['SIGKILL', undefined],
  ] as const) {
    it(`leave nothing after ${signal}`, async () => {
      await using live = await startReceivers();
      await using events = await eventsOf(`${live.url}/pages/events`);
      await post(`${live.url}/slack/services/T1/B1/x`, { text: 'One' });
      await events.until(1);
      expect(await leftBehindBy(live.pid), 'before').to.have.length.of.at.least(2);
      process.kill(live.pid, signal);
      expect(await live.exitCode).to.equal(exitCode);
      await until(
        'nothing to be left',
        async () => {
          const left = await leftBehindBy(live.pid);
          return left.length === 0 ? met(true) : notYet(left.join('\n'));
        },
        { ...waiting, where: signal },
      );
      const error = await fetch(live.url).catch((caught) => caught);
      expect(error.cause?.code).to.equal('ECONNREFUSED');
      if (signal !== 'SIGKILL') expect(live.output.stderr).to.equal('');
    });
  }
});
