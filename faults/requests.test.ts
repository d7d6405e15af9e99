import { expect } from 'chai';
import type { FaultContext } from './fault.ts';
import { prepareOf } from './index.ts';
import * as kinds from './kinds.ts';
import { componentStub, type FaultRequests, itAsksFor } from './testing/component-stub.ts';
import { scenarioWith } from './testing/scenario.ts';

const prepareFault = prepareOf(Object.values(kinds));

describe('what faults ask of the stack', () => {
  const stub = componentStub();
  const { asked, context } = stub;

  const faults: FaultRequests[] = [
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
  itAsksFor(faults, stub, prepareFault);

  it('end with the drill', async () => {
    const ended = new AbortController();
    ended.abort(new Error('the drill is over'));
    const fault = prepareFault(scenarioWith('network-link', { link: 'db', down: true }));
    const [error] = await Promise.allSettled([fault.inject({ ...context, signal: ended.signal })]);
    expect(error.status === 'rejected' && String(error.reason.message)).to.equal('the drill is over');
    expect(asked).to.deep.equal([]);
  });

  it('take a toxic that is gone as removed', async () => {
    stub.status = 404;
    await prepareFault(scenarioWith('network-link', { link: 'db', latencyMs: 1 })).revert(context);
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
      const fault = prepareFault(scenarioWith(`${inject}-instance`, { pod: 'web-2' }));
      const told: string[] = [];
      const able: FaultContext = {
        ...context,
        [inject]: async (pod: string) => void told.push(`${inject} ${pod}`),
        [revert]: async (pod: string) => void told.push(`${revert} ${pod}`),
      };
      await fault.inject(able);
      await fault.revert(able);
      expect(told).to.deep.equal([`${inject} web-2`, `${revert} web-2`]);

      const [error] = await Promise.allSettled([fault.inject(context)]);
      expect(error.status === 'rejected' && String(error.reason.message)).to.include(
        `cannot ${inject} web-2`,
      );
      await fault.revert(context);
      expect(asked).to.deep.equal([]);
    });
  }
});
