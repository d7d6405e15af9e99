import type { GrafanaReader, GrafanaRule } from '../signals/readers/grafana.ts';
import { list, map } from './floors/yaml.ts';
import type { Parts } from './parts.ts';

/**
 * What Grafana is not ready for: a rule that was not evaluated yet or failed would not page, and until the provisioned
 * policy is in force pages go to another receiver.
 */
export async function unsettledGrafana({ grafana }: Pick<Parts, 'grafana'>): Promise<string[]> {
  if (!grafana) return [];
  const [rules, held, points, policy] = await Promise.all([
    grafana.rules(),
    grafana.alerts(),
    grafana.contactPoints(),
    grafana.policy(),
  ]);
  const awaited = await atWork(grafana, rules);
  const inForce = points.filter(({ active }) => active).map(({ name }) => name);
  return [
    ...awaited
      .filter(({ lastEvaluationAt }) => lastEvaluationAt === undefined)
      .map(({ name }) => `Grafana has not evaluated rule ${name} yet`),
    ...awaited
      .filter(({ health }) => health !== 'ok')
      .map(({ name, health, lastError }) => `Grafana's rule ${name} is ${health} ${lastError}`.trim()),
    ...held.map(({ labels }) => `Grafana's Alertmanager holds alert ${labels.alertname}`),
    ...[...new Set(receiversOf(policy))]
      .filter((name) => !inForce.includes(name))
      .map((name) => `Grafana's policy is not in force yet: contact point ${name} is not at work`),
  ];
}

/** Rules but those that are paused: Grafana does not evaluate them, and a drill that expects their page shows it. */
async function atWork(grafana: GrafanaReader, rules: readonly GrafanaRule[]): Promise<GrafanaRule[]> {
  const settled = ({ lastEvaluationAt, health }: GrafanaRule) =>
    lastEvaluationAt !== undefined && health === 'ok';
  if (rules.every(settled)) return [...rules];
  const paused = (await grafana.definitions()).filter(({ isPaused }) => isPaused);
  return rules.filter(
    ({ name, group }) => !paused.some(({ title, ruleGroup }) => title === name && ruleGroup === group),
  );
}

/** Every contact point that a policy, or one below it, names. */
function receiversOf(policy: unknown): string[] {
  const { receiver, routes } = map(policy);
  return [...(typeof receiver === 'string' ? [receiver] : []), ...list(routes).flatMap(receiversOf)];
}
