import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import { paces } from '../../core/pace.ts';
import type { LeftAlert, Page } from '../../core/record.ts';
import { parseScenario, type ScenarioInput } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { holdLimitMs, holdMs, holdUntilMs } from './hold-fault.ts';
import { activeAlertsWaitMs, maxActiveMsOfAllRules } from './settle.ts';

const routes = 'route: { receiver: slack, group_interval: 20s }\nreceivers: [{ name: slack }]';
const ruleFile = (...rules: object[]) =>
  JSON.stringify({ groups: [{ name: 'checkout', interval: '1s', rules }] });
const files = (...rules: object[]) =>
  new UsedFiles([
    ['prometheus/prometheus.yml', 'global: { evaluation_interval: 4s }'],
    ['prometheus/rules/checkout.yml', ruleFile(...rules)],
    ['alertmanager/alertmanager.yml', routes],
  ]);
const alert = 'CheckoutErrorRateHigh';
const rate = { alert, expr: 'rate(errors[4s]) > 0.05', for: '8s' };

const [page] = checkoutErrors.expectations;
if (page?.kind !== 'page') throw new Error('checkout-errors expects no page first');
const scenarioWith = (fault: Partial<ScenarioInput['fault']> = {}) =>
  parseScenario(
    { ...checkoutErrors, expectations: [page], fault: { ...checkoutErrors.fault, ...fault } },
    'try',
  );
const held = (rules: object[], fault: Partial<ScenarioInput['fault']> = {}) => ({
  scenario: scenarioWith(fault),
  pace: paces.fast,
  files: files(...rules),
});
const [expectation] = scenarioWith().expectations;
if (expectation?.kind !== 'page') throw new Error('no page is expected');
const ofRule = (expr: string, fault?: Partial<ScenarioInput['fault']>) =>
  holdMs(held([{ alert, expr }], fault), expectation);

describe('the time for which a fault is held', () => {
  it('is the longest window of the rule and three evaluations', () => {
    expect(ofRule('rate(errors[4s]) > 0.05')).to.equal(7_000);
    expect(ofRule('rate(errors[4s]) > 0.05 and rate(errors[20s]) > 0.05')).to.equal(23_000);
    expect(ofRule('up == 0')).to.equal(3_000);
  });

  it('includes offsets, but at most a day, and recording rules', () => {
    expect(ofRule('rate(e[4s]) > 0 unless rate(e[4s] offset 12s) > 0')).to.equal(19_000);
    expect(ofRule('rate(e[4s]) > 2 * rate(e[4s] offset 1d)')).to.equal(7_000);
    const recorded = [
      { record: 'job:errors:rate', expr: 'rate(errors[20s])' },
      { alert, expr: 'job:errors:rate > 0.05' },
    ];
    expect(holdMs(held(recorded), expectation)).to.equal(24_000);
  });

  it('includes only the shortest window of each burn rate, and at most 15 m of it', () => {
    const burn = (...windows: string[]) =>
      windows.map((w) => `e:ratio_rate${w} > 14.4 * (1 - 0.999)`).join(' and ');
    const ratio = (window: string) => ({
      record: `e:ratio_rate${window}`,
      expr: `rate(e_total[${window}]) / rate(all_total[${window}])`,
    });
    const ofBurn = (expr: string) =>
      holdMs(held([...['20s', '2m', '4m', '24m'].map(ratio), { alert, expr }]), expectation);
    expect(ofBurn(burn('20s', '4m'))).to.equal(24_000);
    expect(ofBurn(`(${burn('20s', '4m')}) or (${burn('2m', '24m')})`)).to.equal(24_000);
    expect(ofBurn(burn('4m', '24m'))).to.equal(63_000);
    // Anything else in the rule can end the alert.
    expect(ofBurn(`${burn('20s', '2m')} and rate(all_total[4s]) > 1`)).to.equal(128_000);
    expect(ofBurn(`${burn('20s', '2m')} unless rate(all_total[4s]) < 1`)).to.equal(128_000);
  });

  it('is 15 m of any other window over an hour', () => {
    expect(ofRule('rate(errors[4m]) > 1')).to.equal(243_000);
    expect(ofRule('rate(errors[5m]) > 1')).to.equal(63_000);
  });

  it('is that of the rule with the expected labels, of several with the same name', () => {
    const page = { alert, expr: 'rate(e[4s]) > 1', labels: { severity: 'critical' } };
    const ticket = { alert, expr: 'rate(e[1h]) > 1', labels: { severity: 'ticket' } };
    const templated = { alert, expr: 'rate(e[20s]) > 1', labels: { severity: '{{ $labels.severity }}' } };
    expect(holdMs(held([page, ticket]), expectation)).to.equal(7_000);
    expect(holdMs(held([page, ticket, templated]), expectation)).to.equal(23_000);
  });

  it('is long enough for the repeats that are expected, each up to a flush and an evaluation late', () => {
    const repeated = (notifications: object) =>
      holdMs(held([{ alert, expr: 'up == 0' }]), { ...expectation, notifications });
    // Of 20 s at this pace, with a group_interval of 20 s and evaluations every second, and a second for late timers.
    expect(repeated({ repeatsEvery: '5m' })).to.equal(43_000);
    expect(repeated({ repeatsEvery: '5m', atLeast: 3 })).to.equal(85_000);
    expect(repeated({ atLeast: 3 })).to.equal(3_000);
  });

  it('excludes the windows if the fault removes a series', () => {
    const telemetry = { signal: 'absence', metric: 'up' } as const;
    expect(ofRule('present_over_time(up[40s]) unless up', { telemetry })).to.equal(3_000);
  });

  it('is longer if the scenario demands it, and the length of a fault of fixed length', () => {
    expect(ofRule('up == 0', { stays: '5m' })).to.equal(20_000);
    expect(ofRule('up == 0', { stays: '15s' })).to.equal(3_000);
    expect(ofRule('up == 0', { stays: 'group_interval' })).to.equal(20_000);
    const ofDigest = { ...held([{ alert, expr: 'up == 0' }], { stays: 'group_interval' }) };
    const routes = ofDigest.files.get('alertmanager/alertmanager.yml') ?? '';
    ofDigest.files.set(
      'alertmanager/alertmanager.yml',
      routes.replace(/group_interval: \S+/, 'group_interval: 11h12m'),
    );
    expect(holdMs(ofDigest, expectation), 'a digest of every week').to.equal(3_000);
    expect(holdLimitMs(held([rate], { lasts: '30s' }))).to.equal(2_000);
    expect(holdLimitMs(held([rate]))).to.equal(7_000);
  });

  it('counts from the page, and is over at once without a page', () => {
    const came: Page = {
      ...{ receiver: 'slack', receivedAt: 50_000, monotonicMs: 9_000, status: 'firing', alert },
      ...{ labels: page.labels ?? {}, annotations: {}, links: [], delivery: 0 },
    } as Page;
    expect(holdUntilMs(held([rate]), [came], 40_000)).to.equal(16_000);
    expect(holdUntilMs(held([rate]), [came], 60_000)).to.equal(0);
    expect(holdUntilMs(held([rate]), [], 40_000)).to.equal(0);
  });
});

describe('the time for which an alert may be active after its fault', () => {
  const left = (name: string): LeftAlert => ({
    manager: 'prometheus',
    alert: name,
    labels: {},
    state: 'pending',
  });

  it('is the time in which the rule may still fire, or its window still contains the fault', () => {
    // 8 s for the telemetry at this pace; window, `for`, `keep_firing_for` and three evaluations.
    expect(activeAlertsWaitMs(held([{ ...rate, keep_firing_for: '2s' }]), [left(alert)])).to.equal(
      8_000 + 17_000,
    );
    expect(activeAlertsWaitMs(held([rate]), [left('Unknown')])).to.equal(8_000);
    expect(activeAlertsWaitMs(held([rate]), [])).to.equal(0);
  });

  it('has a limit, whatever the window', () => {
    const slow = { alert: 'BudgetBurn', expr: 'rate(errors[24h]) > 0' };
    expect(maxActiveMsOfAllRules(held([rate, slow]))).to.equal(8_000 + 240_000);
  });
});
