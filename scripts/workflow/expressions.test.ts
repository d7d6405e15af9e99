import { expect } from 'chai';
import { conditionOf, filled, type JobStatus } from './expressions.ts';

const statuses: readonly JobStatus[] = ['success', 'failure', 'cancelled'];
const inputs = { name: "it's", none: '', 'with-dash': 'd', evil: `\${{ inputs.none }}` };
const when = (text: string | undefined) => statuses.filter(conditionOf(text, inputs));

describe('conditions of steps', () => {
  it('hold while nothing has failed, when nothing is said', () => {
    expect(when(undefined)).to.deep.equal(['success']);
  });

  for (const [text, holds] of [
    ['success()', ['success']],
    ['failure()', ['failure']],
    ['cancelled()', ['cancelled']],
    ['!cancelled()', ['success', 'failure']],
    [`\${{ always() }}`, statuses],
    ['success() || failure()', ['success', 'failure']],
    ['!(failure() || cancelled())', ['success']],
    // Without a question about the job, nothing may have failed.
    ['inputs.name', ['success']],
    ['inputs.none', []],
    ['!inputs.none', ['success']],
    ["inputs.none || 'text'", ['success']],
  ] as const) {
    it(`hold for ${holds.join(', ') || 'nothing'}: ${text}`, () => {
      expect(when(text)).to.deep.equal(holds);
    });
  }

  for (const [text, part] of [
    ["steps.test.outcome != 'skipped'", 'steps.test.outcome'],
    ["hashFiles('x')", 'hashFiles'],
    ['always() && failure()', '&&'],
    ['inputs.other', 'there is no input "other"'],
    ['inputs.constructor', 'there is no input "constructor"'],
    ['constructor()', '"constructor"'],
    ['always', 'expected "("'],
    ['always() failure()', '"failure ( )"'],
    ['(always()', 'expected ")"'],
    ['', '"nothing"'],
  ] as const) {
    it(`are refused: ${text || '(empty)'}`, () => {
      expect(() => conditionOf(text, inputs)).to.throw(part);
    });
  }
});

describe('texts with expressions', () => {
  it('are filled in, once', () => {
    expect(filled(`a \${{ inputs.name }} b \${{inputs.none || 'it''s else'}}`, inputs)).to.equal(
      "a it's b it's else",
    );
    expect(filled(`\${{ inputs.with-dash }}`, inputs)).to.equal('d');
    expect(filled(`\${{ inputs.evil }}`, inputs)).to.equal(`\${{ inputs.none }}`);
  });

  it('are refused where they are not understood', () => {
    expect(() => filled(`\${{ always() }}`, inputs)).to.throw('only an "if"');
    expect(() => filled(`\${{ runner.os }}`, inputs)).to.throw('"runner.os" is not understood');
    expect(() => filled(`x \${{ inputs.name`, inputs)).to.throw('without its end');
  });
});
