/**
 * Measures the throughput of receivers: `node signals/receivers/receivers.bench.ts`. It prints figures and judges
 * nothing. A separate sender process posts pages at a steady rate, so that sending does not delay receiving. Each page
 * contains the time at which it was sent, on the same wall clock.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { openReceiver } from './receivers.ts';

const rate = 2000;
const seconds = 5;
const url = process.argv[2];

if (url) await sendAll(url);
else await measure();

async function measure(): Promise<void> {
  for (const kind of ['webhook', 'pagerduty', 'slack', 'telegram'] as const) {
    await using receiver = await openReceiver(kind);
    const path = {
      telegram: '/bot1:x/sendMessage',
      slack: '/services/T1/B1/x',
      pagerduty: '/v2/enqueue',
      webhook: '/',
    }[kind];
    const sender = fork(fileURLToPath(import.meta.url), [receiver.url + path]);
    const started = performance.now();
    const cpu = process.cpuUsage();
    await once(sender, 'exit');
    const tookMs = performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    const late = receiver
      .deliveries()
      .slice(rate) // the first second warms up
      .map(({ at, body }) => at - Number(/"sentAt":([\d.]+)/.exec(body)?.[1]));
    late.sort((a, b) => a - b);
    const at = (share: number) => `${late[Math.floor(share * (late.length - 1))]?.toFixed(2)} ms`;
    const accepted = receiver.deliveries().filter((delivery) => delivery.accepted).length;
    console.log(
      `${kind}: ${accepted} of ${rate * seconds} pages taken at ${rate}/s in ${(tookMs / 1000).toFixed(1)} s; ` +
        `sent → stamped: median ${at(0.5)}, 95 % ${at(0.95)}, 99 % ${at(0.99)}, worst ${at(1)}; ` +
        `processor ${((user + system) / accepted).toFixed(0)} µs a page; memory ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`,
    );
  }
}

async function sendAll(target: string): Promise<void> {
  const names: [string, string][] = [
    ['/v2/enqueue', 'pagerduty-firing'],
    ['/services/', 'slack-fields-firing'],
    ['/sendMessage', 'grafana-telegram-firing'],
  ];
  const name = names.find(([part]) => target.includes(part))?.[1] ?? 'webhook-firing';
  const body = JSON.stringify(fixture(name));
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const start = performance.now();
  let sent = 0;
  const pending: Promise<unknown>[] = [];
  await new Promise<void>((done) => {
    const timer = setInterval(() => {
      const due = Math.min(rate * seconds, ((performance.now() - start) / 1000) * rate);
      for (; sent < due; sent += 1) pending.push(sendOne(target, body, agent));
      if (sent < rate * seconds) return;
      clearInterval(timer);
      done();
    }, 1);
  });
  await Promise.all(pending);
  agent.destroy();
}

async function sendOne(target: string, body: string, agent: Agent): Promise<void> {
  const call = request(target, { method: 'POST', agent, headers: { 'content-type': 'application/json' } });
  // The timestamp is taken when a connection is available: waiting for one is the sender's delay.
  await once(call, 'socket');
  call.end(body.replace('{', `{"sentAt":${performance.timeOrigin + performance.now()},`));
  const [response] = await once(call, 'response');
  response.resume();
  await once(response, 'end');
}
