import { list, map } from '../../configuration/files/yaml.ts';
import type { GrafanaReader, GrafanaRule } from '../../signals/readers/grafana.ts';

/** What a rule must have seen before it counts as quiet. */
export interface Freshness {
  /** Since when, epoch milliseconds. */
  readonly since: number;
  /** A rule that is evaluated less often than this is not waited for. Milliseconds. */
  readonly everyMs: number;
}

/**
 * What Grafana is not ready for: a rule that was not evaluated yet would not page, and until the provisioned
 * policy is in force pages go to another receiver. A rule that was last evaluated before the traffic was warm may become
 * pending at its next turn, by what had gone before the fault. One that fails on warm traffic, or has no data, is ready:
 * it will be no better.
 */
export async function unsettledGrafana(
  grafana: GrafanaReader | undefined,
  fresh: Freshness,
): Promise<string[]> {
  if (!grafana) return [];
  const [rules, points, policy] = await Promise.all([
    grafana.rules(),
    grafana.contactPoints(),
    grafana.policy(),
  ]);
  const inForce = points.filter(({ active }) => active).map(({ name }) => name);
  return [
    ...(await unsettledRules(grafana, rules, fresh)),
    ...[...new Set(receiversOf(policy))]
      .filter((name) => !inForce.includes(name))
      .map((name) => `Grafana's policy is not in force yet: contact point ${name} is not at work`),
  ];
}

/** Of all rules but those that are paused: Grafana does not evaluate them, and a drill that expects their page shows it. */
async function unsettledRules(
  grafana: GrafanaReader,
  rules: readonly GrafanaRule[],
  fresh: Freshness,
): Promise<string[]> {
  const unsettled = rules.flatMap((rule) => unsettledIn(rule, fresh).map((why) => ({ rule, why })));
  if (unsettled.length === 0) return [];
  const paused = (await grafana.definitions()).filter(({ isPaused }) => isPaused);
  return unsettled
    .filter(
      ({ rule }) => !paused.some(({ title, ruleGroup }) => title === rule.name && ruleGroup === rule.group),
    )
    .map(({ why }) => why);
}

function unsettledIn(rule: GrafanaRule, { since, everyMs }: Freshness): string[] {
  const { name, lastEvaluationAt, intervalMs } = rule;
  if (lastEvaluationAt === undefined) return [`Grafana has not evaluated rule ${name} yet`];
  // By its tick: the evaluation itself comes up to a tick later.
  const isStale = lastEvaluationAt < since && intervalMs <= everyMs;
  return isStale ? [`Grafana has not evaluated rule ${name} on warm traffic yet`] : [];
}

/** Every contact point that a policy, or one below it, names. */
function receiversOf(policy: unknown): string[] {
  const { receiver, routes } = map(policy);
  return [...(typeof receiver === 'string' ? [receiver] : []), ...list(routes).flatMap(receiversOf)];
}
