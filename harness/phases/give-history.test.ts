import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { minSteadySamples } from '../history/write-history.ts';
import { historyWithinMs } from './give-history.ts';

describe('the time for writing a history', () => {
  const scenario = (load: object) =>
    parseScenario({ ...checkoutErrors, load: { ...checkoutErrors.load, ...load } }, 'a');
  const files = (everyS: number) =>
    new UsedFiles([
      ['prometheus/prometheus.yml', 'global: { scrape_interval: 1s, evaluation_interval: 1s }\n'],
      [
        'prometheus/rules/a.yml',
        `groups: [{ name: a, interval: ${everyS}s, rules: [{ record: a, expr: b }] }]\n`,
      ],
    ]);

  it('is none without a history', () => {
    expect(historyWithinMs({ scenario: scenario({}), files: new UsedFiles() })).to.equal(0);
  });

  it('is enough for the samples that a rate is measured from, at the longest interval', () => {
    const within = (everyS: number) =>
      historyWithinMs({ scenario: scenario({ history: '6h' }), files: files(everyS) });
    expect(within(1)).to.be.above(minSteadySamples * 1_000);
    expect(within(60) - within(1)).to.be.above(minSteadySamples * 59_000);
  });
});
