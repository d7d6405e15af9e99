import { formatDuration } from '../../core/duration.ts';
import { type BurnRateCondition, burnRateConditionsOf } from '../../core/promql/burn-rate-conditions.ts';
import { selectorsOf } from '../../core/promql/selectors-of.ts';
import type { AlertEvidence, Budget } from '../../core/record.ts';
import type { LoadedRecordingRule, PrometheusReader } from './prometheus.ts';
import { type Sample, type Series, selectorFor } from './series.ts';
import { closestToThreshold } from './series-summary.ts';

type Rule = NonNullable<AlertEvidence['rule']>;
type Reader = Pick<PrometheusReader, 'queryRange' | 'recordings'>;

/** Steps of a curve: enough to see it on paper, and few enough for a record. */
const steps = 120;

/** The name of a metric that records what is left of an error budget, e.g. `slo:period_error_budget_remaining:ratio`. */
const recordsRemaining = /budget.*remaining|remaining.*budget/i;

/**
 * The error ratios of the alerts of Prometheus whose rules have conditions on burn rates, and what is left of their
 * budgets. A rule with several expectations is read once.
 *
 * @param fromMs start of the curves, epoch milliseconds.
 * @throws FiredrillError `broken` if Prometheus does not respond.
 */
export async function budgetsOf(
  prometheus: Reader,
  alerts: readonly AlertEvidence[],
  fromMs: number,
  toMs: number,
): Promise<Budget[]> {
  const rules = new Map<string, { readonly alert: string; readonly rule: Rule }>();
  for (const { alert, manager, rule } of alerts) {
    if (manager === 'prometheus' && rule)
      rules.set(`${rule.file} ${rule.group} ${rule.index}`, { alert, rule });
  }
  const stepMs = Math.max(250, (toMs - fromMs) / steps);
  const read = async (expr: string) => (await prometheus.queryRange(expr, fromMs, toMs, stepMs)).series;
  const budgets: Budget[] = [];
  for (const { alert, rule } of rules.values()) {
    const conditions = burnRateConditionsOf(rule.query);
    if (conditions.length === 0) continue;
    const windows: Budget['windows'] = [];
    for (const [i, condition] of conditions.entries())
      windows.push(...(await windowsOf(read, rule, condition, i)));
    const remaining = await remainingOf(read, await prometheus.recordings(), conditions);
    const objective = objectiveOf(conditions);
    const slo = sloOf(conditions);
    budgets.push({
      alert,
      labels: rule.labels,
      ...(slo === undefined ? {} : { slo }),
      ...(objective === undefined ? {} : { objective }),
      windows,
      ...(remaining ? { remaining } : {}),
    });
  }
  return budgets;
}

type Read = (expr: string) => Promise<readonly Series[]>;

async function windowsOf(
  read: Read,
  { query, written }: Rule,
  { ratios, threshold, factors, operator }: BurnRateCondition,
  condition: number,
): Promise<Budget['windows']> {
  const asWritten = burnRateConditionsOf(written?.query ?? query)[condition]?.ratios ?? ratios;
  const windows: Budget['windows'] = [];
  for (const [i, { text, windowMs }] of ratios.entries()) {
    windows.push({
      window: formatDuration(asWritten[i]?.windowMs ?? windowMs),
      condition,
      ...(factors ? { burnRate: factors.burnRate } : {}),
      threshold,
      points: sparse(closestToThreshold(await read(text), operator)),
    });
  }
  return windows;
}

/** What recording rules say is left of the budget. A rule belongs to the ratios whose labels it sets itself. */
async function remainingOf(
  read: Read,
  recordings: readonly LoadedRecordingRule[],
  conditions: readonly BurnRateCondition[],
): Promise<Sample[] | undefined> {
  const wanted = new Map(matchersOf(conditions).map(({ label, value }) => [label, value]));
  const rule = recordings.find(({ name, labels }) => {
    const shared = Object.entries(labels).filter(([label]) => wanted.has(label));
    return (
      recordsRemaining.test(name) &&
      shared.length > 0 &&
      shared.every(([label, value]) => wanted.get(label) === value)
    );
  });
  if (!rule) return undefined;
  const points = sparse(
    closestToThreshold(await read(selectorFor({ __name__: rule.name, ...rule.labels })), '<'),
  );
  return points.length > 0 ? points : undefined;
}

/** The matchers that say which series the ratios are, without those that say the window. */
const matchersOf = (conditions: readonly BurnRateCondition[]) =>
  conditions
    .flatMap(({ ratios }) => ratios)
    .flatMap(({ text }) => selectorsOf(text))
    .flatMap(({ matchers }) => matchers)
    .filter(({ operator }) => operator === '=');

const sloOf = (conditions: readonly BurnRateCondition[]): string | undefined =>
  matchersOf(conditions).find(({ label }) => /(?:^|_)slo$/.test(label))?.value;

function objectiveOf(conditions: readonly BurnRateCondition[]): number | undefined {
  const { objective, budget } = conditions.find(({ factors }) => factors)?.factors ?? {};
  // Generated rules have 0.0009999999999999432 for 0.001.
  return objective ?? (budget === undefined ? undefined : Number((1 - budget).toPrecision(8)));
}

/** Rounds values, and leaves out samples that are equal to both of their neighbours. */
function sparse(samples: readonly Sample[]): Sample[] {
  const rounded = samples.map(([at, value]): Sample => [at, Number(value.toPrecision(5))]);
  return rounded.filter(([, value], i) => value !== rounded[i - 1]?.[1] || value !== rounded[i + 1]?.[1]);
}
