import { expect } from 'chai';
import { hostile } from '../testing/hostile.ts';
import { ledgerText } from './console.ts';
import { provenText, shareText } from './facts.ts';
import { renderLedger } from './page.ts';
import { sampleLedger } from './testing/samples.ts';

describe('the ledger on the console', () => {
  it('says how many alerts are proven, and why the others are not, worst first', () => {
    const [head, , , , ...rows] = ledgerText(sampleLedger(), 200).trimEnd().split('\n');
    expect(head).to.equal('shop: 1 of 4 alerts are proven (25 %), by 3 drills');
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 3))).to.deep.equal([
      ['Lost', 'failed: lost at “page received”', '2026-03-04 01:23 UTC'],
      ['Rerouted', 'stale: its route and its receiver changed since', '2026-03-04 01:23 UTC'],
      ['Untouched', 'never drilled', '–'],
      ['CheckoutErrorRateHigh', 'proven', '2026-03-04 01:23 UTC'],
    ]);
    expect(rows.at(-1)).to.match(/checkout-errors +10\.3 s +8\.7 \/ 11\.0 \/ 13\.5 s$/);
  });

  it('names the place of alerts that share a name', () => {
    expect(ledgerText(sampleLedger('Lost'), 200)).to.contain('Lost (mine/prometheus/rules/a.yml:4)');
  });

  it('rounds the share down, so that only all are 100 %', () => {
    expect([shareText(0.999), shareText(1), shareText(undefined)]).to.deep.equal(['99 %', '100 %', '–']);
    expect(provenText({ ...sampleLedger(), alerts: [] })).to.equal('0 of 0 alerts are proven (–)');
  });
});

describe('the page of the ledger', () => {
  const page = renderLedger(sampleLedger());

  it('shows every alert with its state, and the cause of each failure', () => {
    expect(page).to.contain('<h1>1 of 4 alerts are proven (25 %)</h1>');
    expect(page.match(/<tr>/g)).to.have.length(1 + 4);
    expect(page).to.contain('lost at “page received”: the alert was routed elsewhere');
    expect(page).to.contain('aria-label="1 proven, 1 never drilled, 1 stale, 1 failed"');
  });

  it('loads nothing, and has no script', () => {
    expect(page).to.contain("default-src 'none'");
    expect(page).to.not.match(/<script|src=|<link|url\(/);
  });

  it('shows foreign text as text', () => {
    expect(renderLedger(sampleLedger(hostile))).to.not.contain(hostile);
    expect(renderLedger({ ...sampleLedger(), system: '<script>' })).to.not.contain('<script>');
  });
});
