import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import { Scope } from '../../core/scope.ts';
import { type TempoReader, tempoReader } from './tempo.ts';
import { attributes, nanos, push, startTempo } from './testing/back-ends.ts';

/** A leading zero, which Tempo leaves out in what a search finds. */
const failing = '00f7651916cd43dd8448eb211c80319c';
const many = 1_500;

describe('reader of a real Tempo', function () {
  this.timeout(600_000); // The first run on a machine builds it.
  const scope = new Scope();
  const ended = new AbortController();
  const began = Date.now() - 20_000;
  let tempo: TempoReader;

  const spansOf = (service: string, spans: readonly object[]) => ({
    resource: { attributes: attributes({ 'service.name': service, 'service.instance.id': `${service}-1` }) },
    scopeSpans: [{ spans }],
  });
  const span = (traceId: string, spanId: string, from: number, to: number, more: object = {}) => ({
    traceId,
    spanId,
    name: 'GET /catalog',
    kind: 2,
    startTimeUnixNano: nanos(from),
    endTimeUnixNano: nanos(to),
    ...more,
  });

  before(async () => {
    const { url, otlp } = await startTempo(scope, ended.signal);
    tempo = tempoReader(url, ended.signal);
    const root = span(failing, '00000000000000a1', began, began + 40.5, { name: 'GET /search' });
    const error = {
      parentSpanId: '00000000000000a1',
      kind: 3,
      name: 'pg.query',
      status: { code: 2, message: 'value too long' },
      attributes: attributes({ 'db.system': 'postgresql', rows: 3 }),
      events: [
        { name: 'exception', attributes: attributes({ 'exception.message': 'value too long for type' }) },
      ],
    };
    const inner = span(failing, '00000000000000b2', began + 10, began + 30.25, error);
    const crowd = Array.from({ length: many }, (_, i) =>
      span(
        `c${(i + 1).toString(16).padStart(31, '0')}`,
        `d${(i + 1).toString(16).padStart(15, '0')}`,
        began + 5_000 + i,
        began + 5_003 + i,
      ),
    );
    const resourceSpans = [
      spansOf('storefront', [root]),
      spansOf('orders', [inner]),
      spansOf('crowd', crowd),
    ];
    await push(`${otlp}/v1/traces`, { resourceSpans });
    await until(
      'the traces to be found',
      async () => {
        const { length } = await tempo.search('{}', began - 1, Date.now());
        return length === many + 1 ? met(length) : notYet(`${length}`);
      },
      { where: 'tempo', withinMs: 40_000, signal: ended.signal },
    );
  });
  after(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  it('finds a trace by TraceQL, with its root', async () => {
    const query = '{ resource.service.name = "orders" && status = error }';
    const found = await tempo.search(query, began, Date.now());
    expect(found).to.deep.equal([
      {
        traceId: failing,
        rootService: 'storefront',
        rootName: 'GET /search',
        startAt: began,
        durationMs: 40,
      },
    ]);
    expect(await tempo.search(query, began + 1, Date.now())).to.deep.equal([]);
  });

  it('finds all of many, each once, earliest first, and no more than asked for', async () => {
    const found = await tempo.search('{ resource.service.name = "crowd" }', began, Date.now());
    expect(new Set(found.map(({ traceId }) => traceId)).size).to.equal(many);
    expect(found[0]?.startAt).to.equal(began + 5_000);
    expect(await tempo.search('{}', began, Date.now(), 3)).to.have.lengthOf(3);
    const part = await tempo.search('{ resource.service.name = "crowd" }', began + 5_100, began + 5_199);
    expect(part).to.have.lengthOf(100);
  });

  it('reads a whole trace', async () => {
    const trace = await tempo.trace(failing);
    expect(trace?.traceId).to.equal(failing);
    const [root, inner] = trace?.spans ?? [];
    expect(root).to.deep.include({
      spanId: '00000000000000a1',
      service: 'storefront',
      instance: 'storefront-1',
      status: 'unset',
    });
    expect(root).to.include({ name: 'GET /search', kind: 'server', startAt: began, durationMs: 40.5 });
    expect(root).not.to.have.property('parentId');
    expect(inner).to.deep.include({
      parentId: '00000000000000a1',
      service: 'orders',
      kind: 'client',
      durationMs: 20.25,
      status: 'error',
      statusMessage: 'value too long',
      attributes: { 'db.system': 'postgresql', rows: '3', 'exception.message': 'value too long for type' },
    });
  });

  it('says that there is no such trace, and what Tempo refuses', async () => {
    expect(await tempo.trace('ffffffffffffffffffffffffffffffff')).to.equal(undefined);
    const refused = await tempo.search('{ nonsense', began, Date.now()).catch((error: unknown) => error);
    expect(refused)
      .to.have.property('message')
      .that.matches(/tempo: GET \S+search\S+ answered 400: .*parse/);
  });
});
