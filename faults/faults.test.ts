import { expect } from 'chai';
import { FiredrillError } from '../core/errors.ts';
import { prepareFault } from './index.ts';
import { type FaultParams, scenarioWith } from './testing/scenario.ts';

const prepared = (kind: string, params?: FaultParams) => prepareFault(scenarioWith(kind, params));

const refusal = (kind: string, params?: FaultParams) => {
  try {
    prepared(kind, params);
  } catch (error) {
    if (error instanceof FiredrillError) return error.message;
    throw error;
  }
  throw new Error('was taken');
};

describe('faults', () => {
  it('names the known ones when asked for another', () => {
    expect(refusal('meteor')).to.include('there is no fault "meteor"').and.include('auth-failures');
  });

  it('names every parameter that is wrong', () => {
    const text = refusal('payment-failures', { share: 2, extra: 'x' });
    expect(text).to.include('try: fault.params.share').and.include('extra');
  });

  const wrong: [kind: string, params: FaultParams, at: string][] = [
    ['auth-failures', { share: -0.1 }, 'share'],
    ['bad-migration', { length: 3 }, 'length'],
    ['bad-migration', { length: 21 }, 'length'],
    ['connection-leak', { connections: 31 }, 'connections'],
    ['database-latency', { latencyMs: 0 }, 'latencyMs'],
    ['database-latency', { latencyMs: 5, jitterMs: -1 }, 'jitterMs'],
    ['database-lock', { table: 'users; DROP TABLE users', holdMs: 500 }, 'table'],
    ['database-lock', { table: 'searches', holdMs: 1 }, 'holdMs'],
    ['rolling-restart', { pods: [] }, 'pods'],
    ['rolling-restart', { pods: ['storefront', 'storefront'] }, 'pods'],
    ['deploy', { revision: '1.2.0', share: 15 }, 'share'],
    ['deploy', { revision: '../1', share: 0.15 }, 'revision'],
    ['pause-instance', {}, 'pod'],
    ['kill-component', {}, 'component'],
    ['pause-component', { component: '' }, 'component'],
    ['resource-pressure', { pod: 'orders', cpuShare: 1.5 }, 'cpuShare'],
    ['resource-pressure', { pod: 'orders', memoryMiB: 4_000 }, 'memoryMiB'],
    ['slow-dependency', { minMs: 3_000, maxMs: 2_000 }, 'maxMs'],
    ['traffic-change', { factor: 1 }, 'factor'],
    ['network-link', { link: 'web-to-db', latencyMs: -1 }, 'latencyMs'],
    ['network-link', { link: 'web-to-db', jitterMs: 5, timeoutMs: 0 }, 'jitterMs'],
    ['http-link', { link: 'web-to-db', answer: { status: 99 } }, 'answer'],
    ['http-link', { link: 'web-to-db', share: 2, answer: { status: 500 } }, 'share'],
    ['http-link', { link: 'web-to-db', path: 'pay', answer: { status: 500 } }, 'path'],
    ['command', { breaks: 'a queue', inject: ['stop'] }, 'revert'],
    ['command', { breaks: 'a queue', inject: [], revert: ['start'] }, 'inject'],
    ['http-call', { breaks: 'x', inject: { pod: 'web', port: 80, path: '/a' } }, 'revert'],
    ['traffic-change', { factor: 0 }, 'factor'],
    ['slow-dependency', { slowShare: 2 }, 'slowShare'],
    ['slow-dependency', { failShare: -1 }, 'failShare'],
  ];
  for (const [kind, params, at] of wrong) {
    it(`refuses ${kind} with ${JSON.stringify(params)}`, () => {
      expect(refusal(kind, params)).to.include(`try: fault.params.${at}`);
    });
  }

  it('refuses a network link to which nothing, or several things, happen', () => {
    const link = 'web-to-db';
    for (const params of [{ link }, { link, latencyMs: 5, down: true }])
      expect(refusal('network-link', params)).to.include('expected one of latencyMs, kibPerSecond');
  });

  it('refuses pressure that presses nothing', () => {
    expect(refusal('resource-pressure', { pod: 'orders' })).to.include('cpuShare or a memoryMiB above 0');
  });

  const known: [kind: string, params: FaultParams, errorRatio: number | undefined, description: string][] = [
    ['auth-failures', { share: 0.4 }, 0.4, 'the authentication back end fails 40 % of the logins'],
    ['bad-migration', {}, 1, 'a migration makes searches.transaction_type VARCHAR(5)'],
    ['bad-migration', { length: 20 }, 0, 'a migration makes searches.transaction_type VARCHAR(20)'],
    ['kill-component', { component: 'loki' }, undefined, 'loki is killed'],
    ['failing-rule', {}, undefined, 'a rule is deployed to Prometheus that fails to evaluate'],
    ['connection-leak', { connections: 28 }, undefined, 'orders leaks 28 of its 30 database connections'],
    ['database-latency', { latencyMs: 600 }, undefined, 'Postgres answers orders 600 ms later'],
    [
      'database-latency',
      { latencyMs: 600, jitterMs: 50 },
      undefined,
      'Postgres answers orders 600 ± 50 ms later',
    ],
    [
      'database-lock',
      { table: 'payments', holdMs: 2_500 },
      undefined,
      'a job locks the table payments for 2.5 s, time after time; readers may pass',
    ],
    [
      'deploy',
      { revision: '1.2.0', share: 0.15 },
      0.15,
      'payments 1.2.0 is deployed, which fails 15 % of the payments',
    ],
    ['disconnect-instance', { pod: 'storefront-2' }, undefined, 'storefront-2 is cut off from the network'],
    ['kill-instance', { pod: 'storefront-2' }, undefined, 'storefront-2 is killed'],
    ['kill-instance', { pod: 'postgres' }, undefined, 'postgres is killed'],
    [
      'rolling-restart',
      { pods: ['storefront', 'storefront-2'] },
      undefined,
      'storefront, storefront-2 restarted one after the other',
    ],
    ['pause-instance', { pod: 'storefront-2' }, undefined, 'storefront-2 is paused'],
    ['payment-failures', { share: 0.5 }, 0.5, 'the payment provider fails 50 % of the payments'],
    [
      'resource-pressure',
      { pod: 'storefront-2', cpuShare: 0.9, memoryMiB: 300 },
      undefined,
      'storefront-2 burns 90 % of a core and holds 300 MiB more',
    ],
    [
      'network-link',
      { link: 'web-to-db', latencyMs: 300, jitterMs: 50 },
      undefined,
      'the link web-to-db is 300 ± 50 ms slower',
    ],
    ['network-link', { link: 'db', down: true }, undefined, 'the link db accepts no connection'],
    ['network-link', { link: 'db', timeoutMs: 0 }, undefined, 'the link db passes no data'],
    [
      'http-link',
      { link: 'web-to-pay', share: 0.3, method: 'POST', path: '/charges', answer: { status: 503 } },
      undefined,
      '30 % of the requests POST /charges on web-to-pay are answered 503',
    ],
    [
      'http-link',
      { link: 'web-to-pay', answer: { truncate: true } },
      undefined,
      '100 % of the requests / on web-to-pay get half of the response',
    ],
    [
      'command',
      { breaks: 'the queue is stopped', inject: ['stop'], revert: ['start'] },
      undefined,
      'the queue is stopped',
    ],
    ['traffic-change', { factor: 0.2 }, undefined, 'the load falls to 20 %'],
    ['traffic-change', { factor: 3 }, undefined, 'the load rises to 300 %'],
    ['slow-dependency', {}, undefined, 'the payment provider takes 2 to 5 s for each payment'],
    [
      'slow-dependency',
      { slowShare: 0.25, failShare: 0.1 },
      0.1,
      'the payment provider takes 2 to 5 s for 25 % of the payments, and refuses 10 % at once',
    ],
  ];
  for (const [kind, params, errorRatio, description] of known) {
    it(`says of ${kind} with ${JSON.stringify(params)} what it will do`, () => {
      expect(prepared(kind, params)).to.include({ errorRatio, description });
    });
  }

  it('restarts one instance after the other, and starts the one at which it was interrupted', async () => {
    const fault = prepared('rolling-restart', { pods: ['storefront', 'storefront-2'] });
    const asked: string[] = [];
    const ended = new AbortController();
    const context = {
      url: () => '',
      secret: '',
      seed: 1,
      signal: ended.signal,
      multiplyLoad: async () => {},
      run: async () => {},
      terminate: async (pod: string) => void asked.push(`end ${pod}`),
      restart: async (pod: string) => void asked.push(`start ${pod}`),
    };
    await fault.inject(context);
    expect(asked.splice(0)).to.deep.equal([
      'end storefront',
      'start storefront',
      'end storefront-2',
      'start storefront-2',
    ]);
    const interrupted = async () => {
      asked.push('interrupted');
      ended.abort(new Error('the drill was interrupted'));
    };
    const reason = await fault.inject({ ...context, restart: interrupted }).catch(String);
    expect(reason).to.equal('Error: the drill was interrupted');
    await fault.revert(context);
    expect(asked).to.deep.equal(['end storefront', 'interrupted', 'start storefront', 'start storefront-2']);
  });

  it('says what each needs of the stack', () => {
    expect(prepared('database-latency', { latencyMs: 600 }).needs).to.deep.equal({
      pods: ['toxiproxy'],
      abilities: [],
    });
    for (const ability of ['kill', 'pause', 'disconnect']) {
      expect(prepared(`${ability}-instance`, { pod: 'storefront-2' }).needs).to.deep.equal({
        pods: ['storefront-2'],
        services: ['storefront-2'],
        orDatabase: ability === 'kill',
        abilities: [ability],
      });
    }
    for (const ability of ['kill', 'pause']) {
      const { needs, stops } = prepared(`${ability}-component`, { component: 'orders-sidecar' });
      expect(needs).to.deep.equal({ pods: [], components: ['orders-sidecar'], abilities: [ability] });
      expect(stops).to.deep.equal(['orders-sidecar']);
    }
    expect(prepared('kill-instance', { pod: 'storefront-2' }).stops).to.deep.equal([]);
  });
});
