import { lokiTenant } from '../../configuration/rules/grafana-rules.ts';
import { tryRead } from '../../core/errors.ts';
import { comparedBy, queryComparisonsOf, queryComparisonText } from '../../core/grafana-condition.ts';
import { boolComparison } from '../../core/promql/bool-comparison.ts';
import { conditionsOf } from '../../core/promql/conditions.ts';
import { isConstant } from '../../core/promql/is-constant.ts';
import { outerComparison } from '../../core/promql/outer-comparison.ts';
import type { Page, RuleNoise, Selector } from '../../core/record.ts';
import { type Ask, foremostPair } from '../../signals/readers/conditions-evidence.ts';
import { logSelectors } from '../../signals/readers/log-evidence.ts';
import { selectors } from '../../signals/readers/promql-evidence.ts';
import { queryReducedRange } from '../../signals/readers/reduce-series.ts';
import type { RangeResult } from '../../signals/readers/series.ts';
import { observedRange } from '../../signals/readers/series-summary.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { AlertWithValue } from './active-alerts.ts';
import type { ConstantRule } from './always-firing.ts';
import { type EvaluatedRule, loadedRules } from './loaded-rules.ts';

/** An alert that was noisy at the gate. In state `held` or `paged`, only its manager or its page shows it, not its rule. */
export interface NoisyAlert extends AlertWithValue {
  readonly pages: readonly Page[];
}

type Found = Pick<RuleNoise, 'comparison' | 'versus' | 'bool' | 'isConstant' | 'unread'> & {
  readonly query: string;
  readonly noDataState?: string | undefined;
  readonly execErrState?: string | undefined;
};

const nothingFound: Found = { query: '', isConstant: false, unread: [] };

/**
 * Describes for each noisy alert what its rule compares, with the current values. Returns one entry for each rule and state.
 *
 * @param misrouted rules that fire all the time on a route of other alerts.
 * @param since when the load began, in epoch milliseconds.
 */
export async function describeNoise(
  drill: RunningDrill,
  noisy: readonly NoisyAlert[],
  misrouted: readonly ConstantRule[],
  since: number,
): Promise<RuleNoise[]> {
  const rules = await loadedRules(drill);
  const found: RuleNoise[] = [];
  for (const [, alerts] of Map.groupBy(
    noisy,
    ({ manager, alert, state }) => `${manager} ${alert} ${state}`,
  )) {
    const [one] = alerts;
    if (!one) continue;
    const rule = ruleOf(rules, one);
    const { query, ...about } = rule ? await inspect(drill, rule, since) : nothingFound;
    const constant = misrouted.find(({ manager, name }) => manager === one.manager && name === one.alert);
    const { manager, alert, labels, value } = one;
    found.push({
      ...{ manager, name: alert, file: rule?.file ?? '', group: rule?.group ?? '', query },
      labels: { ...labels },
      state: states[one.state] ?? 'other',
      ...(value === undefined || !Number.isFinite(value) ? {} : { value }),
      ...about,
      ...(about.noDataState === undefined ? {} : { noDataState: about.noDataState }),
      lastError: rule?.lastError ?? '',
      receivers: [...new Set(alerts.flatMap(({ pages }) => pages.map(({ receiver }) => receiver)))],
      ...(constant?.routeOwner ? { route: constant.routeOwner } : {}),
    });
  }
  return found;
}

const states: Readonly<Record<string, RuleNoise['state']>> = {
  pending: 'pending',
  firing: 'firing',
  'without data': 'no data',
  'in error': 'error',
  held: 'held',
  paged: 'paged',
};

/** Returns the rule of the alert. If several rules have this name, the one with the most labels in common. */
function ruleOf(
  rules: readonly EvaluatedRule[],
  { manager, alert, labels }: NoisyAlert,
): EvaluatedRule | undefined {
  const ofName = rules.filter((rule) => rule.kind === 'alerting' && rule.name === alert);
  const own = ofName.filter((rule) => rule.manager === manager);
  // A page does not say which manager sent it.
  const named = own.length > 0 ? own : ofName;
  const fits = (rule: EvaluatedRule) =>
    Object.entries(rule.labels).filter(([label, value]) => labels[label] === value).length;
  return named.toSorted((a, b) => fits(b) - fits(a))[0];
}

const inspect = (drill: RunningDrill, rule: EvaluatedRule, since: number): Promise<Found> =>
  rule.manager === 'prometheus'
    ? inPromql((rule.watched && drill.watched) || drill, rule.query, since)
    : inGrafana(drill, rule, since);

async function inPromql(
  { prometheus }: Pick<RunningDrill, 'prometheus'>,
  query: string,
  since: number,
): Promise<Found> {
  const to = Date.now();
  const observed = async (expr: string) => observedPart(await prometheus.queryRange(expr, to, to, 1_000));
  const outer = tryRead(() => outerComparison(query));
  const comparison = outer ?? (await heldComparison(observed, query));
  const bool = tryRead(() => boolComparison(query));
  const versus = outer
    ? undefined
    : await pairNow(async (expr) => await prometheus.queryRange(expr, to, to, 1_000), query);
  const window = { alert: '', labels: {}, injectedAt: since, fromMs: since, toMs: to, stepMs: 1_000 };
  return {
    query,
    ...(comparison && Number.isFinite(comparison.threshold)
      ? { comparison: { ...comparison, ...(await observed(comparison.left)) } }
      : {}),
    ...(versus ? { versus } : {}),
    ...(bool ? { bool: { ...bool, ...(await observed(bool.left)) } } : {}),
    isConstant: tryRead(() => isConstant(query)) ?? false,
    unread: (await selectors(prometheus, query, window)).filter(({ series }) => series === 0),
  };
}

/** Of a query with several comparisons with numbers, the first that holds now; if none does, the first. */
export async function heldComparison(
  observed: (expr: string) => Promise<Pick<NonNullable<RuleNoise['comparison']>, 'observed'>>,
  query: string,
): Promise<Omit<NonNullable<RuleNoise['comparison']>, 'observed'> | undefined> {
  const all = (tryRead(() => conditionsOf(query)) ?? []).flatMap(
    ({ text, left, operator, threshold, bool }) =>
      left === undefined || operator === undefined || threshold === undefined || bool
        ? []
        : [{ text, comparison: { left, operator, threshold } }],
  );
  for (const { text, comparison } of all) if ((await observed(text)).observed) return comparison;
  return all[0]?.comparison;
}

/** The first comparison between vectors in a query, with the pair for which it holds most clearly. */
async function pairNow(ask: Ask, query: string): Promise<RuleNoise['versus']> {
  for (const { left, right, operator, paired } of tryRead(() => conditionsOf(query)) ?? []) {
    if (!paired || left === undefined || right === undefined || operator === undefined) continue;
    const pair = await foremostPair(ask, paired, operator);
    if (pair) return { ...pair, expressions: { left, right }, operator };
  }
  return undefined;
}

async function inGrafana(drill: RunningDrill, rule: EvaluatedRule, since: number): Promise<Found> {
  const { grafana, loki, stack } = drill;
  const definition = ((await grafana?.reader.definitions()) ?? []).find(
    ({ title, ruleGroup }) => title === rule.name && ruleGroup === rule.group,
  );
  if (!grafana || !definition) return { ...nothingFound, query: rule.query };
  const { reader } = grafana;
  const types = new Map((await reader.dataSources()).map(({ uid, type }) => [uid, type]));
  const comparisons = queryComparisonsOf(definition.condition, definition.data);
  const [first] = comparisons;
  const to = Date.now();
  const tenant = lokiTenant(stack.files);
  const unread: Selector[] = [];
  let observed: Pick<NonNullable<RuleNoise['comparison']>, 'observed'> = {};
  for (const { datasourceUid, model } of definition.data) {
    const type = types.get(datasourceUid);
    if (typeof model.expr !== 'string') continue;
    const { expr } = model;
    if (type === 'prometheus') {
      const prometheus = grafana.prometheusOf(datasourceUid);
      unread.push(...(await inPromql({ prometheus }, expr, since)).unread);
      if (first?.expr === expr.trim())
        observed = observedPart(await queryReducedRange(prometheus, first, to, to, 1_000));
    } else if (type === 'loki' && loki) {
      const asked = tenant === undefined ? loki : loki.as(tenant);
      const all = await logSelectors(loki, tenant ?? loki.tenant, expr, { fromMs: since, toMs: to });
      unread.push(...all.filter(({ series }) => series === 0));
      if (first?.expr === expr.trim())
        observed = observedPart(await queryReducedRange(asked, first, to, to, 1_000));
    }
  }
  const { noDataState, execErrState } = definition;
  return {
    query: comparisons.map(queryComparisonText).join(' or ') || rule.query,
    ...(first && Number.isFinite(first.threshold)
      ? {
          comparison: {
            left: comparedBy(first),
            operator: first.operator,
            threshold: first.threshold,
            ...observed,
          },
        }
      : {}),
    isConstant: false,
    unread,
    ...(noDataState === undefined ? {} : { noDataState }),
    ...(execErrState === undefined ? {} : { execErrState }),
  };
}

function observedPart({ series }: Pick<RangeResult, 'series'>) {
  const observed = observedRange(series);
  return observed ? { observed } : {};
}
