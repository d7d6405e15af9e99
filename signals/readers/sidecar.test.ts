import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Scope } from '../../core/scope.ts';
import { counterSum, sidecarReader } from './sidecar.ts';

/** Has nothing to show yet. */
async function unready(scope: Scope): Promise<string> {
  const server = createServer((_, response) => response.writeHead(503).end('not yet\nsecond line'));
  scope.defer('exposition', () => new Promise((resolve) => server.close(() => resolve())));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

describe('sidecar', () => {
  const never = new AbortController().signal;

  it('sums the samples that carry the labels', () => {
    const samples = [
      { name: 'e', labels: { reason: 'a', i: '1' }, value: 2 },
      { name: 'e', labels: { reason: 'a', i: '2' }, value: 3 },
      { name: 'e', labels: { reason: 'b' }, value: 9 },
      { name: 'other', labels: { reason: 'a' }, value: 9 },
    ];
    expect(counterSum(samples, 'e', { reason: 'a' })).to.equal(5);
    expect(counterSum(samples, 'none', {})).to.equal(0);
  });

  it('says what was asked and answered when the exposition cannot be had', async () => {
    await using scope = new Scope();
    const url = await unready(scope);
    const error = await sidecarReader(url, never)('e').catch((e: unknown) => e);
    expect(error)
      .to.have.property('message')
      .that.matches(/GET http:\/\/127\.0\.0\.1:\d+\/metrics answered 503: not yet$/);
  });
});
