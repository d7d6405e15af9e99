import { expect } from 'chai';
import { sampleKinds } from '../testing/basics.ts';
import { hostileRecord } from '../testing/hostile.ts';
import { monthlyRentRecord } from '../testing/monthly-rent/record.ts';
import { samplePage, sampleRecord } from '../testing/sample-record.ts';
import { all, parseXml } from '../testing/xml.ts';
import { renderHtml } from './report.ts';

const svgs = (text: string) => [...text.matchAll(/<svg[\s\S]*?<\/svg>/g)].map(([svg]) => parseXml(svg));
const withoutStyle = (text: string) => text.replace(/<style>[\s\S]*<\/style>/, '');

describe('report.html', () => {
  it('is whole and self-contained for a drill with log lines, traces and messages', () => {
    const text = renderHtml(monthlyRentRecord());
    expect(text).to.not.match(/NaN|undefined|\[object|<script|<link|<img|\bsrc=|@import|url\(/);
    expect(svgs(text)).to.have.length(3);
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids).to.have.length(new Set(ids).size);
    for (const [, id] of text.matchAll(/href="#([^"]*)"/g)) expect(ids).to.contain(id);
  });

  for (const kind of sampleKinds) {
    it(`is whole and self-contained for a drill that ended as ${kind}`, () => {
      const text = renderHtml(sampleRecord(kind));
      expect(text).to.match(/^<!doctype html>/);
      expect(text).to.not.match(/NaN|undefined|\[object|<script|<link|<img|\bsrc=|@import|url\(/);
      expect(text).to.contain("default-src 'none'");
      for (const svg of svgs(text)) expect(svg.attributes).to.include({ role: 'img' });
    });
  }

  it('draws load, threshold, states, hops, pages and the target on one picture', () => {
    const [timeline] = svgs(renderHtml(sampleRecord()));
    const classes = timeline
      ? [...all(timeline, 'path'), ...all(timeline, 'rect'), ...all(timeline, 'line')]
      : [];
    expect(classes.map((e) => e.attributes.class)).to.include.members([
      'load',
      'failed',
      'value',
      'pending',
      'firing',
      'threshold',
      'target',
      'fault-window',
      'page-first-page',
      'page-resolved',
    ]);
    const numbers = timeline ? all(timeline, 'circle') : [];
    expect(numbers).to.have.length(14);
    const xs = numbers.map((circle) => Number(circle.attributes.cx)).sort((a, b) => a - b);
    for (const [i, x] of xs.slice(1).entries()) expect(x - (xs[i] ?? 0)).to.be.at.least(19);
  });

  it('says what containers ran from, and nothing of images where there were none', () => {
    const record = sampleRecord();
    expect(renderHtml(record)).to.not.contain('>Image<');
    const [first, ...others] = record.stack.components;
    if (!first) throw new Error('the sample has no component');
    const image = { reference: 'example/storefront:1', digest: 'sha256:abc', source: 'official' as const };
    const text = renderHtml({
      ...record,
      stack: { ...record.stack, components: [{ ...first, image }, ...others] },
    });
    for (const part of ['>Image<', image.reference, image.digest, 'official']) expect(text).to.contain(part);
  });

  it('marks the hop at which the alert died, and shows the evidence', () => {
    const text = renderHtml(sampleRecord('never-crossed'));
    expect(text).to.match(/<li class="dead">.{0,120}expression true/);
    expect(text.match(/Why did it fail\?/g)).to.have.length(1);
    expect(text).to.contain('was at most 0.031 during the fault; it must be &gt; 0.05');
    expect(text).to.contain('no page by here');
  });

  it('has no pictures, and says what broke, when the stack never started', () => {
    const text = renderHtml(sampleRecord('broken'));
    expect(svgs(text)).to.have.length(0);
    expect(text).to.contain('What broke during “start stack”');
    expect(text).to.contain('No page arrived.');
  });

  it('shows the error share where the rule is not known', () => {
    expect(renderHtml(sampleRecord('interrupted'))).to.contain('error share');
  });

  it('does without whatever part of a record is missing', () => {
    for (const part of ['load', 'faultWindow', 'evidence', 'endedAt', 'quietGate'] as const) {
      const { [part]: _, ...rest } = sampleRecord();
      expect(renderHtml(rest), part).to.not.match(/NaN|undefined/);
    }
    const bare = sampleRecord('held', { pages: [], deliveries: [], floors: {}, verdicts: [], phases: [] });
    expect(renderHtml(bare)).to.not.match(/NaN|undefined/);
  });

  it('lets no foreign text act', () => {
    const text = withoutStyle(renderHtml(hostileRecord()));
    expect(text).to.not.contain('<script');
    expect(text).to.not.contain('\u001b');
    expect(text).to.not.match(/href="(?!https?:|#followed-)/);
    expect(text).to.contain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(svgs(text).length).to.be.greaterThan(0);
  });

  it('names the contact point of a page where that says more than its kind', () => {
    const through = (...contactPoints: string[]) =>
      /class="through">([^<]*)</.exec(
        renderHtml(sampleRecord('held', { pages: [samplePage({ contactPoints })] })),
      )?.[1];
    expect(through('payments')).to.equal('payments');
    expect(through('payments', 'platform')).to.equal('payments or platform');
    for (const names of [['Slack'], []]) expect(through(...names)).to.equal(undefined);
  });

  it('says of a page that its message does not show the alert', () => {
    const says = (shown: boolean) =>
      renderHtml(sampleRecord('held', { pages: [samplePage({ shown })] })).includes('does not show it');
    expect([says(false), says(true)]).to.deep.equal([true, false]);
  });

  it('shows a page with its payload even where the delivery is not JSON', () => {
    const page = samplePage({ labels: { severity: 'critical' } });
    const [delivery] = sampleRecord().deliveries;
    if (!delivery) throw new Error('the sample has no delivery');
    const text = renderHtml(
      sampleRecord('held', { pages: [page], deliveries: [{ ...delivery, body: 'a=1&b=2' }] }),
    );
    expect(text).to.contain('severity=critical');
    expect(text).to.contain('<pre>a=1&amp;b=2</pre>');
  });
});
