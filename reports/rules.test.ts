import { expect } from 'chai';
import type { DrillRecord, RuleHealthEvidence } from '../core/record.ts';
import { renderHtml } from './html/report.ts';
import { rulesByPart } from './rules.ts';
import { sampleRecord } from './testing/sample-record.ts';

const rule = (name: string, query: string, more: Partial<RuleHealthEvidence> = {}): RuleHealthEvidence => ({
  ...{ manager: 'prometheus', kind: 'alerting', name, file: 'prometheus/rules/a.yml', group: 'a', query },
  ...{ evaluations: 30, failed: 0, failing: false, lastError: '' },
  ...more,
});

/** The fault of the sample shows in app_checkout_errors_total{reason="payment_refused"}. */
const withRules = (
  health: readonly RuleHealthEvidence[],
  kind: 'held' | 'never-crossed' = 'held',
): DrillRecord => ({
  ...sampleRecord(kind),
  rules: { from: 0, to: 1, health: [...health], noise: [], alwaysFiring: [] },
});

const namesIn = (health: readonly RuleHealthEvidence[], kind?: 'held' | 'never-crossed') => {
  const parts = rulesByPart(withRules(health, kind));
  const names = (all: readonly RuleHealthEvidence[] = []) => all.map(({ name }) => name);
  return [names(parts?.fired), names(parts?.couldFire), names(parts?.rest)];
};

describe('the rules of a drill', () => {
  it('are those that fired, those that could have, and the others', () => {
    const health = [
      rule('CheckoutErrorRateHigh', 'rate(app_checkout_errors_total[1m]) > 1'),
      rule('Refused', 'rate(app_checkout_errors_total{reason=~"pay.*"}[1m]) > 9'),
      rule('TimedOut', 'rate(app_checkout_errors_total{reason="time_out"}[1m]) > 9'),
      rule('QueueLong', 'queue_length > 9'),
      rule('NotPromql', '{app="web"} |= `x`'),
    ];
    expect(namesIn(health)).to.deep.equal([
      ['CheckoutErrorRateHigh'],
      ['Refused'],
      ['TimedOut', 'QueueLong', 'NotPromql'],
    ]);
  });

  it('could have fired if they are expected', () => {
    expect(namesIn([rule('CheckoutErrorRateHigh', 'x > 1')], 'never-crossed')).to.deep.equal([
      [],
      ['CheckoutErrorRateHigh'],
      [],
    ]);
  });

  it('read the fault through recording rules too, also recorded ones', () => {
    const recording = { kind: 'recording' } as const;
    const health = [
      rule('job:ratio', 'job:errors:rate1m / 2', recording),
      rule('job:errors:rate1m', 'rate(app_checkout_errors_total[1m])', recording),
      rule('RatioHigh', 'job:ratio > 1'),
    ];
    expect(namesIn(health)).to.deep.equal([[], ['RatioHigh'], ['job:ratio', 'job:errors:rate1m']]);
  });

  it('are not told of a record without them', () => {
    expect(rulesByPart(sampleRecord())).to.equal(undefined);
    expect(renderHtml(sampleRecord())).to.not.contain('>Rules<');
  });
});

describe('a report of many rules', () => {
  const others = Array.from({ length: 3_000 }, (_, i) =>
    rule(`Other${i}`, `queue_length{queue="q${i}"} > 9`, { group: `g${i % 300}` }),
  );
  const fired = rule('CheckoutErrorRateHigh', 'rate(app_checkout_errors_total[1m]) > 1');

  it('shows what fired before the others, which are folded by group', () => {
    const text = renderHtml(withRules([...others, fired]));
    const [, section = ''] = /<h2>Rules<\/h2>([\s\S]*?)<\/section>/.exec(text) ?? [];
    const [shown = '', folded = ''] = section.split('<details');
    expect(shown).to.contain('3001 rules: 1 fired or were pending, 0 others could have fired.');
    expect(shown).to.contain('CheckoutErrorRateHigh').and.to.not.contain('Other');
    expect(folded).to.contain('3000 other rules').and.to.contain('Other0, Other300, ');
    expect(text.length).to.be.below(1_000_000);
  });
});
