import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import { ruleFor } from '../../configuration/rules/choose-rule.ts';
import { expectedPages } from '../../core/expected-alerts.ts';
import { floorFor } from '../../core/floor-for.ts';
import type { Floor } from '../../core/record.ts';
import { parseScenario, type ScenarioInput } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { shop } from '../../systems/shop/shop.ts';
import { floorsOf } from './floors.ts';

const config = new URL('../../stacks/config/', import.meta.url);
const written = (path: string) => readFile(new URL(path, config), 'utf8');

const errors = 'sum by (job) (rate(otel_app_checkout_errors_total[WINDOW]))';
const attempts = 'sum by (job) (rate(otel_app_checkout_attempts_total[WINDOW]))';
const ratio = (window: string) => `${errors} / ${attempts}`.replaceAll('WINDOW', window);

/** The configuration of the small stack, with these rules and other changes. */
async function filesWith(rules: string, changes: Record<string, (text: string) => string> = {}) {
  const places = {
    'prometheus/prometheus.yml': 'prometheus/prometheus.yml',
    'alertmanager/alertmanager.yml': 'alertmanager/alertmanager.yml',
    'storefront-sidecar/sidecar.yaml': 'collector/sidecar.yaml',
    'storefront/telemetry.env': 'app/telemetry.env',
  };
  const entries = Object.entries(places).map(async ([used, path]) => {
    const text = await written(path);
    const changed = changes[used]?.(text) ?? text;
    if (changes[used]) expect(changed, used).not.to.equal(text);
    return [used, changed] as const;
  });
  return new UsedFiles([...(await Promise.all(entries)), ['prometheus/rules/checkout.yml', rules]]);
}

const alert = (
  expr: string,
  more = '',
  labels = 'severity: critical, team: payments',
  name = 'CheckoutErrorRateHigh',
) => `
      - alert: ${name}
        expr: ${JSON.stringify(expr)}
        for: 2m
        labels: { ${labels} }
${more}`;
const group = (rules: string, more = '') => `
  - name: checkout
    ${more}
    rules: ${rules}`;
const groups = (...all: string[]) => `groups: ${all.join('')}`;

type Page = Extract<NonNullable<ScenarioInput['expectations']>[number], { kind: 'page' }>;
const page = (changes: Partial<Page> = {}): Page => ({
  kind: 'page',
  alert: 'CheckoutErrorRateHigh',
  receiver: 'slack',
  within: '10m',
  resolvedWithin: '30m',
  labels: { severity: 'critical', team: 'payments', job: 'storefront' },
  ...changes,
});

async function floors(
  rules: string,
  {
    changes = {},
    expectations = [page()],
  }: { changes?: Record<string, (text: string) => string>; expectations?: Page[] } = {},
) {
  const scenario = parseScenario({ ...checkoutErrors, expectations }, 'test');
  const files = await filesWith(rules, changes);
  const found = floorsOf(scenario, files, { errorRatio: 0.5 }, 180_000, { known: shop });
  return {
    scenario,
    files,
    floors: found,
    of: (nth = 0) => {
      const expectation = expectedPages(scenario.expectations)[nth];
      const floor = expectation && floorFor({ scenario, floors: found }, expectation);
      if (!floor) throw new Error(`no floor of ${expectation?.alert}`);
      return floor;
    },
  };
}

const term = (floor: Floor, name: string) => floor.terms.find((found) => found.name === name);

describe('floors of recording rules', () => {
  const recorded = (place: string) => `
      - record: job:checkout_errors:ratio_rate1m
        expr: ${JSON.stringify(ratio('1m'))}${place}`;
  const reader = alert('job:checkout_errors:ratio_rate1m > 0.05');

  it('add the interval of the group that records, both ways', async () => {
    const plain = (await floors(groups(group(alert(`${ratio('1m')} > 0.05`))))).of();
    const slo = `
  - name: slo
    interval: 1m
    rules: ${recorded('')}`;
    const { detect, resolve } = (await floors(groups(slo, group(reader)))).of();
    expect(term(detect, 'recording')).to.include({ best: 0, mean: 30_000, worst: 60_000 });
    expect(term(detect, 'recording')?.source).to.include('group slo').and.include('job:checkout_errors');
    expect(term(detect, 'window')).to.deep.equal(term(plain.detect, 'window'));
    expect(detect.worst).to.equal(plain.detect.worst + 60_000);
    expect(resolve.worst).to.equal(plain.resolve.worst + 60_000);
  });

  it('add nothing when recorded before in the same group, and a round when recorded after', async () => {
    const before = (await floors(groups(group(recorded('') + reader)))).of();
    expect(term(before.detect, 'recording')).to.equal(undefined);
    const after = (await floors(groups(group(reader + recorded(''))))).of();
    expect(term(after.detect, 'recording')).to.include({ best: 15_000, worst: 15_000 });
  });

  it('add up along a chain, and see thresholds through it', async () => {
    const chain = `
  - name: sums
    interval: 30s
    rules:
      - record: job:errors
        expr: sum by (job) (otel_app_checkout_errors_total)
      - record: job:attempts
        expr: sum by (job) (otel_app_checkout_attempts_total)
  - name: ratios
    interval: 1m
    rules:
      - record: job:errors:percent
        expr: 100 * rate(job:errors[5m]) / rate(job:attempts[5m])`;
    const { detect } = (await floors(groups(chain, group(alert('job:errors:percent > 5'))))).of();
    expect(detect.terms.filter(({ name }) => name === 'recording').map(({ worst }) => worst)).to.deep.equal([
      30_000, 60_000,
    ]);
    // H·θ/(e−θ) of three minutes, in which four requests a second fail.
    expect(term(detect, 'window')?.mean).to.equal(20_000);
  });

  it('end where a rule reads what it records, and stay wide where several might be meant', async () => {
    const circle = group(`
      - record: a
        expr: b or rate(otel_app_checkout_errors_total[5m])
      - record: b
        expr: a`);
    const { detect } = (await floors(groups(circle, group(alert('a > 0.05'))))).of();
    expect(term(detect, 'window')).to.include({ best: 0, worst: 300_000 });
    const two = `
  - name: slo
    rules:
      - { record: errors, labels: { window: 5m }, expr: ${JSON.stringify(ratio('5m'))} }
      - { record: errors, labels: { window: 1h }, expr: ${JSON.stringify(ratio('1h'))} }`;
    const told = (await floors(groups(two, group(alert('errors{window="5m"} > 0.05'))))).of().detect;
    expect(term(told, 'window')?.mean).to.equal(20_000);
    const untold = (await floors(groups(two, group(alert('errors > 0.05'))))).of().detect;
    expect(term(untold, 'window')).to.include({ best: 0, worst: 3_600_000 });
  });
});

describe('floors of several windows', () => {
  const both = (join: string) => `(${ratio('1m')} > 0.05) ${join} (${ratio('3m')} > 0.2)`;

  it('wait for the last of `and`, and are over with the first', async () => {
    const { detect, resolve } = (await floors(groups(group(alert(both('and')))))).of();
    // 0.2 · 180 s / 0.5, the longer of the two.
    expect(term(detect, 'window')?.mean).to.equal(72_000);
    expect(term(resolve, 'window')?.worst).to.be.within(53_000, 60_000);
  });

  it('wait for the first of `or`, and are over with the last', async () => {
    const { detect, resolve } = (await floors(groups(group(alert(both('or')))))).of();
    expect(term(detect, 'window')?.mean).to.equal(6_000);
    expect(term(resolve, 'window')?.worst).to.be.within(108_000, 130_000);
  });

  it('have none where a part can never be true', async () => {
    const guard = `${ratio('1m')} > 0.05 and sum by (job) (rate(otel_app_checkout_attempts_total[1m])) > 100`;
    expect((await floors(groups(group(alert(guard))))).floors).to.deep.equal({});
    const low = guard.replace('> 100', '> 1');
    expect(term((await floors(groups(group(alert(low))))).of().detect, 'window')?.mean).to.equal(6_000);
    const either = guard.replace(' and ', ' or ');
    expect(term((await floors(groups(group(alert(either))))).of().detect, 'window')?.mean).to.equal(6_000);
  });

  it('have none where a window holds fewer than two samples', async () => {
    expect((await floors(groups(group(alert(`${ratio('15s')} > 0.05`))))).floors).to.deep.equal({});
    expect((await floors(groups(group(alert(`${ratio('29s')} > 0.05`))))).floors).to.deep.equal({});
    expect((await floors(groups(group(alert(`${ratio('30s')} > 0.05`))))).floors).not.to.deep.equal({});
  });

  it('may end early where `unless` follows', async () => {
    const rule = `${ratio('1m')} > 0.05 unless ${errors.replace('WINDOW', '1m')} offset 3m > 0`;
    const gives = rule.replace('[1m])) offset 3m', '[1m] offset 3m))');
    const { detect, resolve } = (await floors(groups(group(alert(gives))))).of();
    expect(term(detect, 'window')?.mean).to.equal(6_000);
    expect(term(resolve, 'window')?.best).to.equal(0);
  });
});

describe('the settings that a floor is made of', () => {
  const rules = groups(group(alert(`${ratio('2m')} > 0.05`)));

  it("has a job's own scrape interval", async () => {
    const own = (text: string) =>
      text.replace('honor_labels: true', 'honor_labels: true\n    scrape_interval: 30s');
    const { detect } = (await floors(rules, { changes: { 'prometheus/prometheus.yml': own } })).of();
    expect(term(detect, 'scrape')?.worst).to.equal(30_000);
    const another = (text: string) =>
      `${text}\n  - job_name: slow\n    scrape_interval: 5m\n    static_configs: [{ targets: ["prometheus:9090"] }]\n`;
    const other = (await floors(rules, { changes: { 'prometheus/prometheus.yml': another } })).of();
    expect(term(other.detect, 'scrape')?.worst).to.equal(15_000);
  });

  it('takes the route that a label of the series chooses', async () => {
    const byJob = (text: string) =>
      text.replace(
        '- matchers: [severity = critical]',
        '- matchers: [job = storefront]\n      group_wait: 45s',
      );
    const changes = { 'alertmanager/alertmanager.yml': byJob };
    expect(term((await floors(rules, { changes })).of().detect, 'group wait')?.worst).to.equal(45_000);
    const without = [page({ labels: { severity: 'critical' } })];
    const known = await floors(rules, { changes, expectations: without });
    expect(term(known.of().detect, 'group wait')?.worst).to.equal(45_000);
  });

  it('takes the route that leads to the expected receiver', async () => {
    const further = (text: string) =>
      text.replace(
        '- matchers: [severity = critical]',
        '- { matchers: [severity = critical], receiver: webhook, group_wait: 5s, continue: true }\n    - matchers: [severity = critical]',
      );
    const expectations = [page(), page({ receiver: 'webhook' })];
    const found = await floors(rules, {
      changes: { 'alertmanager/alertmanager.yml': further },
      expectations,
    });
    expect(term(found.of(0).detect, 'group wait')?.worst).to.equal(10_000);
    expect(term(found.of(1).detect, 'group wait')?.worst).to.equal(5_000);
  });

  it('has the default of a batch processor, and none without one', async () => {
    const batch = (to: string) => ({
      'storefront-sidecar/sidecar.yaml': (text: string) => text.replace('    timeout: 1s\n', to),
    });
    const silent = (await floors(rules, { changes: batch('') })).of().detect;
    expect(term(silent, 'batch')?.worst).to.equal(200);
    const none = (text: string) => text.replaceAll(', batch]', ']');
    const direct = (await floors(rules, { changes: { 'storefront-sidecar/sidecar.yaml': none } })).of()
      .detect;
    expect(term(direct, 'batch')?.worst).to.equal(0);
  });
});

describe('floors of rules that share a name', () => {
  const slow = alert(`${ratio('1m')} > 0.4`, '', 'severity: critical, team: payments').replace(
    'for: 2m',
    'for: 10m',
  );
  const quick = alert(`${ratio('1m')} > 0.01`, '', 'severity: warning, team: payments').replace(
    'for: 2m',
    'for: 1m',
  );

  it('are those of the rule whose labels are expected', async () => {
    const critical = (await floors(groups(group(slow + quick)))).of().detect;
    expect(term(critical, 'for')?.worst).to.equal(600_000);
    const expectations = [page({ receiver: 'webhook', labels: { severity: 'warning' } })];
    const warning = (await floors(groups(group(slow + quick)), { expectations })).of().detect;
    expect(term(warning, 'for')?.worst).to.equal(60_000);
  });

  it('are kept apart where both are expected', async () => {
    const expectations = [page(), page({ receiver: 'webhook', labels: { severity: 'warning' } })];
    const {
      of,
      floors: found,
      scenario,
      files,
    } = await floors(groups(group(slow + quick)), { expectations });
    expect([of(0), of(1)].map(({ detect }) => term(detect, 'for')?.worst)).to.deep.equal([600_000, 60_000]);
    expect(Object.keys(found)).to.have.lengthOf(2);
    const [first, second] = expectedPages(scenario.expectations).map((one) => ruleFor(files, one));
    expect(first).to.include({
      manager: 'prometheus',
      file: 'prometheus/rules/checkout.yml',
      group: 'checkout',
      index: 0,
    });
    expect(second).to.include({ index: 1 });
  });
});

describe('the floor of an alert in a group that another has begun', () => {
  const seen = (name: string, forMs: string, expr = `${errors.replace('WINDOW', '1m')} > 0`) =>
    alert(expr, '', 'severity: critical, team: payments', name).replace('for: 2m', `for: ${forMs}`);
  const own = alert(`${ratio('1m')} > 0.05`);
  const byTeam = {
    'alertmanager/alertmanager.yml': (text: string) =>
      text.replace('group_by: [alertname, team]', 'group_by: [team]'),
  };

  it('waits for group_interval when the group has been notified, and names the other', async () => {
    const { detect } = (
      await floors(groups(group(own + seen('CheckoutErrorSeen', '0s'))), { changes: byTeam })
    ).of();
    expect(term(detect, 'group wait')).to.equal(undefined);
    expect(term(detect, 'group interval')).to.include({ best: 0, mean: 150_000, worst: 300_000 });
    expect(term(detect, 'group interval')?.source)
      .to.include('CheckoutErrorSeen')
      .and.include('group_interval');
  });

  it('does not when it has a group of its own, or fires no later', async () => {
    const rules = groups(group(own + seen('CheckoutErrorSeen', '0s')));
    expect(term((await floors(rules)).of().detect, 'group wait')?.best).to.equal(10_000);
    const alike = groups(group(own + seen('Another', '2m', `${ratio('1m')} > 0.05`)));
    expect(term((await floors(alike, { changes: byTeam })).of().detect, 'group wait')?.best).to.equal(10_000);
    const later = groups(group(own + seen('Later', '15m')));
    expect(term((await floors(later, { changes: byTeam })).of().detect, 'group wait')?.best).to.equal(10_000);
    const never = groups(group(own + seen('Never', '0s', `${ratio('1m')} > 0.9`)));
    expect(term((await floors(never, { changes: byTeam })).of().detect, 'group wait')?.best).to.equal(10_000);
    const elsewhere = groups(
      group(own + seen('Elsewhere', '0s').replace('severity: critical', 'severity: warning')),
    );
    expect(term((await floors(elsewhere, { changes: byTeam })).of().detect, 'group wait')?.best).to.equal(
      10_000,
    );
  });

  it('is that of the evaluations when the same condition stands in two groups', async () => {
    const other = group(seen('Alike', '2m', `${ratio('1m')} > 0.05`)).replace(
      'name: checkout',
      'name: other',
    );
    const alike = groups(group(own), other);
    const waiting = (wait: string) => ({
      'alertmanager/alertmanager.yml': (text: string) =>
        byTeam['alertmanager/alertmanager.yml'](text).replace('group_wait: 10s', `group_wait: ${wait}`),
    });
    const quick = (await floors(alike, { changes: waiting('10s') })).of().detect;
    expect(term(quick, 'group interval')).to.include({ best: 0, worst: 300_000, worstAlone: 10_000 });
    const patient = (await floors(alike, { changes: waiting('16s') })).of().detect;
    expect(term(patient, 'group wait')).to.include({ best: 0, worst: 16_000 });
  });

  it('reaches from none to group_interval when either may be', async () => {
    const soon = groups(group(own + seen('Soon', '110s', `${ratio('1m')} > 0.04`)));
    const { detect } = (await floors(soon, { changes: byTeam })).of();
    expect(term(detect, 'group interval')).to.include({ best: 0, worst: 300_000 });
    expect(term(detect, 'group interval')?.source).to.include('may have been');
  });
});
