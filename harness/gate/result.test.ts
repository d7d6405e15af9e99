import { expect } from 'chai';
import { alertLine, drillLine, drillsOf, missed } from '../../assertions/gate/testing/lines.ts';
import { type Judged, resultOf } from './result.ts';

const result = (changes: Partial<Judged>) => {
  const lines = changes.lines ?? drillsOf(7_000);
  return resultOf({
    set: { name: 'default', file: '/mine/firedrill.yaml', isImplied: false },
    ...{ at: 0, planned: lines.length, lines, rules: ['WebDown'], slowerByMs: 0 },
    ...changes,
  });
};
const baseline = (lines = drillsOf(7_000)) => ({
  ...{ file: 'gate.jsonl', notHeld: 0, onOtherTerms: 0, lines },
});

describe('the result of the gate', () => {
  it('is green if every drill held and nothing has become worse', () => {
    expect(result({})).to.include({ outcome: 'green' });
    expect(result({ baseline: baseline() })).to.deep.include({
      ...{ outcome: 'green', findings: [], withoutBaseline: [] },
      baseline: { file: 'gate.jsonl', drills: 1, notHeld: 0, onOtherTerms: 0, versions: [] },
    });
  });

  it('is red with each finding, also without a baseline', () => {
    const lost = result({ lines: [...drillsOf(7_000), drillLine([missed()])] });
    expect(lost.outcome).to.equal('red');
    expect(lost.findings.map(({ kind }) => kind)).to.deep.equal(['lost-alert']);
    expect(result({ lines: drillsOf(12_000), baseline: baseline() }).outcome).to.equal('red');
  });

  it('is red if a drill failed that no finding explains', () => {
    expect(result({ lines: [{ ...drillLine(), outcome: 'fail' }] }).outcome).to.equal('red');
  });

  it('is no verdict if a drill was not judged, whatever the others say', () => {
    const red = drillLine([missed()]);
    const [broken, bad, interrupted] = (['broken', 'bad-input', 'interrupted'] as const).map((outcome) =>
      drillLine([alertLine({ outcome: 'broken' })], { outcome }),
    );
    if (!broken || !bad || !interrupted) throw new Error('three lines');
    for (const lines of [
      [red, broken],
      [broken, red, bad],
    ])
      expect(result({ lines })).to.deep.include({ outcome: 'broken', findings: [] });
    expect(result({ lines: [red, bad] }).outcome).to.equal('bad-input');
    expect(result({ lines: [broken, interrupted] }).outcome).to.equal('interrupted');
    expect(result({ lines: [broken] }).pages, 'of what was not judged').to.deep.equal([]);
  });

  it('is interrupted if drills are missing, and keeps the others', () => {
    const some = result({ lines: drillsOf(7_000, 7_000), planned: 6, baseline: baseline() });
    expect(some).to.deep.include({ outcome: 'interrupted', findings: [] });
    expect(some.drills).to.have.length(2);
    expect(some.pages[0]?.arrived).to.deep.equal({ drills: 2, of: 2 });
    expect(result({ lines: [], planned: 6 }).outcome).to.equal('interrupted');
  });

  it('is red if fewer alerts are proven than the threshold demands', () => {
    const proven = { alerts: 12, proven: 9, required: 0.8 };
    expect(result({ proven })).to.deep.include({
      ...{ outcome: 'red', proven },
      findings: [{ kind: 'too-few-proven', ...proven }],
    });
    for (const [alerts, enough, required] of [
      [10, 8, 0.8],
      [12, 12, 1],
      [3, 0, 0],
      [0, 0, 1],
      [100, 7, 0.07],
    ] as const)
      expect(result({ proven: { alerts, proven: enough, required } }).outcome).to.equal('green');
    expect(result({ proven: { alerts: 12, proven: 11, required: 1 } }).outcome).to.equal('red');
  });

  it('says what the baseline lacks, and which version wrote it', () => {
    const before = [drillLine([alertLine()], { firedrill: '0.0.9' })];
    const lines = [...drillsOf(7_000), drillLine([], { scenario: 'new' })];
    const { withoutBaseline, baseline: compared } = result({ lines, baseline: baseline(before) });
    expect(withoutBaseline).to.deep.equal(['new']);
    expect(compared?.versions).to.deep.equal(['0.0.9']);
    const set = { name: 'default', file: '/mine/firedrill.yaml', isImplied: true };
    expect(result({ set }).implied).to.equal('/mine/firedrill.yaml');
  });
});
