import { expect } from 'chai';
import { UsedFiles } from '../files/files.ts';
import { prometheusFile, prometheusSettings } from './prometheus-settings.ts';

const settings = (text: string) => prometheusSettings(new UsedFiles([[prometheusFile, text]]));

describe('settings of Prometheus', () => {
  it('are read once from a file, because every rule asks for them', () => {
    const text = 'scrape_configs: [{ job_name: a }]';
    expect(settings(text)).to.equal(settings(text));
  });

  it('are its defaults where the file is silent', () => {
    expect(settings('')).to.deep.equal({
      scrapeMs: 60_000,
      evaluationMs: 60_000,
      queryOffsetMs: 0,
      externalLabels: {},
      jobs: [],
      alerting: {},
    });
  });

  it('have the interval of all for a job without one of its own', () => {
    const { jobs } = settings(`
global: { scrape_interval: 15s }
scrape_configs:
  - { job_name: a, static_configs: [{ targets: ['a:1', 'b:2'] }] }
  - { job_name: b, scrape_interval: 5m }
`);
    expect(jobs).to.deep.equal([
      { name: 'a', scrapeMs: 15_000, targets: ['a:1', 'b:2'] },
      { name: 'b', scrapeMs: 300_000, targets: [] },
    ]);
  });
});
