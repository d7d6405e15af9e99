import { expect } from 'chai';
import { gateWithinMs } from './gate.ts';

describe('the quiet gate', () => {
  it('has time for every rule of Grafana to have its turn, at any pace', () => {
    // Till the next turn, and the tick over which the rules are spread.
    for (const [holdMs, turnMs] of [
      [4_000, 10_000],
      [60_000, 60_000],
    ] as const)
      expect(gateWithinMs(holdMs) - holdMs).to.be.at.least(turnMs + 10_000);
  });
});
