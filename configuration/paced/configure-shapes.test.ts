import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { configured } from './testing/configured.ts';

const fast = (file: string, text: string) => configured(file, text, 15, (value) => value);

describe('configuration of another form than it should have', () => {
  it('is refused where a part is no map', () => {
    for (const [file, text, where] of [
      ['alertmanager/alertmanager.yml', 'route: []', 'route'],
      ['alertmanager/alertmanager.yml', 'global: 1\nreceivers: [{ pagerduty_configs: [{}] }]', 'global'],
      ['prometheus/prometheus.yml', 'global: [a]', 'global'],
    ] as const) {
      const problems = problemsOf(() => fast(file, text));
      expect(problems.map((problem) => problem.where)).to.deep.equal([`${file}:1: ${where}`]);
    }
  });

  it('is taken where a part is empty', () => {
    expect(fast('prometheus/prometheus.yml', 'global:\n')).to.include('scrape_interval: 4s');
  });

  it('is scaled where it is merged in', () => {
    const text = 'x: &x { for: 15s }\ngroups: [{ name: a, rules: [{ alert: A, expr: up, <<: *x }] }]';
    expect(fast('prometheus/rules/a.yml', text)).to.match(/rules:[\s\S]*for: "?1s"?\n/);
  });
});
