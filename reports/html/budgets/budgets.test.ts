import { expect } from 'chai';
import type { Budget, DrillRecord } from '../../../core/record.ts';
import { budgetRecord, sampleBudget } from '../../testing/budget.ts';
import { all, parseXml, type XmlElement } from '../../testing/xml.ts';
import { renderHtml } from '../report.ts';

function sectionOf(record: DrillRecord): string {
  const [section] = /<section><h2>Error budget[\s\S]*?<\/section>/.exec(renderHtml(record)) ?? [];
  if (section === undefined) throw new Error('the report has no error budget');
  return section;
}
function pictureOf(record: DrillRecord): XmlElement {
  const [svg] = /<svg[\s\S]*<\/svg>/.exec(sectionOf(record)) ?? [];
  if (svg === undefined) throw new Error('there is no picture');
  return parseXml(svg);
}
const textsOf = (svg: XmlElement) => all(svg, 'text').map(({ text }) => text);
const curvesOf = (svg: XmlElement) =>
  all(svg, 'path')
    .filter(({ attributes }) => attributes.class?.startsWith('budget'))
    .map(({ attributes }) => attributes.d ?? '');
/** The heights that a curve has, in pixels from the top. */
const heightsOf = (curve: string) => [...curve.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));

describe('the error budget in the report', () => {
  it('has a curve for each window and one of what is left, and a threshold for each condition', () => {
    const svg = pictureOf(budgetRecord(sampleBudget));
    expect(curvesOf(svg)).to.have.length(5);
    expect(textsOf(svg)).to.include.members([
      ...['burn rate 14.4', 'over 5m', 'over 1h', 'threshold 1.44 %'],
      ...['burn rate 6', 'over 30m', 'over 6h', 'threshold 0.6 %'],
      ...['error budget left', '-20 % at the end'],
    ]);
    const { remaining: _, ...unrecorded } = sampleBudget;
    const without = pictureOf(budgetRecord(unrecorded));
    expect(curvesOf(without)).to.have.length(4);
    expect(textsOf(without)).not.to.include('error budget left');
  });

  it('draws a ratio above the threshold above its line, and one below it below', () => {
    const svg = pictureOf(budgetRecord(sampleBudget));
    const thresholds = all(svg, 'line')
      .filter(({ attributes }) => attributes.class === 'threshold')
      .map(({ attributes }) => Number(attributes.y1));
    const [fast = Number.NaN, slow = Number.NaN] = thresholds;
    const tops = curvesOf(svg).map((curve) => Math.min(...heightsOf(curve)));
    expect(tops[0]).to.be.below(fast - 10);
    expect(tops[1]).to.be.below(fast - 10);
    expect(tops[2]).to.be.below(slow - 10);
    expect(tops[3]).to.be.above(slow + 2);
  });

  it('says what is allowed, how high each ratio was and when it was above', () => {
    const text = sectionOf(budgetRecord(sampleBudget)).replace(/<svg[\s\S]*<\/svg>/, '');
    expect(text).to.contain('Error budget of checkout-success: CheckoutErrorRateHigh (critical)');
    expect(text).to.contain('The objective is 99.9 %, so 0.1 % of the events may fail.');
    const rows = [...text.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = '']) =>
      [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell),
    );
    expect(rows.filter((cells) => cells.length > 0)).to.deep.equal([
      ['5m', '1.44 %', '40 %', '+2.0 s to +13.8 s'],
      ['1h', '1.44 %', '3 %', '+2.0 s to +18.8 s'],
      ['30m', '0.6 %', '10 %', '+2.0 s to +15.8 s'],
      ['6h', '0.6 %', '0.4 %', 'never'],
    ]);
  });

  it('says that a window is above to the end, and that it had no value', () => {
    const [first, second] = sampleBudget.windows;
    if (!first || !second) throw new Error('the sample has no windows');
    const open: Budget = {
      ...sampleBudget,
      windows: [
        { ...first, points: first.points.slice(0, 4) },
        { ...second, points: [] },
      ],
    };
    const text = sectionOf(budgetRecord(open));
    expect(text).to.contain('+2.0 s to the end');
    expect(text).to.contain('no value');
  });

  it('is left out where there is none, and where Prometheus had no value at all', () => {
    const silent = { ...sampleBudget, windows: sampleBudget.windows.map((one) => ({ ...one, points: [] })) };
    for (const record of [budgetRecord(), budgetRecord(silent)])
      expect(renderHtml(record)).not.to.contain('Error budget');
  });

  it('shows thresholds that are plain numbers without an objective', () => {
    const { slo: _, objective: __, ...plain } = sampleBudget;
    const windows = plain.windows.map(({ burnRate: ___, ...one }) => one);
    const record = budgetRecord({ ...plain, windows });
    expect(textsOf(pictureOf(record))).to.include('error ratio');
    expect(sectionOf(record)).not.to.match(/objective|NaN|undefined/);
  });
});
