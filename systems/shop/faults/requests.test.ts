import { expect } from 'chai';
import { componentStub, type FaultRequests, itAsksFor } from '../../../faults/testing/component-stub.ts';
import { scenarioWith } from '../../../faults/testing/scenario.ts';
import { prepareFault } from '../../faults.ts';
import { instanceSeed } from './admin-setting.ts';

describe('what the faults of the shop ask of the stack', () => {
  const stub = componentStub();

  const toxics = '/toxiproxy:8474/proxies/postgres/toxics';
  const behaviour = 'PUT /payment-provider:3002/admin/behaviour';
  const pressure = 'PUT /storefront-2:3000/admin/pressure';
  const logins = 'PUT /orders:3001/admin/logins';
  const faults: FaultRequests[] = [
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
  ];
  itAsksFor(faults, stub, prepareFault);

  it('have a separate seed for each instance, the same in the same drill', () => {
    const seeds = ['orders', 'payment-provider', 'payment-provider-2'].map((pod) => instanceSeed(7, pod));
    expect(new Set(seeds).size).to.equal(3);
    expect(instanceSeed(7, 'orders')).to.equal(seeds[0]);
    expect(instanceSeed(8, 'orders')).not.to.equal(seeds[0]);
  });

  it('take a toxic that is gone as removed', async () => {
    stub.status = 404;
    await prepareFault(scenarioWith('database-latency', { latencyMs: 1 })).revert(stub.context);
    expect(stub.asked).to.have.lengthOf(1);
  });
});
