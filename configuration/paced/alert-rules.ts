import { readable } from '../../core/errors.ts';
import { type Arm, armsOf, type RuleQuery } from '../../core/grafana-condition.ts';
import type { Limit } from '../../core/promql/counts.ts';
import type { Files } from '../files/files.ts';
import { map, maps, ms, texts, type Yaml } from '../files/yaml.ts';
import { groupsOf } from '../rules/grafana-rules.ts';
import { placedRules, recordingRules } from '../rules/prometheus-rules.ts';
import { type RecordingRule, withoutRecordings } from '../rules/recordings.ts';
import { type Language, type Languages, languagesIn } from './query-language.ts';

/** One query of an alerting rule, and what its value is compared with outside of the query. */
export interface RuleExpression {
  /** With every recorded metric written out. */
  readonly expr: string;
  readonly language: Language;
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

/** Every alerting rule of a configuration. */
export function alertRules(files: Files): AlertRule[] {
  const recorded = recordingRules(files);
  return [...ofPrometheus(files, recorded), ...ofGrafana(files, recorded)];
}

const ofPrometheus = (files: Files, recorded: readonly RecordingRule[]): AlertRule[] =>
  placedRules(files).flatMap(({ file, group, rule, evaluationMs }): AlertRule[] =>
    rule.alert === undefined || !/\.ya?ml$/.test(file)
      ? []
      : [
          {
            manager: 'prometheus',
            alert: String(rule.alert),
            where: `${file}, group ${group}`,
            labels: texts(rule.labels),
            expressions: [{ expr: writtenOut(String(rule.expr), recorded), language: 'promql' }],
            evaluationMs,
          },
        ],
  );

function ofGrafana(files: Files, recorded: readonly RecordingRule[]): AlertRule[] {
  const languages = languagesIn(files);
  return groupsOf(files).flatMap(([path, group]) =>
    maps(group.rules).map((rule): AlertRule => {
      const queries = maps(rule.data).map(queryOf);
      const arms = armsOf(String(rule.condition), queries);
      return {
        manager: 'grafana',
        alert: String(rule.title),
        where: `${path}, group ${group.name}`,
        labels: texts(rule.labels),
        expressions: queries.flatMap((query) => expressionOf(query, arms, languages, recorded)),
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
  languages: Languages,
  recorded: readonly RecordingRule[],
): RuleExpression[] {
  if (typeof model.expr !== 'string') return [];
  const written = model.expr.trim();
  const arm = arms.find((one) => one.expr === written);
  const language = languages.get(datasourceUid) ?? 'promql';
  const expr = language === 'logql' ? written : writtenOut(written, recorded);
  return [{ expr, language, ...(arm ? { outside: { operator: arm.operator, limit: arm.threshold } } : {}) }];
}

/** What does not parse is refused by name elsewhere. */
const writtenOut = (expr: string, recorded: readonly RecordingRule[]): string =>
  readable(() => withoutRecordings(expr, undefined, recorded).expr) ?? expr;

/** Whether a rule may be the one that an expectation means: the same name, and no label of its own that differs. */
export const mayBe = (
  { alert, labels }: AlertRule,
  expected: { readonly alert: string; readonly labels?: Readonly<Record<string, string>> },
): boolean =>
  alert === expected.alert &&
  Object.entries(expected.labels ?? {}).every(
    ([name, value]) => labels[name] === undefined || labels[name] === value || labels[name].includes('{{'),
  );
