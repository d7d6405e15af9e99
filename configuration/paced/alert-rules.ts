import { type Arm, armsOf, type RuleQuery } from '../../core/grafana-condition.ts';
import type { Limit } from '../../core/promql/counts.ts';
import { yamlOf } from '../files/parse-yaml.ts';
import type { UsedFiles } from '../files/used-files.ts';
import { map, maps, ms, texts, type Yaml } from '../files/yaml.ts';

/** One query of an alerting rule, and what its value is compared with outside of the query. */
export interface RuleExpression {
  readonly expr: string;
  readonly language: 'promql' | 'logql';
  readonly outside?: Limit;
}

/** An alerting rule with all that its queries ask; lengths in milliseconds. */
export interface AlertRule {
  readonly manager: 'prometheus' | 'grafana';
  readonly alert: string;
  /** File and group, for a person. */
  readonly where: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly expressions: readonly RuleExpression[];
  readonly evaluationMs: number;
}

/** Every alerting rule of a configuration, as written or as used. */
export const alertRules = (files: UsedFiles): AlertRule[] =>
  [...files].flatMap(([path, text]) => {
    if (!/\.ya?ml$/.test(path)) return [];
    if (path.startsWith('prometheus/') && path !== 'prometheus/prometheus.yml')
      return ofPrometheus(path, text, files);
    return path.startsWith('grafana/provisioning/alerting/') ? ofGrafana(path, text, files) : [];
  });

function ofPrometheus(path: string, text: string, files: UsedFiles): AlertRule[] {
  const { evaluation_interval } = map(yamlOf(files.get('prometheus/prometheus.yml')).global);
  return maps(yamlOf(text).groups).flatMap((group) =>
    maps(group.rules).flatMap((rule): AlertRule[] =>
      rule.alert === undefined
        ? []
        : [
            {
              manager: 'prometheus',
              alert: String(rule.alert),
              where: `${path}, group ${group.name}`,
              labels: texts(rule.labels),
              expressions: [{ expr: String(rule.expr), language: 'promql' }],
              evaluationMs: ms(group.interval ?? evaluation_interval, '1m'),
            },
          ],
    ),
  );
}

function ofGrafana(path: string, text: string, files: UsedFiles): AlertRule[] {
  const sources = sourceTypes(files);
  return maps(yamlOf(text).groups).flatMap((group) =>
    maps(group.rules).map((rule): AlertRule => {
      const queries = maps(rule.data).map(queryOf);
      const arms = armsOf(String(rule.condition), queries);
      return {
        manager: 'grafana',
        alert: String(rule.title),
        where: `${path}, group ${group.name}`,
        labels: texts(rule.labels),
        expressions: queries.flatMap((query) => expressionOf(query, arms, sources)),
        evaluationMs: ms(group.interval, '1m'),
      };
    }),
  );
}

const queryOf = ({ refId, datasourceUid, model }: Yaml): RuleQuery => ({
  refId: String(refId),
  datasourceUid: String(datasourceUid),
  model: map(model),
});

function expressionOf(
  { datasourceUid, model }: RuleQuery,
  arms: readonly Arm[],
  sources: ReadonlyMap<string, string>,
): RuleExpression[] {
  if (typeof model.expr !== 'string') return [];
  const expr = model.expr.trim();
  const arm = arms.find((one) => one.expr === expr);
  const language = sources.get(datasourceUid) === 'loki' ? 'logql' : 'promql';
  return [{ expr, language, ...(arm ? { outside: { operator: arm.operator, limit: arm.threshold } } : {}) }];
}

/** Types of Grafana's data sources by their uids. */
function sourceTypes(files: UsedFiles): Map<string, string> {
  const found = [...files].flatMap(([path, text]) =>
    path.startsWith('grafana/provisioning/datasources/') ? maps(yamlOf(text).datasources) : [],
  );
  return new Map(found.map(({ uid, type }) => [String(uid), String(type)]));
}

/** Whether a rule may be the one that an expectation means: the same name, and no label of its own that differs. */
export const mayBe = (
  { alert, labels }: AlertRule,
  expected: { readonly alert: string; readonly labels?: Readonly<Record<string, string>> },
): boolean =>
  alert === expected.alert &&
  Object.entries(expected.labels ?? {}).every(
    ([name, value]) => labels[name] === undefined || labels[name] === value || labels[name].includes('{{'),
  );
