import { map, maps } from '../../configuration/files/yaml.ts';
import type { GrafanaReader, GrafanaRule } from '../../signals/readers/grafana.ts';

/** How recently a rule must have been evaluated to count as quiet. */
export interface Freshness {
  /** The rule must have been evaluated since then, in epoch milliseconds. */
  readonly since: number;
  /** A rule with a longer evaluation interval than this is not waited for, in milliseconds. */
  readonly everyMs: number;
}

/** Why Grafana is not ready, one sentence for each reason. */
export interface GrafanaUnready {
  /** Rules and contact points that could not page now. */
  readonly inactive: readonly string[];
  /** Rules that are evaluated, but were last evaluated before the traffic was warm. */
  readonly stale: readonly string[];
}

/**
 * Returns why Grafana is not ready. A rule that has not been evaluated yet would not page. Until the provisioned
 * notification policy is active, pages go to another receiver. A rule that was last evaluated before the traffic was warm
 * may become pending at its next evaluation because of data from before the fault. A rule that fails or has no data on
 * warm traffic counts as ready, because waiting does not change it.
 */
export async function grafanaUnready(
  grafana: GrafanaReader | undefined,
  { since, everyMs }: Freshness,
): Promise<GrafanaUnready> {
  if (!grafana) return { inactive: [], stale: [] };
  const [all, points, policy] = await Promise.all([
    grafana.rules(),
    grafana.contactPoints(),
    grafana.policy(),
  ]);
  const activeContactPoints = points.filter(({ active }) => active).map(({ name }) => name);
  // `lastEvaluationAt` is the scheduler's tick. The evaluation itself runs up to one tick later.
  const isStale = ({ lastEvaluationAt = 0, intervalMs }: GrafanaRule) =>
    lastEvaluationAt < since && intervalMs <= everyMs;
  const isNew = ({ lastEvaluationAt }: GrafanaRule) => lastEvaluationAt === undefined;
  const rules = await withoutPaused(
    grafana,
    all.filter((rule) => isNew(rule) || isStale(rule)),
  );
  return {
    inactive: [
      ...rules.filter(isNew).map(({ name }) => `Grafana has not evaluated rule ${name} yet`),
      ...[...new Set(receiversOf(policy))]
        .filter((name) => !activeContactPoints.includes(name))
        .map((name) => `Grafana's policy is not in force yet: contact point ${name} is not at work`),
    ],
    stale: rules
      .filter((rule) => !isNew(rule))
      .map(({ name }) => `Grafana has not evaluated rule ${name} on warm traffic yet`),
  };
}

/** Grafana does not evaluate paused rules, so waiting for them is useless. A drill that expects such a page reports the pause. */
async function withoutPaused(grafana: GrafanaReader, rules: readonly GrafanaRule[]): Promise<GrafanaRule[]> {
  if (rules.length === 0) return [];
  const paused = (await grafana.definitions()).filter(({ isPaused }) => isPaused);
  return rules.filter(
    ({ name, group }) => !paused.some(({ title, ruleGroup }) => title === name && ruleGroup === group),
  );
}

/** Returns every contact point that a policy or its child policies name. */
function receiversOf(policy: unknown): string[] {
  const { receiver, routes } = map(policy);
  return [...(typeof receiver === 'string' ? [receiver] : []), ...maps(routes).flatMap(receiversOf)];
}
