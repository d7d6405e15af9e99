import { expect } from 'chai';
import pc from 'picocolors';
import { ending } from './console/ending.ts';
import { renderHtml } from './html/report.ts';
import { renderMarkdown } from './markdown.ts';
import { replacementLines } from './replacements.ts';
import { sampleRecord } from './testing/sample-record.ts';

const one = (line: number) => ({
  file: 'mine/prometheus/prometheus.yml',
  path: `scrape_configs[job-${line}].tls_config`,
  line,
  what: 'left out',
  why: 'the targets of a drill speak HTTP',
});

const told = (replacements: ReturnType<typeof one>[]) => {
  const record = sampleRecord('held', { replacements });
  const lines = ending(record, { colours: pc.createColors(false), columns: 300 });
  return { console: lines.join('\n'), html: renderHtml(record), markdown: renderMarkdown(record) };
};

describe('replacements in the reports', () => {
  it('are told one by one if they are few', () => {
    const place = 'mine/prometheus/prometheus.yml:4: scrape_configs[job-4].tls_config: left out';
    const { console, html, markdown } = told([one(4)]);
    expect(console).to.contain(place);
    expect(markdown).to.contain('job-4');
    expect(html).to.contain('1 replacement in your files').and.contain('job-4');
  });

  it('are counted if they are many, and all are in the report', () => {
    const many = Array.from({ length: 11 }, (_, i) => one(i + 1));
    expect(replacementLines({ replacements: many })).to.deep.equal([
      '11 replacements in your files, see the report',
    ]);
    const { console, html } = told(many);
    expect(console).to.not.contain('job-4');
    expect(html).to.contain('job-1]').and.contain('job-11');
  });

  it('are not mentioned if there are none', () => {
    const { console, html, markdown } = told([]);
    for (const text of [console, html, markdown]) expect(text).to.not.match(/replacement/i);
  });
});
