import { expect } from 'chai';
import { renderHistory } from './history.ts';
import { nightsOf, seriesOf } from './nights.ts';
import { lineOf, lost, pageOf, sampleLedger } from './testing/samples.ts';

const noise = [{ alert: 'Other', receiver: 'pagerduty' as const, labels: {} }];
const lines = [
  lineOf(0, pageOf()),
  lineOf(1, pageOf({ mttdMs: 12_000 }), { run: 'a' }),
  lineOf(1, lost, { run: 'b', noise }),
  lineOf(1, pageOf({ outcome: 'broken' }), { run: 'c', outcome: 'broken' }),
];

describe('the nights of a history', () => {
  it('say which pages held and failed in one night, and what nobody expected', () => {
    const nights = nightsOf(lines);
    expect(nights.map(({ judged, held, flakes }) => [judged, held, flakes.length])).to.deep.equal([
      [1, 1, 0],
      [1, 0, 1],
    ]);
    expect(nights[1]?.flakes[0]).to.include({ held: 1, failed: 1 });
    expect(nights[1]?.noise).to.deep.equal([
      { alert: 'Other', receiver: 'pagerduty', scenario: 'checkout-errors', drills: 1 },
    ]);
  });

  it('do not take drills of two nights, stacks or scenarios for a flake', () => {
    const stack = { name: 'full', topology: 'direct', runtime: 'process', with: [] };
    const others = [
      lineOf(0, pageOf()),
      lineOf(1, lost),
      lineOf(0, lost, { run: 'x', stack }),
      lineOf(0, lost, { run: 'y', scenario: 'z' }),
    ];
    expect(nightsOf(others).flatMap(({ flakes }) => flakes)).to.deep.equal([]);
    expect(seriesOf(others)).to.have.length(3);
  });

  it('are days where lines belong to no nightly run', () => {
    const { night: _, ...line } = lineOf(0, pageOf());
    expect(nightsOf([line]).map(({ name }) => name)).to.deep.equal(['2026-03-04']);
  });
});

describe('the page of the nights', () => {
  const page = renderHistory({
    lines,
    ledger: sampleLedger(),
    reports: new Map([['a', 'n/runs/x/a/report.html']]),
  });

  it('draws the MTTD of each alert beside its floor, and lists flakes, noise, nights and drills', () => {
    expect(page.match(/class="dot-pass"/g)).to.have.length(2);
    expect(page.match(/class="dot-fail"/g)).to.have.length(1);
    expect(page).to.contain('class="floor-band" d="M');
    expect(page).to.contain('1 held, 1 failed');
    expect(page).to.contain('<strong>Other</strong> at PagerDuty');
    expect(page).to.contain('By the files of today, 1 of 4 alerts are proven (25 %)');
    expect(page).to.contain('<a href="n/runs/x/a/report.html">a</a>');
    expect(page).to.not.contain('NaN');
  });

  it('can be drawn of one night, and before the first', () => {
    const [first] = lines;
    for (const some of [first ? [first] : [], []])
      expect(renderHistory({ lines: some, reports: new Map() })).to.not.match(/NaN|Infinity|undefined/);
  });

  it('loads nothing, and has no script', () => {
    expect(page).to.not.match(/<script|src=|<link|url\(/);
  });
});
