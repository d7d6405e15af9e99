import { expect } from 'chai';
import { within } from '../../core/path.ts';
import type { Expectation } from '../../core/scenario.ts';
import { scenarios } from '../../scenarios/index.ts';
import { prometheusFlags } from '../../stacks/components/prometheus.ts';
import { stackOf } from '../../stacks/stacks.ts';
import { readConfigFiles } from '../config-files.ts';
import { WrittenFiles } from '../files/files.ts';
import { filesOfPair, mainPair } from '../files/pairs.ts';
import { unknownAlerts } from './unknown-alerts.ts';

const folderOf = (name: string) => new URL(`../../stacks/${name}`, import.meta.url).pathname;

const rules = `groups:
  - name: checkout
    rules:
      - { alert: CheckoutErrors, expr: up == 0 }
      - { record: CheckoutErorrs, expr: up }
`;
const grafana = `apiVersion: 1
groups:
  - name: g
    folder: f
    rules: [{ uid: a, title: Bug Report, condition: A, data: [] }]
`;
const pending = (alert: string): Expectation => ({ kind: 'pending-only', alert });

describe('expected alerts that no rule has', () => {
  const told = (
    expectations: readonly Expectation[],
    { prometheus = '', others = [] as [string, string][], alwaysFiring = [] as { alert: string }[] } = {},
  ) =>
    unknownAlerts(
      { expectations: [...expectations], alwaysFiring },
      new WrittenFiles([
        ['prometheus/prometheus.yml', prometheus],
        ['prometheus/rules/a.yml', rules],
        ['grafana/provisioning/alerting/a.yaml', grafana],
        ...others,
      ]),
      within('my.yaml'),
    ).map(({ where, hint = '' }) => [where, hint]);

  it('are told with the path of the expectation, the name that was meant, and where that rule is', () => {
    expect(
      told([pending('CheckoutErrors'), pending('CheckoutErorrs'), pending('Bug Reports')]),
    ).to.deep.equal([
      [
        'my.yaml: expectations[1].alert',
        'did you mean CheckoutErrors? known: CheckoutErrors, Bug Report; CheckoutErrors is at prometheus/rules/a.yml:4',
      ],
      [
        'my.yaml: expectations[2].alert',
        'did you mean Bug Report? known: Bug Report, CheckoutErrors; Bug Report is at grafana/provisioning/alerting/a.yaml:5',
      ],
    ]);
    const suppressed: Expectation = {
      kind: 'suppressed',
      alerts: ['Bug Report', 'Bug'],
      by: 'CheckoutError',
    };
    expect(told([suppressed]).map(([where]) => where)).to.deep.equal([
      'my.yaml: expectations[0].alerts[1]',
      'my.yaml: expectations[0].by',
    ]);
    expect(told([pending('Watchdog')])).to.deep.equal([
      ['my.yaml: expectations[0].alert', 'known: Bug Report, CheckoutErrors'],
    ]);
  });

  it('are told beside an expression that does not parse', () => {
    const broken: [string, string] = [
      'prometheus/rules/b.yml',
      'groups: [{ name: b, rules: [{ alert: B, expr: "up >" }] }]',
    ];
    expect(told([pending('B'), pending('C')], { others: [broken] })).to.have.length(1);
  });

  it('are told of those that are to fire all the time too', () => {
    expect(told([], { alwaysFiring: [{ alert: 'Bug Report' }, { alert: 'Watchdog' }] })).to.deep.equal([
      ['my.yaml: alwaysFiring[1].alert', 'known: Bug Report, CheckoutErrors'],
    ]);
  });

  it('are none where Grafana makes the alert itself', () => {
    expect(told([pending('DatasourceNoData'), pending('DatasourceError')])).to.deep.equal([]);
    const withoutRules = { others: [['grafana/provisioning/alerting/a.yaml', '']] as [string, string][] };
    expect(told([pending('DatasourceNoData')], withoutRules)).to.have.length(1);
  });

  it('are not known where relabelling may rename alerts', () => {
    for (const config of [
      '{ target_label: alertname, replacement: Renamed }',
      '{ action: labelmap, regex: x_(.+) }',
      '{ source_labels: [x], target_label: "$1" }',
    ]) {
      expect(
        told([pending('Renamed')], { prometheus: `alerting: { alert_relabel_configs: [${config}] }` }),
        config,
      ).to.deep.equal([]);
      const ofOne = `alerting: { alertmanagers: [{ alert_relabel_configs: [${config}] }] }`;
      expect(told([pending('Renamed')], { prometheus: ofOne }), config).to.deep.equal([]);
    }
    const other = 'alerting: { alert_relabel_configs: [{ action: drop, source_labels: [alertname] }] }';
    expect(told([pending('Renamed')], { prometheus: other })).to.have.length(1);
  });

  it("are none of the project's own scenarios", async () => {
    for (const scenario of scenarios) {
      const [stack = 'full'] = scenario.stacks;
      const spec = stackOf(stack, 'sidecar', prometheusFlags, scenario.with);
      const files = await readConfigFiles(spec.config.map(folderOf));
      const written = filesOfPair(files, spec.judged ?? mainPair);
      expect(unknownAlerts(scenario, written, within(scenario.name))).to.deep.equal([]);
    }
  });
});
