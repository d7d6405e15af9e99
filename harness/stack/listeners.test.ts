import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { paces } from '../../core/pace.ts';
import type { StackName } from '../../core/scenario.ts';
import { Scope } from '../../core/scope.ts';
import { problemsOf } from '../../core/testing/problems-of.ts';
import type { HarnessEndpoint } from '../../stacks/runtimes/runtime.ts';
import { Recorder } from '../record/recorder.ts';
import {
  applyRefusals,
  type Listeners,
  listenersFromNowOn,
  localOrigins,
  misbehaviourOf,
  openListeners,
  parseCredentials,
  urlForComponents,
} from './listeners.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const recorder = new Recorder(
  {} as ConstructorParameters<typeof Recorder>[0],
  () => {},
  async () => {},
);

/** Returns the proxy's answer to CONNECT. */
async function connectThrough(proxy: string, target: string): Promise<number | undefined> {
  const asked = request(proxy, { method: 'CONNECT', path: target }).end();
  const [response, socket] = await once(asked, 'connect');
  socket.destroy();
  return response.statusCode;
}

describe('listeners', () => {
  let scope: Scope;
  let temporary: string;
  const loopback = { bind: '127.0.0.1', host: '127.0.0.1' };
  const open = (stack: StackName, overlay?: string, place: HarnessEndpoint = loopback): Promise<Listeners> =>
    openListeners({
      ...{
        stack,
        folders: [join(project, 'stacks', 'config')],
        pace: paces.fast,
        url: () => '',
        place,
        project,
        overlay,
      },
      ...{ runbooks: join(project, 'docs', 'runbooks'), temporary, scope, recorder },
    });
  const toTelegram = async (listeners: Listeners, token: string, chat: string) => {
    const telegram = listeners.receivers.find(({ kind }) => kind === 'telegram');
    const answer = await fetch(`${telegram?.url}/bot${token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ chat_id: chat, text: 'hello' }),
    });
    return answer.status;
  };

  beforeEach(async () => {
    scope = new Scope();
    temporary = await mkdtemp(join(tmpdir(), 'listeners-'));
  });
  afterEach(async () => {
    expect(await scope.close()).to.deep.equal([]);
    await rm(temporary, { recursive: true });
  });

  it('on stack metrics are the receivers of Alertmanager', async () => {
    const listeners = await open('metrics');
    expect(listeners.receivers.map(({ kind }) => kind))
      .to.include.members(['pagerduty', 'slack', 'telegram', 'webhook', 'email'])
      .and.not.include('googlechat');
    const slack = listeners.receivers.find(({ kind }) => kind === 'slack');
    expect(localOrigins(listeners).get('https://hooks.slack.com')).to.equal(slack?.url);
  });

  it("on stack full include Telegram, which knows only the project's bot and chat", async () => {
    const listeners = await open('full');
    expect(
      await toTelegram(listeners, '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', '-1001234567890'),
    ).to.equal(200);
    expect(await toTelegram(listeners, '110201543:another', '-1001234567890')).to.equal(401);
    expect(await toTelegram(listeners, '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', '-7')).to.equal(400);
  });

  it("know the user's bot instead if the user has one", async () => {
    const overlay = join(temporary, 'mine');
    await mkdir(join(overlay, 'receivers'), { recursive: true });
    await writeFile(join(overlay, 'receivers', 'telegram.yml'), 'bot_token: "7:mine"\nchat_id: -5\n');
    const listeners = await open('full', overlay);
    expect(await toTelegram(listeners, '7:mine', '-5')).to.equal(200);
    expect(
      await toTelegram(listeners, '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', '-1001234567890'),
    ).to.equal(401);
  });

  it("lead the vendors' hosts to the receivers, by a certificate in the temporary directory", async () => {
    const { proxy } = await open('full');
    expect(proxy.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(proxy.caFile.startsWith(temporary)).to.equal(true);
    expect(await readFile(proxy.caFile ?? '', 'utf8')).to.include('BEGIN CERTIFICATE');
  });

  it("are reached through the hosts of each vendor's regions and editions", async () => {
    const listeners = await open('full');
    const of = (wanted: string) => listeners.receivers.find(({ kind }) => kind === wanted)?.url;
    for (const [host, receiver] of [
      ['events.pagerduty.com', 'pagerduty'],
      ['events.eu.pagerduty.com', 'pagerduty'],
      ['hooks.slack-gov.com', 'slack'],
      ['slack.com', 'slack'],
    ] as const) {
      expect(localOrigins(listeners).get(`https://${host}`), host).to.equal(of(receiver));
      expect(await connectThrough(listeners.proxy.url, `${host}:443`), host).to.equal(200);
    }
    expect(await connectThrough(listeners.proxy.url, 'events.example.pagerduty.com:443')).to.equal(403);
  });

  it("listen on the runtime's address, and are known to components under the runtime's host name", async () => {
    const listeners = await open('full', undefined, { bind: '127.0.0.2', host: 'harness.test' });
    const { proxy, receivers, runbooksUrl } = listeners;
    for (const { url } of receivers) expect(url).to.match(/^(http|smtp):\/\/127\.0\.0\.2:\d+$/);
    const slack = receivers.find(({ kind }) => kind === 'slack')?.url ?? '';
    expect(localOrigins(listeners).get('https://hooks.slack.com')).to.equal(
      slack.replace('127.0.0.2', 'harness.test'),
    );
    expect(urlForComponents(listeners, proxy.url)).to.equal(proxy.url.replace('127.0.0.2', 'harness.test'));
    expect(await toTelegram(listeners, '110201543:another', '-1001234567890')).to.equal(401);
    // Only the harness reads the runbooks.
    expect(runbooksUrl).to.match(/^http:\/\/127\.0\.0\.1:/);
  });

  it('refuse messages if the scenario demands it, until its drill ends', async () => {
    const listeners = await open('full');
    const telegram = ['110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', '-1001234567890'] as const;
    const ofDrill = new Scope();
    applyRefusals({ refusing: { telegram: 503 } }, paces.fast, listeners, ofDrill);
    expect(await toTelegram(listeners, ...telegram)).to.equal(503);
    await ofDrill.close();
    expect(await toTelegram(listeners, ...telegram)).to.equal(200);
  });

  it('fail as a scenario says, at the pace of the drill', () => {
    const body = 'refused, as the scenario says';
    expect(misbehaviourOf(500, paces.fast)).to.deep.equal({ mode: 'respond', status: 500, body });
    expect(misbehaviourOf({ with: 503, for: '2m' }, paces.fast)).to.deep.equal({
      ...{ mode: 'respond', status: 503, body, forMs: 8_000 },
    });
    expect(misbehaviourOf({ with: 429, retryAfter: '30s' }, paces.fast)).to.deep.equal({
      ...{ mode: 'rate-limit', retryAfterS: 2 },
    });
    expect(misbehaviourOf({ with: 429 }, paces.fast)).to.deep.equal({ mode: 'rate-limit', retryAfterS: 1 });
    expect(misbehaviourOf({ with: 'reset', for: '15s' }, paces.fast)).to.deep.equal({
      ...{ mode: 'reset', forMs: 1_000 },
    });
  });

  it('show a drill nothing of the previous drill', async () => {
    const listeners = await open('full');
    const telegram = ['110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', '-1001234567890'] as const;
    await toTelegram(listeners, ...telegram);
    await connectThrough(listeners.proxy.url, 'elsewhere.test:443');
    const own = listenersFromNowOn(listeners);
    const seen = ({ receivers, proxy }: Listeners) => [
      receivers.flatMap((one) => one.deliveries()).length,
      proxy.requests().length,
    ];
    expect(seen(own)).to.deep.equal([0, 0]);
    const later: string[] = [];
    own.receivers.find(({ kind }) => kind === 'telegram')?.onDelivery(({ receiver }) => later.push(receiver));
    await toTelegram(own, ...telegram);
    await connectThrough(own.proxy.url, 'elsewhere.test:443');
    expect(seen(own)).to.deep.equal([1, 1]);
    expect(seen(listeners)).to.deep.equal([2, 2]);
    expect(later).to.deep.equal(['telegram']);
  });
});

describe("Telegram's credentials", () => {
  const refused = (text: string) => problemsOf(() => parseCredentials('telegram', text));

  it('are refused with every mistake, and without showing the token', () => {
    const problems = refused('bot_token: hunter2\nchat: 5\n');
    expect(problems.map(({ where }) => where)).to.have.members([
      'receivers/telegram.yml:1: bot_token',
      'receivers/telegram.yml: chat_id',
      'receivers/telegram.yml:2: chat',
    ]);
    expect(JSON.stringify(problems)).not.to.include('hunter2');
    const [broken] = refused('bot_token: "hunter2\n');
    expect(broken?.where).to.match(/^receivers\/telegram\.yml:\d$/);
    expect(JSON.stringify(broken)).not.to.include('hunter2');
  });

  it('are refused with a YAML alias without an anchor', () => {
    expect(refused('bot_token: *nothing\n')[0]?.where).to.equal('receivers/telegram.yml');
  });

  it('are required', () => {
    expect(refused('')[0]?.where).to.equal('receivers/telegram.yml');
  });
});
