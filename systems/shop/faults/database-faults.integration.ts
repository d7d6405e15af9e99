import { expect } from 'chai';
import { Scope } from '../../../core/scope.ts';
import { type FaultParams, scenarioWith } from '../../../faults/testing/scenario.ts';
import { prepareFault } from '../../faults.ts';
import { flat } from '../services/testing/otlp-sink.ts';
import { type AdminResponse, openShop, type Shop } from './testing/shop.ts';

const prepared = (kind: string, params?: FaultParams) => prepareFault(scenarioWith(kind, params));
const statuses = (answers: readonly AdminResponse[]) => answers.map(({ status }) => status);
const times = (answers: readonly AdminResponse[]) => answers.map(({ tookMs }) => tookMs);

/** On a real shop: what each fault of the database does, and that it is gone after the revert, however often reverted. */
describe('faults of the database', function () {
  this.timeout(600_000); // The first run on a machine builds toxiproxy.
  const scope = new Scope();
  const ended = new AbortController();
  let shop: Shop;

  before(async () => {
    shop = await openShop(scope, ended.signal);
  });

  after(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  const get = (path: string) => shop.ask('GET', 'storefront-1', path);
  const search = (type: string) => get(`/search?type=${type}`);
  const checkout = () => shop.ask('POST', 'storefront-1', '/checkout', { listingId: 7 });
  const several = async (count: number, request: () => Promise<AdminResponse>): Promise<AdminResponse[]> => {
    const answers = [];
    for (let n = 0; n < count; n++) answers.push(await request());
    return answers;
  };
  const atOnce = (count: number, request: () => Promise<AdminResponse>): Promise<AdminResponse[]> =>
    Promise.all(Array.from({ length: count }, request));
  const lastLine = (pod: string, message: string) =>
    shop.eventually(`"${message}" of ${pod}`, () =>
      shop.service(pod).lines.findLast(({ msg }) => msg === message),
    );
  /** Spans of one trace, once those with these names have come. */
  const spansOf = (traceId: unknown, ...names: string[]) =>
    shop.eventually(`spans ${names.join(', ')}`, () => {
      const spans = shop.sink.spans.filter((span) => span.traceId === traceId);
      return names.every((name) => spans.some((span) => span.name === name)) ? spans : undefined;
    });

  it('bad-migration fails monthly alone, by SQLSTATE 22001', async () => {
    const fault = prepared('bad-migration');
    expect((await search('monthly')).status).to.equal(200);
    await fault.inject(shop.context);
    expect(statuses(await several(3, () => search('monthly')))).to.deep.equal([500, 500, 500]);
    expect(statuses(await several(2, () => search('rent')))).to.deep.equal([200, 200]);

    const line = await lastLine('orders', 'unexpected error');
    expect(line).to.include({ level: 'error', service: 'orders', error_code: '22001' });
    expect(line.trace_id).to.match(/^[0-9a-f]{32}$/);
    const spans = await spansOf(line.trace_id, 'GET /search', 'GET /listings', 'pg.query:INSERT postgres');
    const at = (name: string) => spans.find((span) => span.name === name);
    const statement = at('pg.query:INSERT postgres');
    expect(at('GET /search')).to.include({ service: 'storefront' }).and.not.have.property('parentSpanId');
    expect(at('GET /listings')).to.include({ service: 'orders' });
    expect(statement).to.include({ service: 'orders', parentSpanId: at('GET /listings')?.spanId });
    expect(statement?.status).to.deep.equal({
      code: 2,
      message: 'value too long for type character varying(5)',
    });
    const exception = statement?.events?.find(({ name }) => name === 'exception');
    expect(flat(exception ?? {})['exception.message']).to.include('22001');
    // Only where it happened is it an ERROR; the storefront was told.
    expect(await lastLine('storefront-1', 'failed listings')).to.include({
      level: 'warn',
      trace_id: line.trace_id,
    });
    expect(shop.service('storefront-1').lines.filter(({ level }) => level === 'error')).to.deep.equal([]);

    await fault.revert(shop.context);
    await fault.revert(shop.context);
    expect((await search('monthly')).status).to.equal(200);
  });

  it('bad-migration to 20 characters breaks nothing', async () => {
    const fault = prepared('bad-migration', { length: 20 });
    await fault.inject(shop.context);
    expect((await search('monthly')).status).to.equal(200);
    await fault.revert(shop.context);
  });

  it('database-latency makes each statement slower, fails none, and leaves orders ready', async () => {
    const fault = prepared('database-latency', { latencyMs: 500 });
    await get('/catalog');
    await fault.inject(shop.context);
    const slow = [await get('/catalog'), await search('rent'), await checkout()];
    expect(statuses(slow)).to.deep.equal([200, 200, 201]);
    // One statement, two, and three.
    times(slow).forEach((tookMs, i) => {
      expect(tookMs, `statements: ${i + 1}`).to.be.at.least(500 * (i + 1) - 5);
    });
    expect((await shop.ask('GET', 'orders', '/health/ready')).status).to.equal(200);
    // Traffic on every journey at once, as a drill has it: no statement is given up.
    expect(new Set(statuses(await atOnce(25, () => search('sale'))))).to.deep.equal(new Set([200]));
    await fault.revert(shop.context);
    await fault.revert(shop.context);
    expect((await search('rent')).tookMs).to.be.below(1_000);
  });

  it('database-lock makes the statement wait that writes to the table, and no other', async () => {
    const fault = prepared('database-lock', { table: 'payments', holdMs: 1_500 });
    await checkout();
    shop.sink.spans.length = 0;
    await fault.inject(shop.context);
    const [waited, other] = await Promise.all([checkout(), search('rent')]);
    expect(waited.status).to.equal(201);
    expect(waited.tookMs).to.be.greaterThan(1_000);
    expect(other.status).to.equal(200);
    expect(other.tookMs).to.be.below(waited.tookMs);

    const lengthMs = (span: { startTimeUnixNano: string; endTimeUnixNano: string }) =>
      Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6;
    const root = await shop.eventually('the trace of the slow checkout', () =>
      shop.sink.spans.find((span) => span.name === 'POST /checkout' && lengthMs(span) > 1_000),
    );
    const spans = await spansOf(root.traceId, 'POST /payments', 'POST /fulfilment', 'POST /v1/charges');
    const leaves = spans.filter(({ spanId }) => !spans.some(({ parentSpanId }) => parentSpanId === spanId));
    const longest = leaves.toSorted((a, b) => lengthMs(b) - lengthMs(a))[0];
    expect(longest?.attributes['db.query.text']).to.include('INSERT INTO payments');
    expect(lengthMs(longest ?? root)).to.be.greaterThan(0.9 * lengthMs(root));

    // Time after time, also with several waiting at once, and none is given up.
    const later = await atOnce(6, checkout);
    expect(new Set(statuses(later))).to.deep.equal(new Set([201]));
    expect(Math.max(...times(later))).to.be.greaterThan(1_000);

    await fault.revert(shop.context);
    await fault.revert(shop.context);
    expect((await checkout()).tookMs).to.be.below(1_000);
  });

  it('database-lock that outlasts the limit of a statement fails it', async () => {
    const fault = prepared('database-lock', { table: 'searches', holdMs: 60_000 });
    await fault.inject(shop.context);
    const failed = await search('rent');
    expect(failed.status).to.equal(500);
    expect(await lastLine('orders', 'unexpected error')).to.include({ level: 'error', error_code: '57014' });
    await fault.revert(shop.context);
    expect((await search('rent')).status).to.equal(200);
  });
});
