import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { FiredrillError } from '../core/errors.ts';
import { restrictedToStack } from '../core/scenario.ts';
import { scenarioNamed, scenarios } from './index.ts';

describe("the project's scenarios", () => {
  it('are all listed, each with the name of its file', () => {
    const files = readdirSync(new URL('.', import.meta.url))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'index.ts')
      .map((file) => file.replace(/\.ts$/, ''));
    expect(scenarios.map(({ name }) => name)).to.have.members(files);
    expect(scenarios.slice(0, 3).map(({ name }) => name)).to.deep.equal([
      'checkout-errors',
      'transient-blip',
      'monthly-rent',
    ]);
  });

  it('have a title and a summary that fit on one line', () => {
    for (const { name, title, summary } of scenarios) {
      expect(title.length, name).to.be.at.most(60);
      expect(summary.length, name).to.be.at.most(120);
    }
  });

  it('send no more requests than two cores can handle', () => {
    for (const { name, load } of scenarios) {
      const total = Object.values(load.rates).reduce((sum, rate) => sum + rate, 0);
      expect(total, name).to.be.at.most(60);
    }
  });

  it('run on stack metrics if Prometheus alone can judge them', () => {
    const small = scenarios.filter(({ stacks }) => stacks.includes('metrics'));
    for (const scenario of small) {
      const { expectations, proofs } = restrictedToStack(scenario, 'metrics');
      // A scenario without expectations is about pages that must not come.
      const expected = scenario.expectations.length;
      expect(Math.sign(expectations.length), scenario.name).to.equal(Math.sign(expected));
      expect(
        proofs.map(({ kind }) => kind).filter((kind) => kind !== 'readiness'),
        scenario.name,
      ).to.deep.equal([]);
    }
    // Without an addition a scenario shows the whole stack first.
    const own = scenarios.filter((scenario) => scenario.with === undefined);
    expect(own.every(({ stacks }) => stacks[0] === 'full')).to.equal(true);
  });

  it('are found by name; an unknown name is refused with the nearest one', () => {
    expect(scenarioNamed('monthly-rent').title).to.equal('A rarely used search fails');
    expect(() => scenarioNamed('monthly-rents'))
      .to.throw(FiredrillError)
      .with.property('message')
      .that.includes('did you mean monthly-rent?');
  });
});
