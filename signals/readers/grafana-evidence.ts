import {
  comparedBy,
  meets,
  type QueryComparison,
  queryComparisonText,
  type RuleCondition,
  ruleConditionOf,
} from '../../core/grafana-condition.ts';
import { hasLabels, labelsKey } from '../../core/labels.ts';
import type { AlertEvidence, ConditionEvidence, Recording, Selector } from '../../core/record.ts';
import { namesNearby } from '../../core/similar-names.ts';
import { conditions, goneOf } from './conditions-evidence.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import type { GrafanaReader, GrafanaRule } from './grafana.ts';
import { grafanaStates } from './grafana-states.ts';
import { alertHops } from './hops.ts';
import { logSelectors } from './log-evidence.ts';
import type { LokiReader } from './loki.ts';
import type { PrometheusReader } from './prometheus.ts';
import { maxSamples, selectors, sides } from './promql-evidence.ts';
import { recordingsBehind } from './recordings-evidence.ts';
import { queryReducedRange } from './reduce-series.ts';
import { owns } from './rule-identity.ts';
import type { Series } from './series.ts';
import { closestToThreshold, downsample, observedRange, trueStretches } from './series-summary.ts';
import { asRecorded } from './watch-alerts.ts';
import type { GrafanaWatch } from './watch-grafana.ts';
import { pacedRecording, windowsAndQuantiles } from './windows-evidence.ts';

/** The sources of evidence about an alert of Grafana. */
export interface GrafanaSources {
  readonly grafana: Pick<GrafanaReader, 'definitions' | 'dataSources' | 'contactPoints' | 'rules'>;
  readonly watch: Pick<GrafanaWatch, 'alerts' | 'states' | 'errors'>;
  readonly prometheus: PrometheusReader;
  readonly loki?: LokiReader | undefined;
  /** The Loki tenant of Grafana's data source; default: the reader's own. */
  readonly tenant?: string | undefined;
}

type Definition = Awaited<ReturnType<GrafanaReader['definitions']>>[number];

/** The rule's condition, each comparison with its values. */
type QueriedCondition =
  | { readonly kind: 'comparison'; readonly queried: QueriedComparison }
  | { readonly kind: 'and' | 'or'; readonly sides: readonly QueriedCondition[] };

/** A comparison in the rule, the query language of its data source, and its values. */
interface QueriedComparison {
  readonly comparison: QueryComparison;
  readonly language: 'promql' | 'logql' | undefined;
  readonly series: readonly Series[];
  readonly error?: string;
}

/**
 * Collects the evidence about one alert of Grafana. The caller adds the route and the hops from other sources.
 *
 * @param rule the alert's rule.
 * @param names names of every loaded rule.
 * @throws FiredrillError `broken` if a component does not respond.
 */
export async function collectGrafanaEvidence(
  sources: GrafanaSources,
  rule: GrafanaRule,
  names: readonly string[],
  request: EvidenceRequest,
): Promise<AlertEvidence> {
  const { watch } = sources;
  const { alert, fromMs, toMs, stepMs } = request;
  const definition = definitionOf(rule, await sources.grafana.definitions());
  const types = new Map((await sources.grafana.dataSources()).map(({ uid, type }) => [uid, type]));
  const condition = definition && (await queryCondition(sources, definition, types, request));
  const queried = condition ? queriedIn(condition) : [];
  const queries = condition
    ? queried.map(({ language, comparison: { expr } }) => ({ language, expr }))
    : queriesIn(definition, types);
  const rules = await sources.grafana.rules();
  // Rules of one name are in different folders, and each alert has its folder as a label.
  const isOwn = (labels: Readonly<Record<string, string>>) =>
    owns(rule, rules, labels) && [undefined, rule.folder].includes(labels.grafana_folder);
  const states = grafanaStates(
    watch.states().filter(({ labels }) => isOwn(labels)),
    alert,
  );
  const held = watch
    .alerts()
    .filter(({ labels, goneAt = toMs }) => labels.alertname === alert && isOwn(labels) && goneAt >= fromMs);
  const stretches = trueStretches(condition ? seriesWhileTrue(condition) : [], stepMs);
  // The autopsy compares sides by PromQL's grammar only.
  const [promql] = exprsIn(queries, 'logql').length > 0 || !condition ? [] : exprsIn(queries, 'promql');
  return {
    alert,
    manager: 'grafana',
    rule: {
      ...ruleEvidence(sources, rule, condition, request),
      namesakes: rules.filter(({ name }) => name === rule.name).length - 1,
      // Grafana reports a paused rule as healthy.
      ...(definition?.isPaused ? { health: 'paused' } : {}),
      ...(definition?.noDataState === undefined ? {} : { noDataState: definition.noDataState }),
    },
    rulesNearby: namesNearby(alert, names),
    selectors: await selectorsOf(sources, queries, request),
    ...nearestComparison(queried, request),
    ...(condition ? { conditions: await conditionsOf(sources, condition, request) } : {}),
    ...(await recordingEvidence(sources, rule, queries, request)),
    sides: promql === undefined ? [] : await sides(sources.prometheus, promql, request),
    trueStretches: stretches,
    pending: [...states.pending],
    firing: [...states.firing],
    alertmanager: held.map(asRecorded),
    contactPoints: (await sources.grafana.contactPoints()).map(({ name, integrations }) => ({
      name,
      kinds: integrations.map(({ type }) => type),
    })),
    hops: alertHops({ ...request, manager: 'grafana', stretches, states, held }),
  };
}

function ruleEvidence(
  { watch }: GrafanaSources,
  rule: GrafanaRule,
  condition: QueriedCondition | undefined,
  { alert, injectedAt }: EvidenceRequest,
): NonNullable<AlertEvidence['rule']> {
  const { folder, group, forMs, intervalMs, labels, annotations } = rule;
  const errors = watch
    .errors()
    .filter((error) => error.alert === alert && error.folder === folder && error.at >= injectedAt);
  const refused =
    (condition ? queriedIn(condition) : []).find(({ error }) => error !== undefined)?.error ?? '';
  return {
    file: folder,
    group,
    query: condition ? textOf(condition) : rule.query,
    forMs,
    keepFiringForMs: 0,
    intervalMs,
    labels,
    annotations,
    health: errors.length > 0 ? 'error' : rule.health,
    lastError: errors[0]?.message ?? (rule.lastError || refused),
  };
}

/** The uid of the first data source of a type that a rule asks; `undefined` if it asks none. */
export async function dataSourceOf(
  grafana: Pick<GrafanaReader, 'definitions' | 'dataSources'>,
  rule: GrafanaRule,
  type: string,
): Promise<string | undefined> {
  const own = new Set((await grafana.dataSources()).flatMap((one) => (one.type === type ? [one.uid] : [])));
  const asked = definitionOf(rule, await grafana.definitions())?.data ?? [];
  return asked.find(({ datasourceUid }) => own.has(datasourceUid))?.datasourceUid;
}

const definitionOf = (rule: GrafanaRule, all: readonly Definition[]): Definition | undefined => {
  const named = all.filter(({ title, ruleGroup }) => title === rule.name && ruleGroup === rule.group);
  // Groups of one name may be in several folders.
  const alike = named.find(({ labels }) => labelsKey(labels ?? {}) === labelsKey(rule.labels));
  return alike ?? named[0] ?? all.find(({ title }) => title === rule.name);
};

/** Queries each comparison of the rule's condition; `undefined` for a condition that is not supported. */
async function queryCondition(
  { prometheus, loki, tenant }: GrafanaSources,
  definition: Definition,
  types: ReadonlyMap<string, string>,
  request: EvidenceRequest,
): Promise<QueriedCondition | undefined> {
  const { fromMs, toMs, stepMs } = request;
  const queryComparison = async (comparison: QueryComparison): Promise<QueriedComparison> => {
    const type = types.get(comparison.datasourceUid);
    const range = [comparison, fromMs, toMs, stepMs] as const;
    if (type === 'prometheus')
      return { comparison, language: 'promql', ...(await queryReducedRange(prometheus, ...range)) };
    if (type !== 'loki' || !loki) return { comparison, language: undefined, series: [] };
    const reader = tenant === undefined ? loki : loki.as(tenant);
    return { comparison, language: 'logql', ...(await queryReducedRange(reader, ...range)) };
  };
  const ask = async (condition: RuleCondition): Promise<QueriedCondition> =>
    condition.kind === 'comparison'
      ? { kind: 'comparison', queried: await queryComparison(condition.comparison) }
      : { kind: condition.kind, sides: await Promise.all(condition.sides.map(ask)) };
  const condition = ruleConditionOf(definition.condition, definition.data);
  return condition && (await ask(condition));
}

const queriedIn = (condition: QueriedCondition): QueriedComparison[] =>
  condition.kind === 'comparison' ? [condition.queried] : condition.sides.flatMap(queriedIn);

/** A query of the rule. */
interface Query {
  readonly language: QueriedComparison['language'];
  readonly expr: string;
}

/** Returns all queries of a rule. Used if its condition is not supported. */
const queriesIn = (definition: Definition | undefined, types: ReadonlyMap<string, string>): Query[] =>
  (definition?.data ?? []).flatMap(({ datasourceUid, model }) => {
    const language = languages[types.get(datasourceUid) ?? ''];
    return language && typeof model.expr === 'string' ? [{ language, expr: model.expr.trim() }] : [];
  });

const languages: Readonly<Record<string, Query['language']>> = { prometheus: 'promql', loki: 'logql' };

const exprsIn = (queries: readonly Query[], language: Query['language']) =>
  queries.filter((one) => one.language === language).map(({ expr }) => expr);

function textOf(condition: QueriedCondition): string {
  if (condition.kind === 'comparison') return queryComparisonText(condition.queried.comparison);
  const each = condition.sides.map((side) =>
    side.kind === 'comparison' ? textOf(side) : `(${textOf(side)})`,
  );
  return each.join(` ${condition.kind} `);
}

/** The series of a condition, with the samples at which it held. */
function seriesWhileTrue(condition: QueriedCondition): Series[] {
  if (condition.kind === 'comparison') {
    const { comparison, series } = condition.queried;
    return series.map((one) => ({
      ...one,
      samples: one.samples.filter(([, value]) => meets(value, comparison)),
    }));
  }
  const [first = [], ...others] = condition.sides.map(seriesWhileTrue);
  return condition.kind === 'or' ? [first, ...others].flat() : others.reduce(both, first);
}

const since = (series: readonly Series[], from: number): Series[] =>
  series.map((one) => ({ ...one, samples: one.samples.filter(([at]) => at >= from) }));

/** Grafana pairs two series if one has all labels of the other. */
const both = (left: readonly Series[], right: readonly Series[]): Series[] =>
  left.flatMap((one) =>
    right
      .filter((other) => hasLabels(one.labels, other.labels) || hasLabels(other.labels, one.labels))
      .map((other) => {
        const times = new Set(other.samples.map(([at]) => at));
        const labels = { ...one.labels, ...other.labels };
        return { labels, samples: one.samples.filter(([at]) => times.has(at)) };
      }),
  );

/**
 * The rule's conditions in the format of PromQL conditions. Conditions inside a comparison's query are its children.
 */
async function conditionsOf(
  { prometheus }: GrafanaSources,
  condition: QueriedCondition,
  request: EvidenceRequest,
): Promise<ConditionEvidence[]> {
  const found: ConditionEvidence[] = [];
  const { injectedAt } = request;
  async function add(one: QueriedCondition, parent: number | undefined): Promise<void> {
    const held = trueStretches(since(seriesWhileTrue(one), injectedAt), request.stepMs);
    const of = parent === undefined ? {} : { parent };
    const own = found.length;
    if (one.kind !== 'comparison') {
      found.push({ kind: one.kind, text: textOf(one), ...of, held });
      for (const side of one.sides) await add(side, own);
      return;
    }
    const { comparison, language, series } = one.queried;
    const { expr, operator, threshold } = comparison;
    const left = comparedBy(comparison);
    const observed = observedRange(since(series, injectedAt));
    found.push({
      kind: 'comparison',
      text: queryComparisonText(comparison),
      ...of,
      ...{ left, operator, threshold, held },
      ...(observed ? { observed } : {}),
      ...goneOf(since(series, injectedAt), request.toMs, request.stepMs),
    });
    if (language !== 'promql' || observed) return;
    for (const { parent: inner = -1, ...condition } of await conditions(prometheus, expr, request)) {
      // The outermost condition of the query becomes a child of the comparison.
      found.push({ ...condition, parent: own + 1 + inner });
    }
  }
  await add(condition, undefined);
  return found;
}

/** Recording rules, windows and buckets of the PromQL queries. */
async function recordingEvidence(
  { prometheus }: GrafanaSources,
  rule: GrafanaRule,
  all: readonly Query[],
  request: EvidenceRequest,
): Promise<Pick<AlertEvidence, 'recordings' | 'windows' | 'quantiles'>> {
  const { configured } = request;
  const written = configured?.writtenQueries(rule) ?? [];
  const queries = all.flatMap(({ language, expr }, i) =>
    language === 'promql' ? [{ used: expr, written: written[i] }] : [],
  );
  const [first] = queries;
  if (!first) return {};
  const recordings: Recording[] = [];
  for (const { used } of queries) {
    const known = recordings.map(({ metric }) => metric);
    const more = await recordingsBehind(prometheus, used, request);
    recordings.push(...more.filter(({ metric }) => !known.includes(metric)));
  }
  const expressions = [...queries, ...recordings.map(pacedRecording)];
  return {
    recordings,
    ...(await windowsAndQuantiles(prometheus, expressions, request)),
  };
}

async function selectorsOf(
  { prometheus, loki, tenant }: GrafanaSources,
  queries: readonly Query[],
  request: EvidenceRequest,
): Promise<Selector[]> {
  const found: Selector[] = [];
  for (const expr of exprsIn(queries, 'promql')) found.push(...(await selectors(prometheus, expr, request)));
  if (!loki) return found;
  for (const expr of exprsIn(queries, 'logql')) {
    found.push(...(await logSelectors(loki, tenant ?? loki.tenant, expr, request)));
  }
  return found;
}

/** The comparison that came closest to its threshold since the injection, relative to the threshold. */
function nearestComparison(
  queried: readonly QueriedComparison[],
  { injectedAt }: EvidenceRequest,
): Pick<AlertEvidence, 'comparison'> {
  const compared = queried.map(({ comparison, series }) => {
    const { operator, threshold } = comparison;
    const read = since(series, injectedAt);
    const observed = observedRange(read);
    const reach = operator.startsWith('>') ? (observed?.max ?? -Infinity) : -(observed?.min ?? Infinity);
    return {
      share: reach / (Math.abs(threshold) || 1),
      comparison: {
        left: comparedBy(comparison),
        operator,
        threshold,
        ...(observed ? { observed } : {}),
        samples: downsample(closestToThreshold(read, operator), maxSamples),
      },
    };
  });
  const [nearest] = compared.toSorted((a, b) => b.share - a.share);
  return nearest ? { comparison: nearest.comparison } : {};
}
