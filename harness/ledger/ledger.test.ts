import { expect } from 'chai';
import { WrittenFiles } from '../../configuration/files/files.ts';
import type { DrillLine } from '../../core/drill-line.ts';
import { type LedgerAlert, shareProven } from '../../core/ledger.ts';
import { parseScenario, type ScenarioInput } from '../../core/scenario.ts';
import { ledgerOf } from './ledger.ts';
import { drillLineOf } from './line-of-record.ts';
import { dependenciesOf } from './record-dependencies.ts';
import { judgedRecord, lineWith } from './testing/lines.ts';
import type { TodaysFiles } from './todays-files.ts';

const rule = (alert: string, team = 'payments', threshold = 0.05) => ({
  alert,
  expr: `errors > ${threshold}`,
  labels: { severity: 'critical', team },
});
const files = {
  rules: { groups: [{ name: 'g', rules: [rule('CheckoutErrorRateHigh'), rule('Other', 'others')] }] },
  scrape: [{ job_name: 'payments', static_configs: [{ targets: ['payments:8080'] }] }] as object[],
  route: {
    receiver: 'none',
    routes: [
      { matchers: ['team = others'], receiver: 'pagerduty' },
      { matchers: ['severity = critical'], receiver: 'slack' },
    ],
  },
};

const written = (changed: Partial<typeof files> = {}) => {
  const { rules, scrape, route } = { ...files, ...changed };
  const receivers = [
    { name: 'none' },
    { name: 'slack', slack_configs: [{ channel: '#a' }] },
    { name: 'pagerduty', pagerduty_configs: [{ routing_key: 'k' }] },
  ];
  return new WrittenFiles([
    ['prometheus/prometheus.yml', JSON.stringify({ rule_files: ['rules/*.yml'], scrape_configs: scrape })],
    ['prometheus/rules/own.yml', JSON.stringify(rules)],
    ['alertmanager/alertmanager.yml', JSON.stringify({ route, receivers })],
  ]);
};
const placement = { stack: 'metrics', topology: 'sidecar', with: [] } as const;
const today = (changed: Partial<typeof files> = {}): TodaysFiles[] => [
  { placement, files: written(changed), secrets: [] },
];

const other = {
  rules: {
    groups: [{ name: 'g', rules: [rule('CheckoutErrorRateHigh', 'payments', 0.5), rule('Other', 'others')] }],
  },
};

let runs = 0;

/** The line of a drill on these files. */
function drilled(
  changes: Parameters<typeof judgedRecord>[0] = {},
  on: Partial<typeof files> = {},
  line: Partial<DrillLine> = {},
): DrillLine {
  const record = judgedRecord(changes);
  const drill = { ...record, dependencies: dependenciesOf(record, written(on), []) };
  runs += 1;
  return {
    ...drillLineOf(drill),
    run: `run-${runs}`,
    at: runs,
    system: 'shop',
    stack: { name: 'metrics', topology: 'sidecar', runtime: 'process', with: [] },
    ...line,
  };
}

const ledger = (lines: readonly DrillLine[], todays = today()) => ledgerOf('shop', lines, todays, 0);
const alertIn = (lines: readonly DrillLine[], todays = today()): LedgerAlert | undefined =>
  ledger(lines, todays).alerts.find(({ alert }) => alert === 'CheckoutErrorRateHigh');
const stateIn = (lines: readonly DrillLine[], todays = today()) => {
  const { state, drill } = alertIn(lines, todays) ?? {};
  return [state, ...(drill?.changed ?? [])];
};

describe('the ledger', () => {
  it('has every rule of the files, and never drilled is what no drill has judged', () => {
    const { alerts } = ledger([]);
    expect(alerts.map(({ alert, state }) => [alert, state])).to.deep.equal([
      ['CheckoutErrorRateHigh', 'never drilled'],
      ['Other', 'never drilled'],
    ]);
    expect(alerts[0]?.where).to.match(/^prometheus\/rules\/own\.yml/);
    expect(shareProven({ alerts })).to.equal(0);
    expect(shareProven({ alerts: [] })).to.equal(undefined);
  });

  it('holds an alert for proven whose drill held, with its time and floor', () => {
    const lines = [drilled()];
    const found = alertIn(lines);
    expect(found?.state).to.equal('proven');
    expect(found?.drill?.pages[0]).to.include({ mttdMs: 10_250, receiver: 'slack' });
    expect(found?.drill?.pages[0]?.floor).to.have.all.keys('best', 'mean', 'worst');
    expect(shareProven(ledger(lines))).to.equal(0.5);
  });

  it('holds it for stale when its rule or its route has changed since, and says which', () => {
    const lines = [drilled()];
    expect(stateIn(lines, today(other))).to.deep.equal(['stale', 'rule']);
    const route = { ...files.route, group_wait: '1m' };
    expect(stateIn(lines, today({ route }))).to.deep.equal(['stale', 'route']);
    expect(shareProven(ledger(lines, today(other)))).to.equal(0);
  });

  it('holds it for stale when its metrics are scraped in another way, unless its line is older than that part', () => {
    const dropping = [{ ...files.scrape[0], metric_relabel_configs: [{ action: 'drop', regex: 'errors' }] }];
    const line = drilled();
    expect(stateIn([line], today({ scrape: dropping }))).to.deep.equal(['stale', 'scrape']);
    const older = line.alerts.map(({ dependsOn, ...alert }) => {
      const { scrape: _, ...parts } = dependsOn ?? { rule: '', route: '', templates: '', receiver: '' };
      return { ...alert, dependsOn: parts };
    });
    expect(stateIn([{ ...line, alerts: older }], today({ scrape: dropping }))).to.deep.equal(['proven']);
  });

  it('is not moved by a change of another rule, or by the rule standing elsewhere', () => {
    const [own] = files.rules.groups[0]?.rules ?? [];
    const changed = { groups: [{ name: 'h', rules: [rule('Other', 'others', 1), ...(own ? [own] : [])] }] };
    expect(stateIn([drilled()], today({ rules: changed }))).to.deep.equal(['proven']);
  });

  it('does not hold an alert for proven by a drill of other files', () => {
    expect(stateIn([drilled({}, other)])).to.deep.equal(['stale', 'rule']);
    expect(stateIn([drilled(), drilled({ pages: [] }, other)]), 'nor for failed').to.deep.equal(['proven']);
    expect(stateIn([drilled({ pages: [] }, other)])).to.deep.equal(['failed', 'rule']);
  });

  it('holds it for failed when the last drill failed, and says at which hop', () => {
    const found = alertIn([drilled(), drilled({ pages: [] })]);
    expect(found?.state).to.equal('failed');
    expect(found?.drill?.pages[0]).to.have.property('lostAt');
    expect(stateIn([drilled({ pages: [] }), drilled()])).to.deep.equal(['proven']);
  });

  it('holds it for failed as long as the last drill of any scenario or stack failed', () => {
    const elsewhere = { stack: { name: 'metrics', topology: 'sidecar', runtime: 'docker', with: [] } };
    expect(stateIn([drilled({ pages: [] }, {}, elsewhere), drilled()])).to.deep.equal(['failed']);
    expect(stateIn([drilled({ pages: [] }, {}, { scenario: 'b' }), drilled()])).to.deep.equal(['failed']);
  });

  it('learns nothing from a drill that broke or was interrupted', () => {
    const broken = drilled({ problem: { kind: 'broken', problems: [{ where: 'x', message: 'y' }] } });
    expect(broken.outcome).to.equal('broken');
    expect(stateIn([broken])).to.deep.equal(['never drilled']);
    expect(stateIn([drilled(), broken])).to.deep.equal(['proven']);
    expect(stateIn([drilled({ pages: [] }), broken])).to.deep.equal(['failed']);
  });

  it('holds an alert with two expected pages for proven only if both arrived', () => {
    const { scenario } = judgedRecord();
    const [expectation] = scenario.expectations;
    const input = (second: object): ScenarioInput =>
      ({ ...scenario, expectations: [expectation, { ...expectation, ...second }] }) as ScenarioInput;
    const both = parseScenario(input({ contactPoint: 'slack' }), 'test');
    const record = judgedRecord({ scenario: both });
    expect(
      record.verdicts.some(({ outcome }) => outcome === 'fail'),
      'one page does not come by slack',
    ).to.equal(true);
    expect(stateIn([drilled({ scenario: both })])).to.deep.equal(['failed']);
    const open = drilled();
    const [page] = open.alerts;
    const halfJudged = page ? [page, { ...page, outcome: 'broken' as const }] : [];
    expect(stateIn([{ ...open, alerts: halfJudged }])).to.deep.equal(['never drilled']);
  });

  it('learns nothing of an alert from a scenario that expects no page, or from another system', () => {
    expect(stateIn([lineWith({ alerts: [] })])).to.deep.equal(['never drilled']);
    expect(stateIn([{ ...drilled(), system: 'mine' }])).to.deep.equal(['never drilled']);
  });

  it('tells rules of one name apart', () => {
    const [own] = files.rules.groups[0]?.rules ?? [];
    const ticket = rule('CheckoutErrorRateHigh', 'tickets', 0.01);
    const rules = { groups: [{ name: 'g', rules: [ticket, ...(own ? [own] : [])] }] };
    const { alerts } = ledger([drilled({}, { rules })], today({ rules }));
    expect(alerts.map(({ state }) => state)).to.deep.equal(['never drilled', 'proven']);
  });
});
