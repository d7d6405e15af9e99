import { expect } from 'chai';
import type { DrillRecord } from '../../core/record.ts';
import { sampleKinds } from '../testing/basics.ts';
import { chromium, lookAt } from '../testing/browser.ts';
import { budgetRecord, sampleBudget } from '../testing/budget.ts';
import { hostileRecord } from '../testing/hostile.ts';
import { monthlyRentRecord } from '../testing/monthly-rent/record.ts';
import { notifiedRecord } from '../testing/notified-record.ts';
import { sampleRecord } from '../testing/sample-record.ts';
import { renderHtml } from './report.ts';

describe('report.html in a browser', function () {
  this.timeout(120_000);
  let browser = '';
  before(async function () {
    const found = await chromium();
    // Without a browser, nothing can be seen.
    if (found === undefined) this.skip();
    browser = found;
  });

  it('finds what is wrong with a page', async () => {
    const wrong =
      '<!doctype html><html><body><img src="data:,"><div style="width: 900px">wide</div></body></html>';
    const [look] = await lookAt(browser, [wrong], { width: 390, dark: false });
    expect(look?.violations.join('\n')).to.include('image-alt').and.to.include('html-has-lang');
    expect(look?.contentWidth).to.be.at.least(900);
  });

  const records: readonly [name: string, record: DrillRecord][] = [
    ['log lines, traces and messages', monthlyRentRecord()],
    ['notifications', notifiedRecord()],
    ['an error budget', budgetRecord(sampleBudget)],
    ['hostile texts', hostileRecord()],
    ...sampleKinds.map((kind): [string, DrillRecord] => [`outcome ${kind}`, sampleRecord(kind)]),
  ];
  for (const [where, width, dark] of [
    ['in a wide window', 1280, false],
    ['in the dark', 1280, true],
    ['on a phone', 390, false],
  ] as const) {
    it(`is accessible and no wider than the window ${where}`, async () => {
      const looks = await lookAt(
        browser,
        records.map(([, record]) => renderHtml(record)),
        { width, dark },
      );
      const names = records.map(([name]) => name);
      expect(looks.map(({ violations }, i) => [names[i], violations])).to.deep.equal(
        names.map((name) => [name, []]),
      );
      expect(looks.map(({ prefersDark }) => prefersDark)).to.deep.equal(names.map(() => dark));
      for (const [i, { contentWidth, tooWide }] of looks.entries())
        expect(contentWidth, `${names[i]}: ${tooWide.join(' ')}`).to.be.at.most(width);
    });
  }
});
