import { map } from '../../configuration/files/yaml.ts';
import { routeOf, type TakenRoute } from '../../configuration/routes/route.ts';
import { asRoute } from '../../configuration/rules/grafana-rules.ts';
import { tryRead } from '../../core/errors.ts';
import { alertsWithEvidence } from '../../core/expected-alerts.ts';
import { isConstant } from '../../core/promql/is-constant.ts';
import type { AlwaysFiring } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { GrafanaReader } from '../../signals/readers/grafana.ts';
import { routesFor } from '../floors/floors.ts';
import type { KnownContactPoint } from '../pages/known-contact-points.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { EvaluatedRule } from './loaded-rules.ts';

export type RouteOwner = 'expected' | 'shared' | 'default';

/** A rule that fires all the time, because its expression is constant or the scenario declares it. */
export interface ConstantRule extends AlwaysFiring {
  /** Which other alerts share its route. Absent when no other alert takes the route. */
  readonly routeOwner?: RouteOwner;
}

export type Definitions = Awaited<ReturnType<GrafanaReader['definitions']>>;

/** The parts of a configuration that show which alerts fire all the time, and their routes. */
export interface Routing {
  readonly scenario: Pick<Scenario, 'alwaysFiring' | 'expectations'>;
  readonly rules: readonly EvaluatedRule[];
  readonly definitions: Definitions;
  readonly contactPoints: readonly KnownContactPoint[];
  /** The routes that an alert of a rule takes. */
  readonly routes: (rule: EvaluatedRule) => readonly TakenRoute[];
}

/** Returns the rules of both managers that fire all the time. */
export async function constantRules(
  { options: { scenario }, stack: { files, watchedFiles = files, contactPoints }, grafana }: RunningDrill,
  rules: readonly EvaluatedRule[],
): Promise<ConstantRule[]> {
  const definitions = (await grafana?.reader.definitions()) ?? [];
  const policy = asRoute(map(await grafana?.reader.policy()));
  const routes = ({ manager, watched, name, file, labels }: EvaluatedRule) =>
    manager === 'prometheus'
      ? routesFor(watched ? watchedFiles : files, { ...labels, alertname: name })
      : routeOf({ route: policy }, { grafana_folder: file, ...labels, alertname: name });
  return findConstantRules({ scenario, rules, definitions, contactPoints, routes });
}

/**
 * Returns the rules that fire all the time, each with the owner of its route. A rule has its own route when no other alert
 * takes the route and it is not the default route. A rule that the scenario declares may share its route, but neither the
 * route nor the receiver of an expected alert.
 */
export function findConstantRules({
  scenario,
  rules,
  definitions,
  contactPoints,
  routes,
}: Routing): ConstantRule[] {
  const declared = scenario.alwaysFiring ?? [];
  const alerting = rules.filter(({ kind }) => kind === 'alerting');
  const isConstantRule = (rule: EvaluatedRule) => hasConstant(rule, definitions);
  const declaration = ({ name }: EvaluatedRule) => declared.find(({ alert }) => alert === name);
  const all = alerting.filter((rule) => declaration(rule) || isConstantRule(rule));
  const named = new Set(alertsWithEvidence(scenario.expectations).map(({ alert }) => alert));
  const expected = alerting.filter((rule) => !all.includes(rule) && named.has(rule.name));
  return all.map((rule): ConstantRule => {
    const own = routes(rule);
    const others = alerting.filter((other) => other.manager === rule.manager && !all.includes(other));
    const taken = (by: readonly EvaluatedRule[]) =>
      by.filter(({ manager }) => manager === rule.manager).flatMap((other) => routes(other).map(keyOf));
    const names = [...new Set(own.map(({ receiver }) => receiver))];
    const leads = contactPoints.filter(
      ({ manager, name }) => isManagerOf(manager, rule) && names.includes(name),
    );
    const kinds = leads.map(({ kind }) => kind);
    const sharesReceiver = expected
      .filter(({ manager }) => manager === rule.manager)
      .some((other) => routes(other).some(({ receiver }) => names.includes(receiver)));
    const declaring = declaration(rule);
    const routeOwner = ((): RouteOwner | undefined => {
      if (named.has(rule.name)) return 'expected';
      if (kinds.length === 0) return undefined;
      if (sharesReceiver || own.some((route) => taken(expected).includes(keyOf(route)))) return 'expected';
      if (declaring) return undefined;
      if (own.some(({ path }) => path.length < 2)) return 'default';
      return own.some((route) => taken(others).includes(keyOf(route))) ? 'shared' : undefined;
    })();
    const { manager, name, file, group, query, labels } = rule;
    return {
      ...{ manager, name, file, group, query, labels: { ...labels } },
      declared: declaring !== undefined,
      ...(declaring?.receiver ? { receiver: declaring.receiver } : {}),
      contactPoints: names,
      notifies: kinds.length > 0,
      firing: [],
      ...(routeOwner ? { routeOwner: routeOwner } : {}),
    };
  });
}

const isManagerOf = (owner: KnownContactPoint['manager'], { manager }: EvaluatedRule) =>
  (owner === 'grafana') === (manager === 'grafana');

const keyOf = ({ receiver, path }: TakenRoute): string => JSON.stringify([receiver, path]);

/** Whether a rule's queries read no series. Grafana's server-side expressions are ignored, because they read no data. */
function hasConstant(rule: EvaluatedRule, definitions: Definitions): boolean {
  if (rule.manager === 'prometheus') return readsNothing(rule.query);
  const definition = definitions.find(
    ({ title, ruleGroup }) => title === rule.name && ruleGroup === rule.group,
  );
  if (!definition) return false;
  const queries = definition.data.filter(({ datasourceUid }) => !/^(__expr__|-100)$/.test(datasourceUid));
  return queries.every(({ model }) => typeof model.expr === 'string' && readsNothing(model.expr));
}

/** An expression that is not PromQL is taken to read data. */
const readsNothing = (expr: string): boolean => tryRead(() => isConstant(expr)) ?? false;
