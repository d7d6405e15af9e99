import { expect } from 'chai';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { listText } from './list.ts';

const scenarios = [
  parseScenario({ ...checkoutErrors, name: 'a', summary: 'one', stacks: ['full', 'metrics'] }, 'a'),
  parseScenario({ ...checkoutErrors, name: 'longer', summary: 'two', stacks: ['full'] }, 'longer'),
];

describe('list of scenarios', () => {
  it('has a line for each, with its stacks', () => {
    expect(listText(scenarios, false)).to.equal(
      '  a       full, metrics  one\n  longer  full           two\n\nRun one: firedrill run a\n',
    );
  });

  it('is JSON for programs', () => {
    const title = checkoutErrors.title;
    expect(JSON.parse(listText(scenarios, true))).to.deep.equal([
      { name: 'a', title, summary: 'one', stacks: ['full', 'metrics'] },
      { name: 'longer', title, summary: 'two', stacks: ['full'] },
    ]);
  });
});
