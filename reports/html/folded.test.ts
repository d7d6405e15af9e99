import { expect } from 'chai';
import pc from 'picocolors';
import type { Page } from '../../core/record.ts';
import { ending } from '../console/ending.ts';
import { renderMarkdown } from '../markdown.ts';
import { samplePage, sampleRecord } from '../testing/sample-record.ts';
import { table } from './markup.ts';
import { renderHtml } from './report.ts';

/** The expected page arrives after 300 others. */
const storm = () => {
  const record = sampleRecord();
  const others = Array.from(
    { length: 300 },
    (_, i): Page => samplePage({ alert: `Other${i}`, title: `Other${i}` }),
  );
  return { ...record, pages: [...others, ...record.pages] };
};

/** A failure with so many lines of evidence. */
const manyLines = (lines: number) => {
  const record = sampleRecord('never-crossed');
  const evidence = Array.from({ length: lines }, (_, i) => `line ${i} of it`);
  const verdicts = record.verdicts.map((one, i) =>
    i === 0 ? { ...one, evidence, ...(one.autopsy ? { autopsy: { ...one.autopsy, evidence } } : {}) } : one,
  );
  return { ...record, verdicts };
};

describe('what is folded', () => {
  it('are the rows of a table beyond the first forty', () => {
    const rows = (n: number) => Array.from({ length: n }, (_, i) => [`row ${i}`]);
    expect(table('t', ['h'], rows(40)).text).to.not.contain('<details');
    const [shown = '', folded = ''] = table('t', ['h'], rows(45)).text.split('<details');
    expect(shown).to.contain('row 39').and.to.not.contain('row 40');
    expect(folded).to.contain('5 more').and.to.contain('row 40').and.to.contain('row 44');
  });

  it('are pages beyond the first twenty, of which the expected ones come first', () => {
    const text = renderHtml(storm());
    const section = text.slice(text.indexOf('Pages as received'));
    const cards = section.slice(0, section.indexOf('<details class="more"'));
    expect(cards).to.contain('CheckoutErrorRateHigh');
    expect(cards.match(/<div class="page /g)).to.have.length(20);
    expect(section).to.contain('<h3>Other299</h3>');
  });

  it('are lines of evidence beyond the first twenty; console and summary tell how many are left', () => {
    const record = manyLines(300);
    const text = renderHtml(record);
    const why = text.slice(text.indexOf('Why did it fail?'));
    expect(why.slice(0, why.indexOf('<details')))
      .to.contain('line 19 of it')
      .and.to.not.contain('line 20 of it');
    expect(why).to.contain('280 more').and.to.contain('line 299 of it');
    const lines = ending(record, { colours: pc.createColors(false), columns: 100 }).join('\n');
    expect(lines).to.contain('line 19 of it').and.to.not.contain('line 20 of it');
    expect(lines).to.contain('280 more lines in the report');
    expect(renderMarkdown(record))
      .to.contain('280 more lines in report.html')
      .and.to.not.contain('line 20 of it');
  });

  it('is nothing of a usual drill', () => {
    expect(renderHtml(sampleRecord())).to.not.contain('class="more"');
    expect(renderHtml(manyLines(20))).to.not.contain('class="more"');
  });
});
