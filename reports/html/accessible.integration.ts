import { expect } from 'chai';
import type { DrillRecord } from '../../core/record.ts';
import { renderHistory } from '../ledger/history.ts';
import { renderLedger } from '../ledger/page.ts';
import { lineOf, lost, pageOf, sampleLedger } from '../ledger/testing/samples.ts';
import { sampleKinds } from '../testing/basics.ts';
import { chromium, lookAt } from '../testing/browser.ts';
import { budgetRecord, sampleBudget } from '../testing/budget.ts';
import { hostile, hostileRecord } from '../testing/hostile.ts';
import { monthlyRentRecord } from '../testing/monthly-rent/record.ts';
import { notifiedRecord } from '../testing/notified-record.ts';
import { sampleRecord } from '../testing/sample-record.ts';
import { renderHtml } from './report.ts';

describe('pages in a browser', function () {
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
  const nights = [0, 1].map((night) => lineOf(night, night === 0 ? lost : pageOf()));
  const pages: readonly (readonly [name: string, page: string])[] = [
    ...records.map(([name, record]) => [name, renderHtml(record)] as const),
    ['the ledger', renderLedger(sampleLedger())],
    ['a ledger of hostile texts', renderLedger(sampleLedger(hostile))],
    ['the nights', renderHistory({ lines: nights, ledger: sampleLedger(), reports: new Map() })],
  ];
  for (const [where, width, dark] of [
    ['in a wide window', 1280, false],
    ['in the dark', 1280, true],
    ['on a phone', 390, false],
  ] as const) {
    it(`is accessible and no wider than the window ${where}`, async () => {
      const looks = await lookAt(
        browser,
        pages.map(([, page]) => page),
        { width, dark },
      );
      const names = pages.map(([name]) => name);
      expect(looks.map(({ violations }, i) => [names[i], violations])).to.deep.equal(
        names.map((name) => [name, []]),
      );
      expect(looks.map(({ prefersDark }) => prefersDark)).to.deep.equal(names.map(() => dark));
      for (const [i, { contentWidth, tooWide }] of looks.entries())
        expect(contentWidth, `${names[i]}: ${tooWide.join(' ')}`).to.be.at.most(width);
    });
  }
});
