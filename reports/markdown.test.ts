import { expect } from 'chai';
import { renderMarkdown } from './markdown.ts';
import { hostileRecord } from './testing/hostile.ts';
import { monthlyRentRecord } from './testing/monthly-rent/record.ts';
import { traceId } from './testing/monthly-rent/request.ts';
import { sampleRecord } from './testing/sample-record.ts';

const lines = (text: string, start: string) => text.split('\n').filter((line) => line.startsWith(start));

describe('summary.md', () => {
  it('shows the outcome, each check and each hop of a drill that held', () => {
    const text = renderMarkdown(sampleRecord());
    expect(text).to.match(/^# ✅ Alerting held: Failing payments page the payments team\n/);
    expect(text).to.contain(
      '| CheckoutErrorRateHigh reaches slack within 20 s | 20 s | 9.0 / 10.8 / 12.3 s | 10.6 s | ✅ pass |',
    );
    expect(text).to.contain('| 7 | firing | +10.4 s | 8.1 s |');
    expect(text).to.not.contain('## Why');
  });

  it('says once why pages that were missed for the same reason did not come', () => {
    const text = renderMarkdown(sampleRecord('routed-elsewhere'));
    expect(lines(text, '## Why')).to.have.length(1);
    expect(text).to.contain(
      '**Failed at the hop “page received”:** the alert was routed to another receiver',
    );
    expect(text).to.contain(
      '- Alertmanager got the alert at 10:30:42.180 and sent it to the receiver "blackhole"',
    );
    expect(text).to.contain('| 9 | page received | not reached | – |');
  });

  it('shows what broke and what to do next, and blames no alert', () => {
    const text = renderMarkdown(sampleRecord('broken'));
    expect(text).to.contain('# ⚠️ Drill broke');
    expect(text).to.contain(
      'last seen: 503 database: connection refused<br>→ see orders.log in the run directory',
    );
    expect(text).to.not.contain('## Why');
  });

  it('shows the proofs with their numbers, and the request that was followed', () => {
    const text = renderMarkdown(monthlyRentRecord());
    expect(text).to.contain(
      '| log | log lines, each with a trace\\_id | 6 lines, all with a trace\\_id | ✅ pass |',
    );
    expect(text).to.contain(
      '| traces of 6 of 6 failed requests, of 0 of 0 slow ones, and of 13 of 1210 others (1.1 %) | ✅ pass |',
    );
    expect(text).to.contain(
      `One request: trace ${traceId}: storefront → orders, failed at “pg.query:INSERT firedrill”: value too long for type character varying(5)`,
    );
    const lost = monthlyRentRecord();
    lost.verdicts = lost.verdicts.map((v) =>
      v.id === 'log/proof' ? { ...v, outcome: 'fail', message: 'no trace_id' } : v,
    );
    expect(renderMarkdown(lost)).to.contain('trace\\_id<br>**no trace\\_id** | ❌ fail |');
  });

  it('keeps foreign text out of its markup and its tables whole', () => {
    const text = renderMarkdown(hostileRecord());
    expect(text).to.not.contain('<script');
    expect(text).to.not.contain('\u001b');
    expect(text).to.not.match(/@org/);
    const tables = text.split('\n\n').filter((block) => block.startsWith('| '));
    expect(tables).to.have.length(3);
    for (const rows of tables) {
      const cells = rows.split('\n').map((row) => row.match(/(?<!\\)\|/g)?.length);
      expect(new Set(cells).size, rows).to.equal(1);
    }
  });
});
