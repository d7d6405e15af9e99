import { expect } from 'chai';
import { parse } from 'yaml';
import { Place } from '../files/place.ts';
import { map } from '../files/yaml.ts';
import { checkInhibition } from './check-inhibition.ts';

const alerts = [
  { alertname: 'DatabaseDown', severity: 'page', cluster: 'a' },
  { alertname: 'OrdersFailing', severity: 'critical', cluster: 'a' },
  { alertname: 'SearchFailing', severity: 'critical', cluster: 'b' },
];

const told = (...rules: string[]) => toldOf(alerts, rules);

function toldOf(among: readonly Readonly<Record<string, string>>[], rules: readonly string[]): string[] {
  const text = `inhibit_rules:\n${rules.map((rule) => `  - { ${rule} }\n`).join('')}`;
  const at = new Place('a.yml', text).to('inhibit_rules');
  return checkInhibition(at, map(parse(text)).inhibit_rules, among).map(
    ({ where, message }) => `${where}: ${message}`,
  );
}
const inhibits = (source: string, target: string, more = '') =>
  `source_matchers: [${source}], target_matchers: [${target}]${more}`;
const down = inhibits('alertname = DatabaseDown', 'severity = critical');

describe('inhibit rules', () => {
  it('may form a chain, and one alert may match both sides', () => {
    expect(told(down, inhibits('alertname = OrdersFailing', 'alertname = SearchFailing'))).to.deep.equal([]);
    expect(told(inhibits('severity =~ "page|critical"', 'severity = critical'))).to.deep.equal([]);
    expect(told(inhibits('severity = page', 'severity =~ "page|critical"'), down)).to.deep.equal([]);
  });

  it('are refused if both sides are the same, so that the rule inhibits nothing', () => {
    const same = inhibits('team = a, severity = page', 'severity = "page", team = "a"');
    expect(told(down, same)).to.deep.equal([
      'a.yml:3: inhibit_rules[1]: it inhibits nothing: both sides match the same alerts, and such alerts do not inhibit each other',
    ]);
  });

  it('are refused if an alert suppresses its own source, directly or through others', () => {
    expect(told(down, inhibits('severity = critical', 'severity = page'))).to.deep.equal([
      'a.yml:2: inhibit_rules[0]: it suppresses its own source: DatabaseDown inhibits OrdersFailing inhibits DatabaseDown (with inhibit_rules[1]), so that nobody is notified while they fire',
    ]);
    expect(
      told(
        inhibits('alertname = DatabaseDown', 'alertname = OrdersFailing'),
        inhibits('alertname = OrdersFailing', 'alertname = SearchFailing'),
        inhibits('alertname = SearchFailing', 'alertname = DatabaseDown'),
      )[0],
    ).to.include(
      'OrdersFailing inhibits SearchFailing inhibits DatabaseDown (with inhibit_rules[1], inhibit_rules[2])',
    );
  });

  it('are compared with alerts of the same values only', () => {
    const readsOf = (services: number): number => {
      let reads = 0;
      const counted = (labels: Readonly<Record<string, string>>) =>
        new Proxy(labels, {
          get: (target, label) => {
            reads += 1;
            return target[String(label)];
          },
        });
      const many = Array.from({ length: services }, (_, i) =>
        ['page', 'ticket', 'info'].map((severity) =>
          counted({ alertname: severity, severity, job: `job-${i}` }),
        ),
      ).flat();
      const rules = [
        inhibits('severity = page', 'severity = ticket', ', equal: [job]'),
        inhibits('severity = ticket', 'severity = info', ', equal: [job]'),
      ];
      expect(toldOf(many, rules)).to.deep.equal([]);
      return reads;
    };
    expect(readsOf(200) / readsOf(100)).to.be.within(1.9, 2.1);
  });

  it('are not refused if a label decides that is known only when the alert fires, or that differs', () => {
    expect(told(down, inhibits('severity = critical, job = orders', 'severity = page'))).to.deep.equal([]);
    expect(told(down, inhibits('severity = critical', 'severity = page', ', equal: [job]'))).to.deep.equal(
      [],
    );
    const [toSearch, back] = ['alertname = DatabaseDown', 'alertname = SearchFailing'];
    expect(told(inhibits(toSearch, back), inhibits(back, toSearch, ', equal: [cluster]'))).to.deep.equal([]);
  });
});
