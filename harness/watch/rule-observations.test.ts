import { expect } from 'chai';
import type { ConstantRule } from './always-firing.ts';
import type { EvaluatedRule } from './loaded-rules.ts';
import { RuleObservations } from './rule-observations.ts';

const identity = { manager: 'prometheus', file: 'f', group: 'g', query: 'x' } as const;
const rule = (at: number | undefined, changes: Partial<EvaluatedRule> = {}): EvaluatedRule => ({
  ...identity,
  ...{ kind: 'alerting', name: 'A', key: 'a', labels: {}, isFiring: false, failed: false, lastError: '' },
  ...(at === undefined ? {} : { lastEvaluationAt: at }),
  ...changes,
});
const fails = { failed: true, lastError: 'many-to-many' };

describe('observations of the rules', () => {
  it('count each evaluation and each failed evaluation once, from the gate on', () => {
    const observations = new RuleObservations(1_000, []);
    for (const [at, changes] of [
      [900, fails],
      [1_100, {}],
      [1_100, {}],
      [1_200, fails],
      [1_300, fails],
      [1_400, {}],
    ] as const)
      observations.look([rule(at, changes)], at);
    expect(observations.result().health).to.deep.equal([
      {
        ...identity,
        ...{ kind: 'alerting', name: 'A', evaluations: 4, failed: 2, firstFailedAt: 1_200 },
        ...{ failing: false, lastError: 'many-to-many' },
      },
    ]);
  });

  it('distinguish rules of the same name, and include a rule that was never evaluated', () => {
    const observations = new RuleObservations(0, []);
    observations.look([rule(5, fails), rule(undefined, { key: 'b' })], 5);
    const { health } = observations.result();
    expect(health.map(({ evaluations, failed, failing }) => [evaluations, failed, failing])).to.deep.equal([
      [1, 1, true],
      [0, 0, false],
    ]);
  });

  it('keep the stretches in which rules that must always fire did', () => {
    const always: ConstantRule = {
      ...identity,
      ...{ name: 'A', labels: {}, declared: false, contactPoints: [], notifies: false, firing: [] },
    };
    const observations = new RuleObservations(0, [always]);
    for (const [at, isFiring] of [
      [1, true],
      [2, true],
      [3, false],
      [4, true],
      [5, true],
    ] as const)
      observations.look([rule(at, { isFiring })], at);
    const { alwaysFiring, to } = observations.result();
    expect(alwaysFiring[0]?.firing).to.deep.equal([
      { from: 1, to: 2 },
      { from: 4, to: 5 },
    ]);
    expect(alwaysFiring[0]).not.to.have.property('routeOf');
    expect(to).to.equal(5);
  });
});
