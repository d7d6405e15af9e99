/*
 * The rules in config-slo/ are made by sloth and kept as a file. They are held against the SLOs of which they are made and
 * against the table of burn rates, so that none of the three can change alone.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { readConfigFiles } from '../configuration/config-files.ts';
import { WrittenFiles } from '../configuration/files/files.ts';
import { judgeFiles } from '../configuration/judge.ts';
import { unpacedRules } from '../configuration/paced/unpaced-rules.ts';
import { readSloFile, type SloFile } from '../configuration/slo/slo-file.ts';
import { burnRates, errorThreshold, periodMs } from '../core/burn-rates.ts';
import { formatDuration } from '../core/duration.ts';
import { paces } from '../core/pace.ts';
import { burnRateConditionsOf } from '../core/promql/burn-rate-conditions.ts';
import { prometheusFlags } from './components/prometheus.ts';
import { stackOf } from './stacks.ts';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const folder = join(import.meta.dirname, 'config-slo');
const textOf = (path: string) => readFile(join(folder, path), 'utf8');
const rulesIn = (text: string): Rule[] =>
  (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);

const compact = (text: string) => text.replace(/\s+/g, '');
const windows = [...new Set(burnRates.flatMap(({ shortMs, longMs }) => [shortMs, longMs]))]
  .sort((a, b) => a - b)
  .map(formatDuration);

/** How the rules of an SLO differ from what its file and the table say. */
function differences({ service, slos }: SloFile, all: readonly Rule[]): string[] {
  return slos.flatMap(({ name, objective, sli, alerting }) => {
    const id = `${service}-${name}`;
    const own = all.filter(({ labels }) => labels.sloth_id === id);
    const { error_query = '', total_query = '' } = sli.events ?? {};
    const recorded = windows.flatMap((window) => {
      const expr = `(${error_query})/(${total_query})`.replace(/\{\{ *\.window *\}\}/g, window);
      const rules = own.filter(({ record }) => record === `slo:sli_error:ratio_rate${window}`);
      const isRight =
        rules.length === 1 &&
        rules.every((rule) => compact(rule.expr) === compact(expr) && rule.labels.sloth_window === window);
      return isRight ? [] : [`${id}: ratio over ${window}`];
    });
    const alerts = (['page', 'ticket'] as const).flatMap((severity) => {
      const rules = all.filter(
        ({ alert, labels }) => alert === alerting?.name && labels.sloth_severity === severity,
      );
      const isRight =
        rules.length === 1 && rules.every((rule) => alertIsRight(rule, severity, id, objective / 100));
      return isRight ? [] : [`${id}: ${severity}`];
    });
    return [...recorded, ...alerts];
  });
}

function alertIsRight(rule: Rule, severity: string, id: string, objective: number): boolean {
  const found = burnRateConditionsOf(rule.expr);
  const expected = burnRates.filter((one) => one.severity === severity);
  return (
    rule.labels.severity === severity &&
    found.length === expected.length &&
    expected.every(({ burnRate, shortMs, longMs }, i) => {
      const { operator, threshold = Number.NaN, factors, ratios = [] } = found[i] ?? {};
      return (
        operator === '>' &&
        factors?.burnRate === burnRate &&
        Math.abs(threshold - errorThreshold(burnRate, objective)) < 1e-12 &&
        ratios.length === 2 &&
        ratios.every(
          ({ text, windowMs }, n) =>
            windowMs === [shortMs, longMs][n] &&
            text.startsWith(`slo:sli_error:ratio_rate${formatDuration(windowMs)}{sloth_id="${id}"`),
        )
      );
    })
  );
}

describe('config-slo', () => {
  let slos: SloFile;
  let rules = '';
  before(async () => {
    slos = readSloFile('slos/shop.yaml', await textOf('slos/shop.yaml'));
    rules = await textOf('prometheus/rules/slo-shop.yml');
  });

  it('has the objectives of the shop', () => {
    expect(slos.slos.map(({ name, objective }) => [name, objective])).to.deep.equal([
      ['checkout-success', 99.9],
      ['checkout-latency', 99],
    ]);
  });

  it('says by which command its rules are made', () => {
    expect(rules.split('\n')[0]).to.equal(
      '# Made by `npm run slos` of ../../slos/shop.yaml: change that file, not this one.',
    );
  });

  it('has the rules of these objectives and of the table of burn rates', () => {
    expect(differences(slos, rulesIn(rules))).to.deep.equal([]);
  });

  for (const [from, to, difference] of [
    ['> (14.4 *', '> (14.5 *', 'shop-checkout-success: page'],
    ['> (1 *', '> (2 *', 'shop-checkout-success: ticket'],
    ['max(slo:sli_error:ratio_rate5m', 'max(slo:sli_error:ratio_rate30m', 'shop-checkout-success: page'],
    ['max(slo:sli_error:ratio_rate3d', 'max(slo:sli_error:ratio_rate1d', 'shop-checkout-success: ticket'],
    ['severity: ticket\n', 'severity: page\n', 'shop-checkout-success: ticket'],
    [
      'otel_app_checkout_errors_total[2h]',
      'otel_app_checkout_errors_total[1h]',
      'shop-checkout-success: ratio over 2h',
    ],
    ['le=~"1000|1000[.]0"}[6h]', 'le=~"2000|2000[.]0"}[6h]', 'shop-checkout-latency: ratio over 6h'],
  ] as const) {
    it(`would not have them with ${to.trim()}`, () => {
      expect(rules).to.contain(from);
      expect(differences(slos, rulesIn(rules.replace(from, () => to)))).to.deep.equal([difference]);
    });
  }

  it('would not have them of another objective', () => {
    const other = { ...slos, slos: slos.slos.map((slo) => ({ ...slo, objective: 98 })) };
    expect(differences(other, rulesIn(rules))).to.deep.equal(
      slos.slos.flatMap(({ name }) => [`shop-${name}: page`, `shop-${name}: ticket`]),
    );
  });

  it('records the budget of 30 days', () => {
    const days = rulesIn(rules).filter(({ record }) => record === 'slo:time_period:days');
    expect(days.map(({ expr }) => expr)).to.deep.equal(
      slos.slos.map(() => `vector(${periodMs / 86_400_000})`),
    );
  });

  for (const name of ['metrics', 'full'] as const) {
    it(`is a configuration for the stack ${name}, which means the same at any pace`, async () => {
      const stack = stackOf(name, 'sidecar', prometheusFlags);
      const files = await readConfigFiles(
        stack.config.map((path) => join(import.meta.dirname, path)),
        { directory: folder, components: stack.components },
      );
      expect([...files.keys()]).to.include.members(['slos/shop.yaml', 'prometheus/rules/slo-shop.yml']);
      const origins = new Map(
        ['https://hooks.slack.com', 'https://events.pagerduty.com', 'http://webhook.internal'].map(
          (origin) => [origin, 'http://127.0.0.1:1'],
        ),
      );
      const judged = (written: WrittenFiles) =>
        Object.values(paces).flatMap(({ factor }) => judgeFiles(stack, written, factor, origins).problems);
      expect(judged(files)).to.deep.equal([]);
      const unpaced = unpacedRules(files, paces.fast).filter(({ alert }) => /Budget/.test(alert));
      expect(unpaced).to.deep.equal([]);

      const broken = new Map(files);
      broken.set('slos/shop.yaml', (files.get('slos/shop.yaml') ?? '').replace('99.9', '100'));
      broken.set('prometheus/rules/slo-shop.yml', rules.replaceAll('14.4 * ', '1440 * '));
      const told = judged(new WrittenFiles(broken, files.names)).map(({ where }) =>
        where.replace(/^.*config-slo\//, '').replace(/:\d+/, ''),
      );
      expect([...new Set(told)]).to.have.members([
        'slos/shop.yaml: slos[checkout-success].objective',
        'prometheus/rules/slo-shop.yml: groups[sloth-slo-alerts-shop-checkout-success].rules[0].expr',
        'prometheus/rules/slo-shop.yml: groups[sloth-slo-alerts-shop-checkout-latency].rules[0].expr',
      ]);
    });
  }
});
