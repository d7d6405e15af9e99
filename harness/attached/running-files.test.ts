import { expect } from 'chai';
import { prometheusRules, recordingRules } from '../../configuration/rules/prometheus-rules.ts';
import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import { writtenRule } from '../evidence/alert-configuration.ts';
import { runningFiles } from './running-files.ts';

const prometheus = 'global: { scrape_interval: 20s, evaluation_interval: 10s }\n';
const file = '/etc/prometheus/rules/web.rules';
const group = {
  name: 'web',
  file,
  intervalMs: 5_000,
  rules: [
    {
      type: 'recording',
      name: 'web:errors:rate1m',
      query: 'sum(rate(web_errors_total[1m]))',
      labels: {},
    },
    {
      type: 'alerting',
      name: 'WebFails',
      query: 'web:errors:rate1m > 0.1',
      labels: { severity: 'page' },
      forMs: 90_000,
      keepFiringForMs: 60_000,
      annotations: { summary: '{{ $value }} a second' },
    },
  ],
} as const;

describe('the files of running components', () => {
  const { used, written } = runningFiles({ prometheus, groups: [group, group], alertmanager: 'route: {}\n' });

  it('say what the components say', () => {
    expect(prometheusSettings(used)).to.include({ scrapeMs: 20_000, evaluationMs: 10_000 });
    const [rule, ...others] = prometheusRules(used);
    expect(others, 'a group of two replicas is one').to.deep.equal([]);
    expect(rule).to.deep.include({
      group: 'web',
      index: 1,
      evaluationMs: 5_000,
      forMs: 90_000,
      keepFiringForMs: 60_000,
      labels: { severity: 'page', alertname: 'WebFails' },
    });
    expect(recordingRules(used).size).to.equal(1);
    expect(used.get('alertmanager/alertmanager.yml')).to.equal('route: {}\n');
  });

  it('name a rule by the file that its component knows', () => {
    const place = { file, group: 'web', index: 1 };
    expect(writtenRule(written, place)?.query).to.equal('web:errors:rate1m > 0.1');
    expect(writtenRule(written, { ...place, file: '/etc/prometheus/rules/other.rules' })).to.equal(undefined);
    expect(written.place(`prometheus/rules${file}`).file).to.equal(file);
  });
});
