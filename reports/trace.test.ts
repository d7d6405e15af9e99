import { expect } from 'chai';
import type { Span } from '../core/record.ts';
import { culpritOf, ownTimeMs, servicesTo } from '../core/spans.ts';
import { sampleTrace } from './testing/monthly-rent/request.ts';
import { errorOf, rowsOf, statementOf } from './trace.ts';

const traceOf = (...spans: [id: string, parent: string, from: number, ms: number][]) => ({
  traceId: 't',
  spans: spans.map(
    ([spanId, parentId, startAt, durationMs]): Span => ({
      spanId,
      ...(parentId ? { parentId } : {}),
      service: 'orders',
      name: spanId,
      kind: 'internal',
      startAt,
      durationMs,
      status: 'unset',
      attributes: {},
    }),
  ),
});

describe('a trace', () => {
  it('reads as a tree by start; orphans stand at the top', () => {
    const trace = traceOf(
      ['late', 'root', 5, 1],
      ['orphan', 'gone', 9, 1],
      ['early', 'root', 2, 1],
      ['below', 'early', 2, 1],
      ['root', '', 0, 8],
    );
    expect(rowsOf(trace).map(({ span, depth }) => [span.name, depth])).to.deep.equal([
      ['root', 0],
      ['early', 1],
      ['below', 2],
      ['late', 1],
      ['orphan', 0],
    ]);
  });

  it('ends where spans are their own ancestors', () => {
    const trace = traceOf(['a', 'b', 0, 1], ['b', 'a', 0, 1], ['c', '', 0, 1]);
    expect(rowsOf(trace).map(({ span }) => span.name)).to.deep.equal(['c']);
    const [first] = trace.spans;
    expect(first && servicesTo(trace, first)).to.deep.equal(['orders']);
  });

  it('gives a span the time that no child covers, overlaps counted once', () => {
    const trace = traceOf(
      ['root', '', 0, 100],
      ['a', 'root', 10, 40],
      ['b', 'root', 30, 40],
      ['c', 'root', 90, 50],
    );
    expect(trace.spans.map((span) => ownTimeMs(trace, span))).to.deep.equal([30, 40, 40, 50]);
  });

  it('blames the span where the failure began, or where the time went', () => {
    const failing = culpritOf(sampleTrace, { culprit: 'failing' });
    expect(failing?.name).to.equal('pg.query:INSERT firedrill');
    expect(failing && servicesTo(sampleTrace, failing)).to.deep.equal(['storefront', 'orders']);
    expect(failing && errorOf(failing)).to.equal('value too long for type character varying(5)');
    expect(failing && statementOf(failing)).to.match(/^INSERT INTO searches/);
    const waiting = traceOf(['root', '', 0, 100], ['query', 'root', 10, 80], ['other', 'root', 90, 9]);
    expect(culpritOf(waiting, { culprit: 'longest' })?.name).to.equal('query');
    expect(culpritOf(waiting, { culprit: 'failing' })).to.equal(undefined);
  });
});
