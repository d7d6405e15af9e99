import { expect } from 'chai';
import { findingOn, line } from './testing/proof-fixtures.ts';

const query = '{service_name="orders"} | severity_text="ERROR"';
const noise = '{service_name="orders"} | status="200"';

describe('proof by log lines', () => {
  const proof = { kind: 'log', query } as const;

  it('holds when every line carries a trace_id', () => {
    const { outcome, message, evidence } = findingOn(proof, {
      kind: 'log',
      total: 2,
      untraced: 0,
      lines: [line()],
    });
    expect([outcome, message]).to.deep.equal(['pass', '2 lines in Loki, every one with a trace_id']);
    expect(evidence).to.deep.equal([
      `2026-03-04T10:30:02.250Z orders ERROR: unexpected error (trace ${'a'.repeat(32)})`,
    ]);
  });

  it('fails without a line', () => {
    const { outcome, message } = findingOn(proof, { kind: 'log', total: 0, untraced: 0, lines: [] });
    expect([outcome, message]).to.deep.equal(['fail', `Loki has no line of ${query} from the fault window`]);
  });

  it('fails if lines carry no trace_id, unless none is required', () => {
    const { traceId: _, ...untraced } = line();
    const some = { kind: 'log', total: 3, untraced: 1, lines: [untraced] } as const;
    const { outcome, message, evidence } = findingOn(proof, { ...some, lines: [...some.lines] });
    expect([outcome, message]).to.deep.equal([
      'fail',
      '1 of 3 lines carry no trace_id: log and trace cannot be correlated',
    ]);
    expect(evidence[0]).to.include('no trace_id');
    const all = { ...some, untraced: 3, lines: [...some.lines] };
    expect(findingOn(proof, all).message).to.include('none of 3 lines carries a trace_id');
    expect(findingOn({ ...proof, traced: false }, all).outcome).to.equal('pass');
  });
});

describe('proof by the number of log lines', () => {
  const proof = { kind: 'log-count', query, noise } as const;

  it('holds when there is a line for each request hit, and no noise', () => {
    const { outcome, message } = findingOn(proof, { kind: 'log-count', lines: 7, hits: 7, noise: [] });
    expect([outcome, message]).to.deep.equal(['pass', '7 lines for 7 requests hit, and no noise']);
  });

  it('fails when lines are missing, or too many', () => {
    const less = findingOn(proof, { kind: 'log-count', lines: 6, hits: 7, noise: [] });
    expect(less.outcome).to.equal('fail');
    expect(less.message).to.include('k6 saw 7 requests hit: lines were dropped on the way');
    const more = findingOn(proof, { kind: 'log-count', lines: 8, hits: 7, noise: [] });
    expect(more.outcome).to.equal('fail');
    expect(more.message).to.include('there are lines that no request explains');
  });

  it('fails when noise is left', () => {
    const { outcome, message, evidence } = findingOn(proof, {
      kind: 'log-count',
      lines: 7,
      hits: 7,
      noise: [line({ text: 'request' })],
    });
    expect([outcome, message]).to.deep.equal(['fail', `the noise of ${noise} was not dropped`]);
    expect(evidence[0]).to.include('request');
  });

  it('is broken when no request was hit', () => {
    expect(findingOn(proof, { kind: 'log-count', lines: 0, hits: 0, noise: [] }).outcome).to.equal('broken');
  });
});
