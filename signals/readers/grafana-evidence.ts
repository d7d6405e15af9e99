import type { AlertEvidence, Selector } from '../../core/record.ts';
import type { EvidenceRequest } from './alert-evidence.ts';
import { bornWithFault } from './born.ts';
import type { GrafanaReader, GrafanaRule } from './grafana.ts';
import { type Arm, armsOf, meets, textOfArm } from './grafana-condition.ts';
import { grafanaStates } from './grafana-states.ts';
import { alertHops } from './hops.ts';
import { logSelectors } from './log-evidence.ts';
import type { LokiReader } from './loki.ts';
import { byLikeness } from './nearest.ts';
import type { PrometheusReader } from './prometheus.ts';
import { mostSamples, selectors, sides } from './promql-evidence.ts';
import type { Series } from './series.ts';
import { foremost, observedRange, thin, trueStretches } from './truth.ts';
import type { GrafanaWatch } from './watch-grafana.ts';

/** Who is asked about an alert that Grafana manages. */
export interface GrafanaSources {
  readonly grafana: Pick<GrafanaReader, 'definitions' | 'dataSources' | 'contactPoints'>;
  readonly watch: Pick<GrafanaWatch, 'alerts' | 'states' | 'errors'>;
  readonly prometheus: PrometheusReader;
  readonly loki?: LokiReader | undefined;
  /** The tenant as which Grafana asks Loki; default: the reader's own. */
  readonly tenant?: string | undefined;
}

type Definition = Awaited<ReturnType<GrafanaReader['definitions']>>[number];

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
  const definition = (await sources.grafana.definitions()).find(({ title }) => title === rule.name);
  const asked = definition ? await askArms(sources, definition, request) : [];
  const states = grafanaStates(watch.states(), alert);
  const held = watch
    .alerts()
    .filter(({ labels, goneAt = toMs }) => labels.alertname === alert && goneAt >= fromMs);
  const stretches = trueStretches(asked.flatMap(whenTrue), stepMs);
  // What an autopsy does with sides, it does by the grammar of PromQL.
  const [promql] = exprsIn(asked, 'logql').length > 0 ? [] : exprsIn(asked, 'promql');
  return {
    alert,
    manager: 'grafana',
    rule: {
      ...ruleEvidence(sources, rule, asked, request),
      // Grafana itself calls such a rule healthy.
      ...(definition?.isPaused ? { health: 'paused' } : {}),
    },
    rulesNearby: byLikeness(alert, names),
    selectors: await selectorsOf(sources, asked, request),
    ...nearestComparison(asked, request),
    sides: promql === undefined ? [] : await sides(sources.prometheus, promql, request),
    born: promql === undefined ? [] : await bornWithFault(sources.prometheus, promql, request),
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
  asked: readonly Asked[],
  { alert, injectedAt }: EvidenceRequest,
): NonNullable<AlertEvidence['rule']> {
  const { folder, group, forMs, intervalMs, labels, annotations } = rule;
  const errors = watch.errors().filter((error) => error.alert === alert && error.at >= injectedAt);
  const refused = asked.find(({ error }) => error !== undefined)?.error ?? '';
  return {
    file: folder,
    group,
    query: asked.map(({ arm }) => textOfArm(arm)).join(' or ') || rule.query,
    forMs,
    keepFiringForMs: 0,
    intervalMs,
    labels,
    annotations,
    health: errors.length > 0 ? 'error' : rule.health,
    lastError: errors[0]?.message ?? (rule.lastError || refused),
  };
}

/** What the rule's queries gave, before their comparison; none for a rule of a form that is not known. */
async function askArms(
  sources: GrafanaSources,
  definition: Definition,
  request: EvidenceRequest,
): Promise<Asked[]> {
  const { grafana, prometheus, loki, tenant } = sources;
  const types = new Map((await grafana.dataSources()).map(({ uid, type }) => [uid, type]));
  const { fromMs, toMs, stepMs } = request;
  return await Promise.all(
    armsOf(definition.condition, definition.data).map(async (arm): Promise<Asked> => {
      const type = types.get(arm.datasourceUid);
      const range = [arm.expr, fromMs, toMs, stepMs] as const;
      if (type === 'prometheus')
        return { arm, language: 'promql', ...(await prometheus.rangeTruth(...range)) };
      if (type !== 'loki' || !loki) return { arm, language: undefined, series: [] };
      const reader = tenant === undefined ? loki : loki.as(tenant);
      return { arm, language: 'logql', ...(await reader.rangeTruth(...range)) };
    }),
  );
}

const exprsIn = (asked: readonly Asked[], language: Asked['language']) =>
  asked.filter((one) => one.language === language).map(({ arm }) => arm.expr);

const whenTrue = ({ arm, series }: Asked): Series[] =>
  series.map((one) => ({ ...one, samples: one.samples.filter(([, value]) => meets(value, arm)) }));

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
  const compared = asked.map(({ arm: { expr, operator, threshold }, series }) => {
    const since = series.map((one) => ({ ...one, samples: one.samples.filter(([at]) => at >= injectedAt) }));
    const observed = observedRange(since);
    const reach = operator.startsWith('>') ? (observed?.max ?? -Infinity) : -(observed?.min ?? Infinity);
    return {
      share: reach / (Math.abs(threshold) || 1),
      comparison: {
        left: expr,
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
