import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import type { RunningStack } from '../../stacks/start.ts';
import { readinessOf, watchReadiness } from './readiness.ts';

describe('watching readiness', () => {
  let server: Server;
  let status: number;

  before(async () => {
    server = createServer((_request, response) => {
      if (status === 0) response.destroy();
      else response.writeHead(status).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });

  after(() => {
    server.close();
    server.closeAllConnections();
  });

  /** The evidence for a fault that lasts until the first answer. */
  async function found(answer: number) {
    status = answer;
    const { port } = server.address() as AddressInfo;
    const ready = { kind: 'http', port: 3001, path: '/health/ready' };
    const stack = {
      components: [
        { spec: { pod: 'orders', program: { kind: 'binary' }, ready } },
        { spec: { pod: 'orders', program: { kind: 'node' }, ready } },
      ],
      url: () => `http://127.0.0.1:${port}`,
    } as unknown as RunningStack;
    const ended = new AbortController();
    const injectedAt = Date.now();
    const watch = watchReadiness(stack, { kind: 'readiness', pods: ['orders'], answers: 200 }, ended.signal);
    const within = (from: number, to: number) => {
      const evidence = watch.within({
        injectedAt: from,
        revertedAt: to,
        hits: 0,
        requests: 0,
        hitsBefore: 0,
        required: 1,
      });
      if (evidence.kind !== 'readiness') throw new Error(evidence.kind);
      return evidence;
    };
    try {
      const look = () => {
        const evidence = within(injectedAt, Date.now());
        return evidence.checks > 0 ? met(evidence) : notYet('no answer');
      };
      const options = { where: 'test', withinMs: 1_900, everyMs: 5, signal: ended.signal };
      const evidence = await until('an answer', look, options);
      expect(within(injectedAt - 1_000, injectedAt - 1).checks).to.equal(0);
      return evidence;
    } finally {
      ended.abort();
    }
  }

  it('counts the answers while the fault lasted', async () => {
    expect(await found(200)).to.deep.equal({ kind: 'readiness', checks: 1, notReady: [] });
  });

  it('is unread if a pod was not probed for too long', () => {
    const pods = ['orders', 'storefront'];
    const every = (pod: string, ...seconds: number[]) =>
      seconds.map((second) => ({ pod, at: second * 1_000, status: 200 }));
    const of = (...answers: ReturnType<typeof every>[]) =>
      readinessOf({ kind: 'readiness', pods, answers: 200 }, answers.flat(), {
        injectedAt: 1_000,
        revertedAt: 8_000,
      });
    const orders = every('orders', 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5);
    expect(of(orders, every('storefront', 2, 4, 6, 7.9))).to.include({ kind: 'readiness', checks: 11 });
    expect(of(orders, every('storefront', 1.5, 2.5))).to.deep.equal({
      kind: 'unread',
      problem: 'storefront was not asked for 5.5 s of the fault',
    });
    expect(of(orders)).to.include({ kind: 'unread' });
  });

  it('keeps the last answer of 200 before the revert began if the pod must turn unready', () => {
    const answers = [200, 503, 503, 200].map((status, i) => ({ pod: 'orders', at: 1_000 * (i + 1), status }));
    const window = { injectedAt: 500, heldUntil: 3_500, revertedAt: 5_000 };
    const proof = { kind: 'readiness', pods: ['orders'], answers: 503 } as const;
    expect(readinessOf({ ...proof, pods: ['orders'] }, answers, window)).to.deep.equal({
      kind: 'readiness',
      checks: 3,
      notReady: answers.slice(1, 3),
      lastReady: { orders: 1_000 },
    });
  });

  it('keeps every answer that is not 200, and missing answers', async () => {
    for (const other of [503, 0]) {
      const { notReady } = await found(other);
      expect(notReady.map(({ pod, status }) => ({ pod, status }))).to.deep.equal([
        { pod: 'orders', status: other },
      ]);
    }
  });
});
