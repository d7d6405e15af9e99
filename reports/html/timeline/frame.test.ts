import { expect } from 'chai';
import { sampleRecord } from '../../testing/sample-record.ts';
import { axisText, frameOf, timeTicks } from './frame.ts';

describe('time axis', () => {
  it('ticks at lengths that people count in', () => {
    expect(timeTicks(-3000, 24_000)).to.deep.equal([0, 5000, 10_000, 15_000, 20_000]);
    expect(timeTicks(0, 360_000)).to.include.members([60_000, 300_000]);
    expect([axisText(0, 30_000), axisText(-5000, 30_000), axisText(90_000, 600_000)]).to.deep.equal([
      '0',
      '-5 s',
      '1:30',
    ]);
  });

  it('shows some healthy load before the fault, and everything up to the last page and the target', () => {
    const record = sampleRecord();
    const { from, to, zero, deadline } = frameOf(record);
    expect(zero).to.equal(record.faultWindow?.injectedAt);
    expect(from).to.be.below(zero);
    expect(deadline?.at).to.equal((record.faultWindow?.firstHitAt ?? 0) + 20_000);
    expect(to).to.be.above(Math.max(...record.pages.map((p) => p.receivedAt), deadline?.at ?? 0));
  });
});
