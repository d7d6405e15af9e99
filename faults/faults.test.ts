import { createServer } from 'node:http';
import { expect } from 'chai';
import { FiredrillError } from '../core/errors.ts';
import { parseScenario, type Scenario, type ScenarioInput } from '../core/scenario.ts';
import { prepareFault } from './index.ts';

const scenario = (kind: string, params: Record<string, number | string>): Scenario => {
  const input: ScenarioInput = {
    name: 'try',
    title: 'try',
    summary: 'try',
    load: { rates: { checkout: 1 }, warmUp: '1s' },
    quietFor: '1s',
    fault: {
      kind,
      params,
      hits: { journey: 'checkout', status: [502] },
      telemetry: { metric: 'm' },
      atLeast: 1,
    },
    expectations: [],
    settleFor: '1s',
  };
  return parseScenario(input, 'try');
};

const refusal = (kind: string, params: Record<string, number | string>) => {
  try {
    prepareFault(scenario(kind, params));
  } catch (error) {
    if (error instanceof FiredrillError) return error.message;
    throw error;
  }
  throw new Error('was taken');
};

describe('faults', () => {
  it('names the known ones when asked for another', () => {
    expect(refusal('meteor', {})).to.include('there is no fault "meteor"').and.include('payment-failures');
  });

  it('names every parameter that is wrong', () => {
    const text = refusal('payment-failures', { share: 2, extra: 'x' });
    expect(text).to.include('try: fault.params.share').and.include('extra');
  });

  it('knows beforehand what share of the requests it fails', () => {
    const fault = prepareFault(scenario('payment-failures', { share: 0.5 }));
    expect(fault.errorRatio).to.equal(0.5);
    expect(fault.description).to.equal('the payment provider fails 50 % of the payments');
  });

  it('tells the provider to fail, and on revert to behave', async () => {
    const told: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += String(part);
      });
      request.on('end', () => {
        told.push(`${request.method} ${request.url} ${body}`);
        response.end('{}');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const context = { url: () => `http://127.0.0.1:${port}`, signal: new AbortController().signal };
    const fault = prepareFault(scenario('payment-failures', { share: 0.25 }));
    try {
      await fault.inject(context);
      await fault.revert(context);
    } finally {
      server.close();
      server.closeAllConnections();
    }
    expect(told).to.deep.equal([
      'PUT /admin/behaviour {"failShare":0.25}',
      'PUT /admin/behaviour {"failShare":0}',
    ]);
  });
});
