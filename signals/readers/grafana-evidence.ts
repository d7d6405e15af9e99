import {
  type Arm,
  comparedBy,
  type Demand,
  demandOf,
  meets,
  textOfArm,
} from '../../core/grafana-condition.ts';
import type { AlertEvidence, Condition, Recording, Selector } from '../../core/record.ts';
import { conditions } from './conditions-evidence.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import type { GrafanaReader, GrafanaRule } from './grafana.ts';
import { grafanaStates } from './grafana-states.ts';
import { alertHops } from './hops.ts';
import { logSelectors } from './log-evidence.ts';
import type { LokiReader } from './loki.ts';
import { byLikeness } from './nearest.ts';
import type { PrometheusReader } from './prometheus.ts';
import { mostSamples, selectors, sides } from './promql-evidence.ts';
import { recordingsBehind } from './recordings-evidence.ts';
import { reducedTruth } from './reduce-series.ts';
import { owns } from './rule-identity.ts';
import { hasLabels, labelsKey, type Series } from './series.ts';
import { foremost, observedRange, thin, trueStretches } from './series-summary.ts';
import type { GrafanaWatch } from './watch-grafana.ts';
import { pacedRecording, quantilesWithoutLe, windows } from './windows-evidence.ts';

/** Who is asked about an alert that Grafana manages. */
export interface GrafanaSources {
  readonly grafana: Pick<GrafanaReader, 'definitions' | 'dataSources' | 'contactPoints' | 'rules'>;
  readonly watch: Pick<GrafanaWatch, 'alerts' | 'states' | 'errors'>;
  readonly prometheus: PrometheusReader;
  readonly loki?: LokiReader | undefined;
  /** The tenant as which Grafana asks Loki; default: the reader's own. */
  readonly tenant?: string | undefined;
}

type Definition = Awaited<ReturnType<GrafanaReader['definitions']>>[number];

/** What the rule demands, each arm with what it was. */
type AskedDemand =
  | { readonly kind: 'arm'; readonly asked: Asked }
  | { readonly kind: 'and' | 'or'; readonly sides: readonly AskedDemand[] };

/** An arm of the rule, in the language of its data source, and what it was. */
interface Asked {
  readonly arm: Arm;
  readonly language: 'promql' | 'logql' | undefined;
  readonly series: readonly Series[];
  readonly error?: string;
}

/**
 * Collects what is known of one alert that Grafana manages. The route, and the hops that others know, are left to the
 * caller.
 *
 * @param rule Grafana's rule of that name.
 * @param names of every loaded rule.
 * @throws FiredrillError `broken` when a component does not answer.
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
  const demand = definition && (await askArms(sources, definition, request));
  const asked = demand ? askedIn(demand) : [];
  const rules = await sources.grafana.rules();
  // Grafana has two rules of one name in different folders only, and says on each alert in which.
  const isOwn = (labels: Readonly<Record<string, string>>) =>
    owns(rule, rules, labels) && [undefined, rule.folder].includes(labels.grafana_folder);
  const states = grafanaStates(
    watch.states().filter(({ labels }) => isOwn(labels)),
    alert,
  );
  const held = watch
    .alerts()
    .filter(({ labels, goneAt = toMs }) => labels.alertname === alert && isOwn(labels) && goneAt >= fromMs);
  const stretches = trueStretches(demand ? whenTrue(demand) : [], stepMs);
  // What an autopsy does with sides, it does by the grammar of PromQL.
  const [promql] = exprsIn(asked, 'logql').length > 0 ? [] : exprsIn(asked, 'promql');
  return {
    alert,
    manager: 'grafana',
    rule: {
      ...ruleEvidence(sources, rule, demand, request),
      namesakes: rules.filter(({ name }) => name === rule.name).length - 1,
      // Grafana itself calls such a rule healthy.
      ...(definition?.isPaused ? { health: 'paused' } : {}),
    },
    rulesNearby: byLikeness(alert, names),
    selectors: await selectorsOf(sources, asked, request),
    ...nearestComparison(asked, request),
    ...(demand ? { conditions: await conditionsOf(sources, demand, request) } : {}),
    ...(await behind(sources, rule, asked, request)),
    sides: promql === undefined ? [] : await sides(sources.prometheus, promql, request),
    trueStretches: stretches,
    pending: [...states.pending],
    firing: [...states.firing],
    alertmanager: held.map(({ goneAt: _, ...one }) => one),
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
  demand: AskedDemand | undefined,
  { alert, injectedAt }: EvidenceRequest,
): NonNullable<AlertEvidence['rule']> {
  const { folder, group, forMs, intervalMs, labels, annotations } = rule;
  const errors = watch
    .errors()
    .filter((error) => error.alert === alert && error.folder === folder && error.at >= injectedAt);
  const refused = (demand ? askedIn(demand) : []).find(({ error }) => error !== undefined)?.error ?? '';
  return {
    file: folder,
    group,
    query: demand ? textOf(demand) : rule.query,
    forMs,
    keepFiringForMs: 0,
    intervalMs,
    labels,
    annotations,
    health: errors.length > 0 ? 'error' : rule.health,
    lastError: errors[0]?.message ?? (rule.lastError || refused),
  };
}

const definitionOf = (rule: GrafanaRule, all: readonly Definition[]): Definition | undefined => {
  const named = all.filter(({ title, ruleGroup }) => title === rule.name && ruleGroup === rule.group);
  // Groups of one name may stand in several folders.
  const alike = named.find(({ labels }) => labelsKey(labels ?? {}) === labelsKey(rule.labels));
  return alike ?? named[0] ?? all.find(({ title }) => title === rule.name);
};

/** What the rule's queries gave, before their comparison; none for a rule of a form that is not known. */
async function askArms(
  sources: GrafanaSources,
  definition: Definition,
  request: EvidenceRequest,
): Promise<AskedDemand | undefined> {
  const { grafana, prometheus, loki, tenant } = sources;
  const types = new Map((await grafana.dataSources()).map(({ uid, type }) => [uid, type]));
  const { fromMs, toMs, stepMs } = request;
  const askArm = async (arm: Arm): Promise<Asked> => {
    const type = types.get(arm.datasourceUid);
    const range = [arm, fromMs, toMs, stepMs] as const;
    if (type === 'prometheus')
      return { arm, language: 'promql', ...(await reducedTruth(prometheus, ...range)) };
    if (type !== 'loki' || !loki) return { arm, language: undefined, series: [] };
    const reader = tenant === undefined ? loki : loki.as(tenant);
    return { arm, language: 'logql', ...(await reducedTruth(reader, ...range)) };
  };
  const ask = async (demand: Demand): Promise<AskedDemand> =>
    demand.kind === 'arm'
      ? { kind: 'arm', asked: await askArm(demand.arm) }
      : { kind: demand.kind, sides: await Promise.all(demand.sides.map(ask)) };
  const demand = demandOf(definition.condition, definition.data);
  return demand && (await ask(demand));
}

const askedIn = (demand: AskedDemand): Asked[] =>
  demand.kind === 'arm' ? [demand.asked] : demand.sides.flatMap(askedIn);

const exprsIn = (asked: readonly Asked[], language: Asked['language']) =>
  asked.filter((one) => one.language === language).map(({ arm }) => arm.expr);

function textOf(demand: AskedDemand): string {
  if (demand.kind === 'arm') return textOfArm(demand.asked.arm);
  const each = demand.sides.map((side) => (side.kind === 'arm' ? textOf(side) : `(${textOf(side)})`));
  return each.join(` ${demand.kind} `);
}

/** The series of a demand, with the samples at which it held. */
function whenTrue(demand: AskedDemand): Series[] {
  if (demand.kind === 'arm') {
    const { arm, series } = demand.asked;
    return series.map((one) => ({ ...one, samples: one.samples.filter(([, value]) => meets(value, arm)) }));
  }
  const [first = [], ...others] = demand.sides.map(whenTrue);
  return demand.kind === 'or' ? [first, ...others].flat() : others.reduce(both, first);
}

/** Grafana pairs series of which one has all labels of the other. */
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

/** What the rule demands in the form of PromQL's conditions, those inside of an arm's query below it. */
async function conditionsOf(
  { prometheus }: GrafanaSources,
  demand: AskedDemand,
  request: EvidenceRequest,
): Promise<Condition[]> {
  const found: Condition[] = [];
  const since = (series: readonly Series[]) =>
    series.map((one) => ({ ...one, samples: one.samples.filter(([at]) => at >= request.injectedAt) }));
  async function add(one: AskedDemand, parent: number | undefined): Promise<void> {
    const held = trueStretches(since(whenTrue(one)), request.stepMs);
    const of = parent === undefined ? {} : { parent };
    const own = found.length;
    if (one.kind !== 'arm') {
      found.push({ kind: one.kind, text: textOf(one), ...of, held });
      for (const side of one.sides) await add(side, own);
      return;
    }
    const { arm, language, series } = one.asked;
    const { expr, operator, threshold } = arm;
    const left = comparedBy(arm);
    const observed = observedRange(since(series));
    found.push({
      kind: 'comparison',
      text: textOfArm(arm),
      ...of,
      ...{ left, operator, threshold, held },
      ...(observed ? { observed } : {}),
    });
    if (language !== 'promql' || observed) return;
    for (const { parent: inner = -1, ...condition } of await conditions(prometheus, expr, request)) {
      // The outermost inner one is part of the arm.
      found.push({ ...condition, parent: own + 1 + inner });
    }
  }
  await add(demand, undefined);
  return found;
}

/** Recording rules, windows and buckets behind the queries in PromQL. */
async function behind(
  { prometheus }: GrafanaSources,
  rule: GrafanaRule,
  asked: readonly Asked[],
  request: EvidenceRequest,
): Promise<Pick<AlertEvidence, 'recordings' | 'windows' | 'quantiles'>> {
  const { configured } = request;
  const written = configured?.writtenArms(rule) ?? [];
  const queries = asked.flatMap(({ language, arm }, i) =>
    language === 'promql' ? [{ used: arm.expr, written: written[i] }] : [],
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
    windows: await windows(prometheus, expressions, configured?.factor ?? 1, request),
    quantiles: await quantilesWithoutLe(
      prometheus,
      expressions.map(({ used }) => used),
      request,
    ),
  };
}

async function selectorsOf(
  { prometheus, loki, tenant }: GrafanaSources,
  asked: readonly Asked[],
  request: EvidenceRequest,
): Promise<Selector[]> {
  const found: Selector[] = [];
  for (const expr of exprsIn(asked, 'promql')) found.push(...(await selectors(prometheus, expr, request)));
  if (!loki) return found;
  for (const expr of exprsIn(asked, 'logql')) {
    found.push(...(await logSelectors(loki, tenant ?? loki.tenant, expr, request)));
  }
  return found;
}

/** Of several arms the one that came nearest to its threshold since the injection, as a share of it. */
function nearestComparison(
  asked: readonly Asked[],
  { injectedAt }: EvidenceRequest,
): Pick<AlertEvidence, 'comparison'> {
  const compared = asked.map(({ arm, series }) => {
    const { operator, threshold } = arm;
    const since = series.map((one) => ({ ...one, samples: one.samples.filter(([at]) => at >= injectedAt) }));
    const observed = observedRange(since);
    const reach = operator.startsWith('>') ? (observed?.max ?? -Infinity) : -(observed?.min ?? Infinity);
    return {
      share: reach / (Math.abs(threshold) || 1),
      comparison: {
        left: comparedBy(arm),
        operator,
        threshold,
        ...(observed ? { observed } : {}),
        samples: thin(foremost(since, operator), mostSamples),
      },
    };
  });
  const [nearest] = compared.toSorted((a, b) => b.share - a.share);
  return nearest ? { comparison: nearest.comparison } : {};
}
