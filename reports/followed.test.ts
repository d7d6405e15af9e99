import { expect } from 'chai';
import { followedOf, followedText } from './followed.ts';
import { monthlyRentRecord, withProof } from './testing/monthly-rent/record.ts';
import { sampleLine, sampleTrace, traceId } from './testing/monthly-rent/request.ts';
import { refusedDelivery } from './testing/monthly-rent/telegram.ts';
import { sampleRecord } from './testing/sample-record.ts';

const { traceId: _, ...untraced } = sampleLine;

describe('the request that is followed', () => {
  it('is the one whose trace was found, with its log line and the page that paged for it', () => {
    const other = { ...sampleLine, traceId: 'another' };
    const record = withProof({ kind: 'log', total: 2, untraced: 0, lines: [other, sampleLine] });
    const found = followedOf(record);
    expect(found?.traceId).to.equal(traceId);
    expect(found?.log).to.deep.equal({ line: sampleLine });
    expect(found?.trace?.culprit?.spanId).to.equal('b4');
    expect(found?.page).to.include({ alert: 'Bug Report', status: 'firing' });
  });

  it('is none where a scenario asks for neither log line nor trace', () => {
    expect(followedOf(sampleRecord())).to.equal(undefined);
    expect(followedText(sampleRecord())).to.equal(undefined);
  });

  it('says where the way from log line to trace is broken', () => {
    const noId = followedOf(withProof({ kind: 'log', total: 3, untraced: 3, lines: [untraced] }));
    expect(noId?.log?.amiss).to.match(/^This line has no trace_id/);
    const some = followedOf(withProof({ kind: 'log', total: 3, untraced: 2, lines: [untraced, sampleLine] }));
    expect(some?.log?.amiss).to.equal('2 of 3 such lines have no trace_id.');
    const none = followedOf(withProof({ kind: 'log', total: 0, untraced: 0, lines: [] }));
    expect(none?.log?.amiss).to.match(/^Loki has no line of \{service_name="orders"\}/);
    const unread = followedOf(withProof({ kind: 'unread', problem: 'status 500' }, 'log'));
    expect(unread?.log).to.deep.equal({ amiss: 'status 500' });
  });

  it('says that the trace is missing, or that of another request', () => {
    const lost = withProof({ kind: 'trace', asked: traceId, found: 0 });
    expect(followedOf(lost)?.trace).to.deep.equal({ amiss: `Tempo has no trace for ${traceId}.` });
    expect(followedText(lost)).to.equal(`trace ${traceId}`);
    const trace = { ...sampleTrace, traceId: 'another' };
    const other = followedOf(withProof({ kind: 'trace', asked: '{}', found: 1, trace }));
    expect(other?.trace?.amiss).to.equal('This is the trace of another request than the log line.');
  });

  it('has what the receiver refused where no page arrived', () => {
    const record = monthlyRentRecord({ pages: [], deliveries: [refusedDelivery] });
    expect(followedOf(record)?.refused).to.equal(refusedDelivery);
    const silently = { ...refusedDelivery, responseStatus: 200, refused: true as const };
    const other = monthlyRentRecord({ pages: [], deliveries: [silently] });
    expect(followedOf(other)?.refused, 'with a status of success').to.equal(silently);
    expect(followedOf(monthlyRentRecord({ pages: [], deliveries: [] }))).to.not.have.any.keys(
      'page',
      'refused',
    );
  });

  it('says in one line what it shows', () => {
    expect(followedText(monthlyRentRecord())).to.equal(
      `trace ${traceId}: storefront → orders, failed at “pg.query:INSERT firedrill”: value too long for type character varying(5)`,
    );
  });
});
