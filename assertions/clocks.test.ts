import { expect } from 'chai';
import type { Clock } from '../core/record.ts';
import { wrongTimes } from './clocks.ts';
import { judge } from './judge.ts';
import { at, pageAt } from './testing/basics.ts';
import { evidenceOf, hopsUntil } from './testing/evidence.ts';
import { recordWith } from './testing/record.ts';

/** A step of the clock at this second of the drill. */
const jump = (seconds: number, byMs: number): Clock['steps'][number] => ({
  from: at(seconds),
  to: at(seconds) + 500 + byMs,
  byMs,
  monotonicMs: 1000 * seconds,
});
const wrong = (...steps: Clock['steps']) => wrongTimes(recordWith({ clock: { steps, driftMs: 0 } }));

describe('the times of a drill', () => {
  it('are trusted if the clock was not set, or only drifted', () => {
    expect(wrong()).to.deep.equal([]);
    expect(wrongTimes(recordWith({ clock: { steps: [], driftMs: 40 } }))).to.deep.equal([]);
  });

  it('are not trusted if the clock was set before the page, in either direction: the drill is broken and names the time', () => {
    for (const [byMs, way] of [
      [-6_000, 'back by 6.0 s'],
      [6_000, 'ahead by 6.0 s'],
    ] as const) {
      const [line, ...more] = wrong(jump(8, byMs));
      expect(more).to.deep.equal([]);
      expect(line)
        .to.include(`the machine's clock was set ${way}`)
        .and.include('the time to detect of Check');
    }
    const { outcome } = judge(recordWith({ clock: { steps: [jump(8, -6_000)], driftMs: -6_000 } }));
    expect(outcome).to.equal('broken');
  });

  it('distinguish the time to resolve from the time to detect', () => {
    const [line] = wrong(jump(20, 1_000));
    expect(line).to.include('the time to resolve of').and.not.include('detect');
  });

  it('are trusted if the clock was set before the quiet period, or after the drill had settled', () => {
    expect(wrong(jump(-20, 3_000))).to.deep.equal([]);
    expect(wrong(jump(60, -3_000))).to.deep.equal([]);
    expect(wrong(jump(-4, 1_000)).join()).to.include('whether all was quiet before the fault');
  });

  it('are not trusted if they are shorter than `for`', () => {
    const evidence = { alerts: [evidenceOf({ hops: hopsUntil('page received', { firing: 3.5 }) })] };
    expect(wrongTimes(recordWith({ evidence })).join()).to.include(
      'from pending to firing in 2.0 s, which takes at least 8.0 s',
    );
    const pages = [pageAt(5), pageAt(25, { status: 'resolved', delivery: 1 })];
    expect(wrongTimes(recordWith({ pages })).join()).to.include('was detected in 4.8 s, less than its `for`');
  });

  it('are not trusted if a page arrived before its alert fired', () => {
    const evidence = { alerts: [evidenceOf({ hops: hopsUntil('page received', { 'page received': 7 }) })] };
    expect(wrongTimes(recordWith({ evidence })).join()).to.include('from firing to page received in -2.5 s');
    // Within the tolerance between components of one machine.
    const close = { alerts: [evidenceOf({ hops: hopsUntil('page received', { 'notifier sent': 9.4 }) })] };
    expect(wrongTimes(recordWith({ evidence: close }))).to.deep.equal([]);
  });
});
