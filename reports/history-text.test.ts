import { expect } from 'chai';
import pc from 'picocolors';
import { ending } from './console/ending.ts';
import { historyText } from './history-text.ts';
import { renderHtml } from './html/report.ts';
import { renderMarkdown } from './markdown.ts';
import { at, moments } from './testing/basics.ts';
import { sampleRecord } from './testing/sample-record.ts';

describe('what a report says of the past that Prometheus was given', () => {
  const history = { series: 120, samples: 45_000, from: at(moments.injected - 1470) };
  const told =
    'Prometheus was given a past without failures: 45000 samples of 120 series, back to 24 m 30 s before the fault ' +
    '(6h8m at real pace). The floors assume it.';
  const record = sampleRecord('held', { history });

  it('is how much and how far back, as the drill and as the rules count time', () => {
    expect(historyText(record)).to.equal(told);
    const real = { ...record, pace: { name: 'real', factor: 1 } } as const;
    expect(historyText(real)).to.contain('24 m 30 s before the fault. ');
    const { faultWindow: _, ...early } = record;
    expect(historyText({ ...early, startedAt: at(0) })).to.contain('before the drill (');
  });

  it('is that none was needed, where no rule reads back to it', () => {
    expect(historyText(sampleRecord('held', { history: { series: 0, samples: 0 } }))).to.match(
      /no past, because no rule/,
    );
    expect(historyText(sampleRecord())).to.equal(undefined);
  });

  it('is beside the floors on the console, in the summary and in the page', () => {
    const consoleText = (of: typeof record) =>
      ending(of, { colours: pc.createColors(false), columns: 400 }).join('\n');
    for (const render of [consoleText, renderMarkdown, renderHtml]) {
      const text = render(record);
      expect(text.indexOf(told), render.name).to.be.above(text.search(/Floor.{0,3}best/));
      expect(render(sampleRecord())).not.to.contain('given a past');
    }
    // The page has two places with floors.
    expect(renderHtml(record).split(told)).to.have.length(3);
  });
});
