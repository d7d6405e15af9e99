import { expect } from 'chai';
import { readInput } from './input-problems.ts';
import { within } from './path.ts';
import { parseShare, setsSchema } from './sets.ts';

const read = (input: unknown) => readInput(setsSchema, input, within('firedrill.yaml'));

describe('sets of scenarios', () => {
  it('are drilled three times unless told otherwise', () => {
    expect(read({ default: {}, release: { scenarios: ['a.yaml'], repeats: 1, pace: 'real' } })).to.deep.equal(
      {
        value: {
          default: { repeats: 3, thresholds: {} },
          release: { scenarios: ['a.yaml'], repeats: 1, pace: 'real', thresholds: {} },
        },
      },
    );
  });

  it('are refused with every fault, and what was probably meant', () => {
    const found = read({
      quick: { scenario: ['a.yaml'], repeats: 0, pace: 'slow' },
      full: { scenarios: [], thresholds: { minProven: '80', slowerBy: 'long' } },
    });
    expect(
      'problems' in found && found.problems.map(({ where, message }) => `${where}: ${message}`),
    ).to.have.members([
      'firedrill.yaml: quick.scenario: there is no such key',
      'firedrill.yaml: quick.repeats: is 0; expected at least 1',
      'firedrill.yaml: quick.pace: there is no "slow"',
      'firedrill.yaml: full.scenarios: is too short; expected at least 1 in the list',
      'firedrill.yaml: full.thresholds.minProven: expected a share such as 80%',
      'firedrill.yaml: full.thresholds.slowerBy: expected a duration such as 90s, 2m or 1m30s',
    ]);
    expect(
      'problems' in found && found.problems.find(({ where }) => where.endsWith('scenario'))?.hint,
    ).to.match(/did you mean scenarios/);
  });

  it('have thresholds in percent', () => {
    expect(['80%', '0%', '100%', '99.5%'].map(parseShare)).to.deep.equal([0.8, 0, 1, 0.995]);
    expect(['80', '101%', '-1%', '', '%', '0.8'].map(parseShare)).to.deep.equal(Array(6).fill(undefined));
  });
});
