import { map, maps } from '../../configuration/files/yaml.ts';
import type { GrafanaReader, GrafanaRule } from '../../signals/readers/grafana.ts';

/** What a rule must have seen before it counts as quiet. */
export interface Freshness {
  /** Since when, epoch milliseconds. */
  readonly since: number;
  /** A rule that is evaluated less often than this is not waited for. Milliseconds. */
  readonly everyMs: number;
}

/** What Grafana is not ready for, each in a sentence. */
export interface Unsettled {
  /** What could not page now. */
  readonly notAtWork: readonly string[];
  /** Rules that are at work, but were last evaluated before the traffic was warm. */
  readonly stale: readonly string[];
}

/**
 * What Grafana is not ready for: a rule that was not evaluated yet would not page, and until the provisioned
 * policy is in force pages go to another receiver. A rule that was last evaluated before the traffic was warm may become
 * pending at its next turn, by what had gone before the fault. One that fails on warm traffic, or has no data, is ready:
 * it will be no better.
 */
export async function unsettledGrafana(
  grafana: GrafanaReader | undefined,
  { since, everyMs }: Freshness,
): Promise<Unsettled> {
  if (!grafana) return { notAtWork: [], stale: [] };
  const [all, points, policy] = await Promise.all([
    grafana.rules(),
    grafana.contactPoints(),
    grafana.policy(),
  ]);
  const inForce = points.filter(({ active }) => active).map(({ name }) => name);
  // By the tick: the evaluation itself comes up to a tick later.
  const isStale = ({ lastEvaluationAt = 0, intervalMs }: GrafanaRule) =>
    lastEvaluationAt < since && intervalMs <= everyMs;
  const isNew = ({ lastEvaluationAt }: GrafanaRule) => lastEvaluationAt === undefined;
  const rules = await withoutPaused(
    grafana,
    all.filter((rule) => isNew(rule) || isStale(rule)),
  );
  return {
    notAtWork: [
      ...rules.filter(isNew).map(({ name }) => `Grafana has not evaluated rule ${name} yet`),
      ...[...new Set(receiversOf(policy))]
        .filter((name) => !inForce.includes(name))
        .map((name) => `Grafana's policy is not in force yet: contact point ${name} is not at work`),
    ],
    stale: rules
      .filter((rule) => !isNew(rule))
      .map(({ name }) => `Grafana has not evaluated rule ${name} on warm traffic yet`),
  };
}

/** Grafana does not evaluate a paused rule, and a drill that expects its page shows it. */
async function withoutPaused(grafana: GrafanaReader, rules: readonly GrafanaRule[]): Promise<GrafanaRule[]> {
  if (rules.length === 0) return [];
  const paused = (await grafana.definitions()).filter(({ isPaused }) => isPaused);
  return rules.filter(
    ({ name, group }) => !paused.some(({ title, ruleGroup }) => title === name && ruleGroup === group),
  );
}

/** Every contact point that a policy, or one below it, names. */
function receiversOf(policy: unknown): string[] {
  const { receiver, routes } = map(policy);
  return [...(typeof receiver === 'string' ? [receiver] : []), ...maps(routes).flatMap(receiversOf)];
}
