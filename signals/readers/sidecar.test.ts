import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Scope } from '../../core/scope.ts';
import { readSidecar, sumOf, watchFirstAbove } from './sidecar.ts';

/** Serves one text after the other, the last one for ever; an empty text is a 503. */
async function exposing(scope: Scope, ...texts: string[]): Promise<string> {
  const server = createServer((_, response) => {
    const text = texts.length > 1 ? texts.shift() : texts[0];
    response.writeHead(text ? 200 : 503).end(text || 'not yet\nsecond line');
  });
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
    expect(sumOf(samples, 'e', { reason: 'a' })).to.equal(5);
    expect(sumOf(samples, 'none', {})).to.equal(0);
  });

  it('says what was asked and answered when the exposition cannot be had', async () => {
    await using scope = new Scope();
    const url = await exposing(scope, '');
    const error = await readSidecar(url, never).catch((e: unknown) => e);
    expect(error)
      .to.have.property('message')
      .that.matches(/GET http:\/\/127\.0\.0\.1:\d+\/metrics answered 503: not yet$/);
  });

  it('finds the first rise above the baseline, over failed looks', async () => {
    await using scope = new Scope();
    const url = await exposing(scope, 'e{r="a"} 4', '', 'e{r="a"} 4\ne{r="b"} 7', 'e{r="a"} 5');
    const before = Date.now();
    const found = await watchFirstAbove(url, 'e', { r: 'a' }, 4, { everyMs: 1, signal: never });
    expect(found.value).to.equal(5);
    expect(found.at).to.be.within(before, Date.now());
    expect(found.lastProblem).to.include('503');
  });

  it('ends with the signal, without a time', async () => {
    await using scope = new Scope();
    const url = await exposing(scope, 'e 4');
    const controller = new AbortController();
    const watching = watchFirstAbove(url, 'e', {}, 4, { everyMs: 1, signal: controller.signal });
    controller.abort();
    expect(await watching).to.deep.equal({});
  });
});
