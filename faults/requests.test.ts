import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { FaultContext } from './fault.ts';
import { prepareFault } from './index.ts';
import { instanceSeed } from './shop.ts';
import { type FaultParams, scenarioWith } from './testing/scenario.ts';

describe('what faults ask of the stack', () => {
  let server: Server;
  let status: number;
  let asked: string[];
  let context: FaultContext;

  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += String(part);
      });
      request.on('end', () => {
        asked.push(`${request.method} ${request.url} ${body}`);
        response.writeHead(status).end('{"error":"so it is"}');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    context = {
      secret: 's3cret',
      seed: 7,
      url: (pod, wanted) => `http://127.0.0.1:${port}/${pod}:${wanted}`,
      signal: new AbortController().signal,
      multiplyLoad: async (factor) => void asked.push(`load ${factor}`),
      run: async (command) => void asked.push(command.join(' ')),
    };
  });

  beforeEach(() => {
    status = 200;
    asked = [];
  });

  after(() => {
    server.close();
    server.closeAllConnections();
  });

  const toxics = '/toxiproxy:8474/proxies/postgres/toxics';
  const behaviour = 'PUT /payment-provider:3002/admin/behaviour';
  const pressure = 'PUT /storefront-2:3000/admin/pressure';
  const logins = 'PUT /orders:3001/admin/logins';
  const faults: [kind: string, params: FaultParams, inject: string, revert: string][] = [
    [
      'payment-failures',
      { share: 0.25 },
      `${behaviour} {"failShare":0.25,"seed":${instanceSeed(7, 'payment-provider')}}`,
      `${behaviour} {"failShare":0}`,
    ],
    [
      'slow-dependency',
      {},
      `${behaviour} {"failShare":0,"slowShare":1,"delayMs":[2000,5000],"seed":${instanceSeed(7, 'payment-provider')}}`,
      `${behaviour} {}`,
    ],
    [
      'slow-dependency',
      { minMs: 1_500, maxMs: 1_500, slowShare: 0.25, failShare: 0.1 },
      `${behaviour} {"failShare":0.1,"slowShare":0.25,"delayMs":[1500,1500],"seed":${instanceSeed(7, 'payment-provider')}}`,
      `${behaviour} {}`,
    ],
    [
      'auth-failures',
      { share: 0.4 },
      `${logins} {"failShare":0.4,"seed":${instanceSeed(7, 'orders')}}`,
      `${logins} {"failShare":0}`,
    ],
    [
      'resource-pressure',
      { pod: 'storefront-2', cpuShare: 0.9 },
      `${pressure} {"cpuShare":0.9,"memoryMiB":0}`,
      `${pressure} {}`,
    ],
    [
      'database-latency',
      { latencyMs: 600 },
      `POST ${toxics} {"name":"firedrill-latency","type":"latency","stream":"downstream","toxicity":1,` +
        '"attributes":{"latency":600,"jitter":0}}',
      `DELETE ${toxics}/firedrill-latency `,
    ],
    [
      'network-link',
      { link: 'web-to-db', kibPerSecond: 10 },
      'POST /toxiproxy:8474/proxies/web-to-db/toxics {"name":"firedrill","stream":"downstream","toxicity":1,' +
        '"type":"bandwidth","attributes":{"rate":10}}',
      'DELETE /toxiproxy:8474/proxies/web-to-db/toxics/firedrill ',
    ],
    [
      'network-link',
      { link: 'web-to-db', down: true },
      'POST /toxiproxy:8474/proxies/web-to-db {"enabled":false}',
      'POST /toxiproxy:8474/proxies/web-to-db {"enabled":true}',
    ],
    [
      'http-link',
      { link: 'web-to-pay', share: 0.5, method: 'POST', answer: { status: 503 } },
      'PUT /link-proxy:8475/links/web-to-pay/fault {"share":0.5,"method":"POST","path":"/",' +
        '"answer":{"status":503,"body":"","headers":{}},"seed":7}',
      'DELETE /link-proxy:8475/links/web-to-pay/fault ',
    ],
    [
      'http-call',
      {
        breaks: 'a stub fails',
        inject: { pod: 'stub', port: 8080, path: '/admin', body: { fails: true } },
        revert: { method: 'DELETE', pod: 'stub', port: 8080, path: '/admin' },
      },
      'POST /stub:8080/admin {"fails":true}',
      'DELETE /stub:8080/admin ',
    ],
  ];
  for (const [kind, params, inject, revert] of faults) {
    it(`are for ${kind} with ${JSON.stringify(params)}: one to inject, one to revert`, async () => {
      const fault = prepareFault(scenarioWith(kind, params));
      await fault.inject(context);
      await fault.revert(context);
      expect(asked).to.deep.equal([inject, revert]);
    });

    it(`are not taken for ${kind} with ${JSON.stringify(params)} when they were refused`, async () => {
      status = 503;
      const [error] = await Promise.allSettled([prepareFault(scenarioWith(kind, params)).inject(context)]);
      expect(error.status === 'rejected' && String(error.reason.message))
        .to.include('fault: ')
        .and.include('answered 503 {"error":"so it is"}');
    });
  }

  it('have a separate seed for each instance, the same in the same drill', () => {
    const seeds = ['orders', 'payment-provider', 'payment-provider-2'].map((pod) => instanceSeed(7, pod));
    expect(new Set(seeds).size).to.equal(3);
    expect(instanceSeed(7, 'orders')).to.equal(seeds[0]);
    expect(instanceSeed(8, 'orders')).not.to.equal(seeds[0]);
  });

  it('end with the drill', async () => {
    const ended = new AbortController();
    ended.abort(new Error('the drill is over'));
    const fault = prepareFault(scenarioWith('auth-failures', { share: 1 }));
    const [error] = await Promise.allSettled([fault.inject({ ...context, signal: ended.signal })]);
    expect(error.status === 'rejected' && String(error.reason.message)).to.equal('the drill is over');
    expect(asked).to.deep.equal([]);
  });

  it('take a toxic that is gone as removed', async () => {
    status = 404;
    await prepareFault(scenarioWith('database-latency', { latencyMs: 1 })).revert(context);
    expect(asked).to.have.lengthOf(1);
  });

  it('are, to change the traffic, to the load', async () => {
    const fault = prepareFault(scenarioWith('traffic-change', { factor: 0.2 }));
    await fault.inject(context);
    await fault.revert(context);
    expect(asked).to.deep.equal(['load 0.2', 'load 1']);
  });

  it('are, of a command, to the machine; one that does not undo it is tried again, and told', async () => {
    const fault = prepareFault(
      scenarioWith('command', { breaks: 'x', inject: ['stop', 'it'], revert: ['start', "it's"] }),
    );
    await fault.inject(context);
    await fault.revert(context);
    expect(asked.splice(0)).to.deep.equal(['stop it', "start it's"]);

    let fails = 2;
    const run = async () => {
      fails -= 1;
      if (fails >= 0) throw new Error('it is busy');
    };
    await fault.revert({ ...context, run });
    expect(fails).to.equal(-1);
    fails = 3;
    const [error] = await Promise.allSettled([fault.revert({ ...context, run })]);
    expect(error.status === 'rejected' && String(error.reason.message))
      .to.include('the fault is not undone: it is busy')
      .and.include("undo it by hand: start 'it'\\''s'");
  });

  const ofTheRuntime = [
    ['kill', 'restart'],
    ['pause', 'unpause'],
    ['disconnect', 'reconnect'],
  ] as const;
  for (const [inject, revert] of ofTheRuntime) {
    it(`are, to ${inject}, to the runtime; without one that can, nothing is undone either`, async () => {
      const fault = prepareFault(scenarioWith(`${inject}-instance`, { pod: 'storefront-2' }));
      const told: string[] = [];
      const able: FaultContext = {
        ...context,
        [inject]: async (pod: string) => void told.push(`${inject} ${pod}`),
        [revert]: async (pod: string) => void told.push(`${revert} ${pod}`),
      };
      await fault.inject(able);
      await fault.revert(able);
      expect(told).to.deep.equal([`${inject} storefront-2`, `${revert} storefront-2`]);

      const [error] = await Promise.allSettled([fault.inject(context)]);
      expect(error.status === 'rejected' && String(error.reason.message)).to.include(
        `cannot ${inject} storefront-2`,
      );
      await fault.revert(context);
      expect(asked).to.deep.equal([]);
    });
  }
});
