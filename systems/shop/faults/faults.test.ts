import { expect } from 'chai';
import { type FaultParams, refusalOf, scenarioWith } from '../../../faults/testing/scenario.ts';
import { prepareFault } from '../../faults.ts';

const prepared = (kind: string, params?: FaultParams) => prepareFault(scenarioWith(kind, params));
const refusal = (kind: string, params?: FaultParams) => refusalOf(() => prepared(kind, params));

describe('faults of the shop', () => {
  it('are known beside those for any system', () => {
    expect(refusal('meteor')).to.include('there is no fault "meteor"').and.include('auth-failures');
    expect(refusal('kill-instanc')).to.include('did you mean kill-instance?');
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
    ['deploy', { revision: '1.2.0', share: 15 }, 'share'],
    ['deploy', { revision: '../1', share: 0.15 }, 'revision'],
    ['resource-pressure', { pod: 'orders', cpuShare: 1.5 }, 'cpuShare'],
    ['resource-pressure', { pod: 'orders', memoryMiB: 4_000 }, 'memoryMiB'],
    ['slow-dependency', { minMs: 3_000, maxMs: 2_000 }, 'maxMs'],
    ['slow-dependency', { slowShare: 2 }, 'slowShare'],
    ['slow-dependency', { failShare: -1 }, 'failShare'],
  ];
  for (const [kind, params, at] of wrong) {
    it(`refuses ${kind} with ${JSON.stringify(params)}`, () => {
      expect(refusal(kind, params)).to.include(`try: fault.params.${at}`);
    });
  }

  it('refuses pressure that presses nothing', () => {
    expect(refusal('resource-pressure', { pod: 'orders' })).to.include('cpuShare or a memoryMiB above 0');
  });

  const known: [kind: string, params: FaultParams, errorRatio: number | undefined, description: string][] = [
    ['auth-failures', { share: 0.4 }, 0.4, 'the authentication back end fails 40 % of the logins'],
    ['bad-migration', {}, 1, 'a migration makes searches.transaction_type VARCHAR(5)'],
    ['bad-migration', { length: 20 }, 0, 'a migration makes searches.transaction_type VARCHAR(20)'],
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
    ['payment-failures', { share: 0.5 }, 0.5, 'the payment provider fails 50 % of the payments'],
    [
      'resource-pressure',
      { pod: 'storefront-2', cpuShare: 0.9, memoryMiB: 300 },
      undefined,
      'storefront-2 burns 90 % of a core and holds 300 MiB more',
    ],
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

  it('say what they need of the stack', () => {
    expect(prepared('database-latency', { latencyMs: 600 }).needs).to.deep.equal({
      pods: ['toxiproxy'],
      abilities: [],
    });
  });
});
