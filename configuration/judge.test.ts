import { expect } from 'chai';
import { stringify } from 'yaml';
import { stackOf } from '../stacks/stacks.ts';
import { readConfigFiles } from './config-files.ts';
import { WrittenFiles } from './files/files.ts';
import { judgeFiles } from './judge.ts';

const folder = (name: string) => new URL(`../stacks/${name}`, import.meta.url).pathname;
const stack = stackOf('full', 'sidecar', { resendDelay: '1m', lookbackDelta: '5m' });
const origins = new Map(
  ['https://hooks.slack.com', 'https://events.pagerduty.com', 'http://webhook.internal'].map((origin) => [
    origin,
    'http://127.0.0.1:1',
  ]),
);
const rules = 'grafana/provisioning/alerting/rules.yaml';

describe('judgeFiles', () => {
  let written: WrittenFiles;
  before(async () => {
    written = await readConfigFiles(['config', 'config-full'].map(folder));
  });

  /** The project's files with texts of some replaced, each once. */
  const changed = (...changes: (readonly [path: string, from: string, to: string])[]) => {
    const texts = new Map(written);
    for (const [path, from, to] of changes) {
      const text = texts.get(path) ?? '';
      if (!text.includes(from)) throw new Error(`${path} does not say ${from}`);
      texts.set(
        path,
        text.replace(from, () => to),
      );
    }
    return new WrittenFiles(texts, written.names);
  };
  const problemsOf = (files: WrittenFiles, factor = 15) =>
    judgeFiles(stack, files, factor, origins).problems.map(
      ({ where, message }) => `${where.replace(/^.*stacks\/config(-full)?\//, '')}: ${message}`,
    );

  it("finds no fault in the project's own files, at any pace", () => {
    expect(problemsOf(written)).to.deep.equal([]);
    expect(problemsOf(written, 1)).to.deep.equal([]);
  });

  it("refuses a host that only begins as a vendor's, by its name", () => {
    const found = problemsOf(
      changed([
        'alertmanager/alertmanager.yml',
        'https://hooks.slack.com/',
        'https://hooks.slack.com.example/',
      ]),
    );
    expect(found.join()).to.include('https://hooks.slack.com.example/…');
  });

  it('refuses what could not be decided when the files were adopted', () => {
    const problem = { where: 'prometheus/a.yaml:1', message: 'two files', hint: 'keep one' };
    const files = new WrittenFiles(written, written.names, { ...written.adoption, problems: [problem] });
    expect(judgeFiles(stack, files, 15, origins).problems).to.deep.equal([problem]);
  });

  it('gives the files as a run would use them, by component', () => {
    const { used } = judgeFiles(stack, written, 15, origins);
    expect([...used.keys()]).to.include.members([
      'prometheus/rules/checkout.yml',
      'storefront-2-sidecar/sidecar.yaml',
      rules,
    ]);
    expect(used.get('prometheus/rules/checkout.yml')).to.include('for: 8s');
  });

  it('names a data source that there is not, whatever the language of its query', () => {
    for (const expr of [
      'sum(rate({app="a"} |= "b" [5m]))',
      'rate(a[$__rate_interval])',
      'neither of them [',
    ]) {
      const query = { refId: 'A', datasourceUid: 'lokki', model: { expr } };
      const rule = { uid: 'mine', title: 'Mine', condition: 'A', for: '1m', data: [query] };
      const group = { orgId: 1, name: 'mine', folder: 'mine', interval: '1m', rules: [rule] };
      const mine = stringify({ apiVersion: 1, groups: [group] });
      const files = new WrittenFiles([...written, ['grafana/provisioning/alerting/mine.yaml', mine]]);
      expect(problemsOf(files), expr).to.deep.equal([
        'grafana/provisioning/alerting/mine.yaml:14: groups[mine].rules[Mine].data[A].datasourceUid: there is no data source "lokki"',
      ]);
    }
  });

  it('tells misspelt keys beside a query that does not parse, and that once', () => {
    const told = problemsOf(
      changed(
        [rules, 'noDataState:', 'nodatastate:'],
        [rules, 'avg by (job, instance) (avg_over_time(', 'avg by (job, instance) (avg_over_time(('],
      ),
    );
    expect(told).to.have.length(2);
    expect(told.join('\n'))
      .to.match(/\.expr: PromQL expression: /)
      .and.to.match(/nodatastate: this Grafana \(10\.0\) knows no such key/);
  });

  it('tells routes that no alert can reach, and alerts that inhibit each other, by the labels of their rules', () => {
    const inhibits = (source: string, target: string) =>
      `  - { source_matchers: [${source}], target_matchers: [${target}] }\n`;
    const circle =
      inhibits('alertname = TelemetryDown', 'team = payments') +
      inhibits('severity = critical', 'severity = page');
    const file = 'alertmanager/alertmanager.yml';
    expect(
      problemsOf(changed([file, '\nreceivers:', `\ninhibit_rules:\n${circle}\nreceivers:`])),
    ).to.deep.equal([
      `${file}:16: inhibit_rules[0]: it suppresses its own source: TelemetryDown inhibits CheckoutErrorRateHigh inhibits TelemetryDown (with inhibit_rules[1]), so that nobody is notified while they fire`,
    ]);
    expect(problemsOf(changed([file, 'severity = ticket', 'severity = page'])).join()).to.match(
      /^alertmanager\/alertmanager\.yml:12: route\.routes\[2\]: no alert can reach this route: .*:8, routes\[0\], takes/,
    );
  });

  it('tells every fault of every file at once', () => {
    const told = problemsOf(
      changed(
        ['prometheus/rules/checkout.yml', 'for: 2m', 'for: 2 min'],
        ['prometheus/prometheus.yml', 'storefront:8889', 'storefront:8888'],
        ['collector/sidecar.yaml', 'processors:', 'processors: ['],
        [rules, 'interval: 1m', 'interval: often'],
      ),
    );
    expect(told.map((line) => line.split(': ')[0])).to.deep.equal([
      'prometheus/prometheus.yml:20',
      'prometheus/rules/checkout.yml:12',
      'collector/sidecar.yaml:17',
      `${rules}:10`,
    ]);
  });

  it('tells a fault once that shows to several checks', () => {
    expect(problemsOf(changed([rules, 'interval: 1m', 'interval: often']))).to.have.length(1);
    const elsewhere = [
      'alertmanager/alertmanager.yml',
      'https://hooks.slack.com/',
      'http://orders:99/',
    ] as const;
    expect(problemsOf(changed(elsewhere))).to.have.length(1);
  });
});
