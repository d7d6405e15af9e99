import { expect } from 'chai';
import { gateWithinMs } from './gate.ts';

describe('the quiet gate', () => {
  it('has time for a rule of Grafana that had no data at its first tick, at any pace', () => {
    // Till the next tick, over which the rules are spread as well.
    for (const holdMs of [4_000, 60_000]) expect(gateWithinMs(holdMs) - holdMs).to.be.at.least(20_000);
  });
});
