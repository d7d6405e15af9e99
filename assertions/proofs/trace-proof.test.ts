import { expect } from 'chai';
import type { Span } from '../../core/record.ts';
import { findingOn, span, traceId } from './testing/proof-fixtures.ts';

const failed = { status: 'error' } as const;
const statement = (changes: Partial<Span> = {}) =>
  span('insert', 'listings', 'orders', [20, 60], {
    ...failed,
    name: 'pg.query:INSERT',
    statusMessage: 'value too long for type character varying(5)',
    attributes: { 'db.system': 'postgresql', 'exception.message': 'value too long' },
    ...changes,
  });
/** Storefront calls orders, whose statement takes 40 of the 100 ms. */
const spans = (leaf = statement()): Span[] => [
  leaf,
  span('search', undefined, 'storefront', [0, 100], failed),
  span('call', 'search', 'storefront', [5, 95], failed),
  span('listings', 'call', 'orders', [10, 90], failed),
];
const found = (all: Span[]) =>
  ({ kind: 'trace', asked: 'its log line', found: 1, trace: { traceId, spans: all } }) as const;

const proof = {
  kind: 'trace',
  query: '{ status = error }',
  through: ['storefront', 'orders'],
  culprit: 'failing',
  matching: { name: '^pg\\.query', 'status.message': 'varying\\(5\\)', 'exception.message': 'too long' },
} as const;
const lasting = { ...proof, culprit: 'longest', matching: { name: 'INSERT' } } as const;

describe('proof by a trace', () => {
  const on = (asked: typeof proof | typeof lasting, all: Span[]) =>
    findingOn({ ...asked, through: [...asked.through] }, found(all));

  it('holds when it leads through the services to the span that failed first', () => {
    const { outcome, message, evidence } = on(proof, spans());
    expect([outcome, message]).to.deep.equal([
      'pass',
      'storefront → orders: the span that failed is "pg.query:INSERT" of orders',
    ]);
    expect(evidence).to.deep.equal([
      `trace ${traceId}, its log line`,
      'storefront "storefront search": 100 ms, 10 ms of its own, error',
      'storefront "storefront call": 90 ms, 10 ms of its own, error',
      'orders "orders listings": 80 ms, 40 ms of its own, error',
      'orders "pg.query:INSERT": 40 ms, 40 ms of its own, error: value too long for type character varying(5)',
    ]);
  });

  it('fails without a trace', () => {
    const { outcome, message } = findingOn(
      { ...proof, through: ['storefront'] },
      { kind: 'trace', asked: 'log line x', found: 0 },
    );
    expect([outcome, message]).to.deep.equal([
      'fail',
      'Tempo has no trace of log line x: sampling dropped it, or it was not exported',
    ]);
    const listed = findingOn({ ...proof, through: ['storefront'] }, { kind: 'trace', asked: 'x', found: 3 });
    expect([listed.outcome, listed.message]).to.deep.equal([
      'fail',
      'Tempo lists 3 traces of x, but gave none of them',
    ]);
  });

  it('fails when the services come in another order', () => {
    const { outcome, message } = findingOn({ ...proof, through: ['orders', 'storefront'] }, found(spans()));
    expect(outcome).to.equal('fail');
    expect(message).to.match(/reached by storefront → orders; expected orders → storefront$/);
  });

  it('fails if a span in between is missing, and reports that', () => {
    const { outcome, message } = on(
      proof,
      spans().filter(({ spanId }) => spanId !== 'call'),
    );
    expect(outcome).to.equal('fail');
    expect(message).to.match(
      /reached by orders; expected storefront → orders; the span above "orders listings" of orders is missing$/,
    );
  });

  it('fails if the root span is missing, although the services are correct', () => {
    const { outcome, message } = on(
      proof,
      spans().filter(({ spanId }) => spanId !== 'search'),
    );
    expect(outcome).to.equal('fail');
    expect(message).to.match(/; the span above "storefront call" of storefront is missing$/);
  });

  it('fails when another span failed, or none', () => {
    const elsewhere = on(proof, spans(statement({ status: 'unset' })));
    expect(elsewhere.outcome).to.equal('fail');
    expect(elsewhere.message).to.include(
      'the span that failed is "orders listings" of orders, but its name is',
    );
    const nowhere = on(
      proof,
      spans().map((one) => ({ ...one, status: 'unset' })),
    );
    expect([nowhere.outcome, nowhere.message]).to.deep.equal(['fail', `no span of trace ${traceId} failed`]);
  });

  it('uses the first of several failed statements', () => {
    const later = statement({ spanId: 'select', name: 'pg.query:SELECT', startAt: statement().startAt + 50 });
    expect(on(proof, [later, ...spans()]).outcome).to.equal('pass');
  });

  it('fails if an attribute has another value or is missing', () => {
    const other = on(proof, spans(statement({ statusMessage: 'deadlock detected' })));
    expect(other.outcome).to.equal('fail');
    expect(other.message).to.include(
      'its status.message is "deadlock detected", which does not match /varying\\(5\\)/',
    );
    const none = on(proof, spans(statement({ attributes: { 'db.system': 'postgresql' } })));
    expect(none.outcome).to.equal('fail');
    expect(none.message).to.include('it has no exception.message (its attributes: db.system)');
  });

  it('finds the longest span by its own time', () => {
    const wait = statement({ durationMs: 60 });
    expect(on(lasting, spans(wait)).message).to.equal(
      'storefront → orders: the longest span is "pg.query:INSERT" of orders, with 60 ms of its own',
    );
  });

  it('counts the time of overlapping children once', () => {
    // Two statements at once: 20 to 60 and 30 to 85 leave listings 15 ms of its own.
    const second = statement({ spanId: 'select', startAt: statement().startAt + 10, durationMs: 55 });
    const { evidence } = findingOn(
      { ...lasting, through: ['storefront', 'orders'] },
      found([second, ...spans()]),
    );
    expect(evidence.find((text) => text.includes('listings'))).to.include('80 ms, 15 ms of its own');
  });

  it('fails when the longest span is another', () => {
    const { outcome, message } = on(lasting, spans(statement({ durationMs: 20 })));
    expect(outcome).to.equal('fail');
    expect(message).to.include('the longest span is "orders listings" of orders, with 60 ms of its own, but');
  });
});
