import { expect } from 'chai';
import { nightlyMarkdown } from './summary.ts';
import { sampleOutcomes } from './testing/sample-outcomes.ts';

const blocks = (text: string, start: string) => text.split('\n\n').filter((block) => block.startsWith(start));

describe('summary.md of a nightly run', () => {
  const text = nightlyMarkdown(sampleOutcomes(), 7);

  it('has a line for each command', () => {
    const [commands] = blocks(text, '| Command');
    expect(text).to.match(/^# ⚠️ Nightly: 2 of 7 held\n/);
    expect(commands?.split('\n')).to.have.length(2 + 7);
    expect(commands).to.contain('| checkout ×3 | ✅ held | 1 of 1 | 61 s |');
    expect(commands).to.contain('| routed | ❌ failed | 0 of 1 | 61 s |');
  });

  it('shows the MTTDs of each page beside its floor and its target', () => {
    const [mttds] = blocks(nightlyMarkdown(sampleOutcomes().slice(0, 1), 1), '| Alert');
    expect(mttds?.trimEnd().split('\n').slice(2)).to.deep.equal([
      '| CheckoutErrorRateHigh @ slack | checkout-errors | fast | process | shop, sidecar | 9.5 s / 10.6 s / 13 s | 9.0 / 10.8 / 12.3 s | 20 s | 2 of 3 |',
      '| CheckoutErrorRateHigh @ pagerduty | checkout-errors | fast | process | shop, sidecar | 10.6 s / 10.6 s / 10.6 s | 9.0 / 10.8 / 12.3 s | 20 s | 3 of 3 |',
    ]);
  });

  it('counts a page that did not arrive, but not a page that was not judged', () => {
    const [missed] = blocks(nightlyMarkdown(sampleOutcomes().slice(1, 2), 1), '| Alert');
    expect(missed).to.contain('| did not arrive | 9.0 / 10.8 / 12.3 s | 20 s | 0 of 1 |');
    expect(blocks(nightlyMarkdown(sampleOutcomes().slice(2, 3), 1), '| Alert')).to.deep.equal([]);
  });

  it('explains each failure, and lists each cause once', () => {
    const titles = text.split('\n').filter((line) => line.startsWith('### '));
    expect(titles).to.deep.equal([
      '### ❌ routed',
      '### ⚠️ no start',
      '### ❌ foreign',
      '### ⚠️ no daemon',
      '### ⚠️ killed',
    ]);
    const causes = text
      .split('\n')
      .filter((line) => line.includes('the alert was routed to another receiver'));
    expect(causes).to.have.length(1);
    expect(causes[0]).to.contain('Failed at the hop “page received”');
    expect(text).to.contain('- during “start stack”: **orders**: waited 5.0 s for /health/ready');
    expect(text).to.contain('<br>→ see orders.log in the run directory');
    expect(text).to.contain('    --runtime docker: no daemon answers\n');
    expect(text).to.contain('    drill 2 of 3');
  });

  it('escapes foreign text in its markup and tables', () => {
    const outside = text.split('\n').filter((line) => !line.startsWith('    '));
    expect(outside.join('\n')).to.not.contain('<script');
    expect(outside.join('\n')).to.not.match(/@org/);
    expect(text).to.not.contain('\u001b');
    for (const rows of blocks(text, '| ')) {
      const cells = rows.split('\n').map((row) => row.match(/(?<!\\)\|/g)?.length);
      expect(new Set(cells).size, rows).to.equal(1);
    }
  });

  it('says how many commands have not run yet', () => {
    expect(nightlyMarkdown(sampleOutcomes().slice(0, 1), 3)).to.match(
      /^# ⏳ Nightly: 1 of 3 held, 2 not run yet\n/,
    );
    expect(nightlyMarkdown(sampleOutcomes().slice(0, 2), 3)).to.match(
      /^# ❌ Nightly: 1 of 3 held, 1 not run yet\n/,
    );
  });
});
