import { tryRead } from '../../core/errors.ts';
import { rangeOf } from '../../core/grafana-query.ts';
import type { Limit } from '../../core/promql/counts.ts';
import type { Files } from '../files/files.ts';
import { map, maps, ms, texts, type Yaml } from '../files/yaml.ts';
import { ruleQueryOf } from '../rules/grafana-expression.ts';
import { groupsOf } from '../rules/grafana-rules.ts';
import { placedRules, recordingRules } from '../rules/prometheus-rules.ts';
import { type Recordings, withoutRecordings } from '../rules/recordings.ts';
import type { RuleIdentity } from '../rules/rule.ts';
import { limitsOfRule } from './counted-query.ts';
import { type Language, type Languages, languagesIn } from './query-language.ts';

/** One query of an alerting rule, and what its value is compared with outside of the query. */
export interface RuleExpression {
  /** With every recorded metric written out. */
  readonly expr: string;
  readonly language: Language;
  readonly outside: readonly Limit[];
  /** How far before the evaluation it ends, and for how long before that it is asked, where Grafana asks for a range. */
  readonly backMs: number;
  readonly rangeMs: number;
}

/** An alerting rule with all that its queries ask; lengths in milliseconds. */
export interface AlertRule extends Pick<RuleIdentity, 'file' | 'group' | 'index'> {
  readonly manager: 'prometheus' | 'grafana';
  readonly alert: string;
  /** File and group, for a person. */
  readonly where: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly expressions: readonly RuleExpression[];
  readonly evaluationMs: number;
}

/**
 * The alerting rules of a configuration.
 *
 * @param alerts the names of those that are asked for. Default: all.
 */
export function alertRules(files: Files, alerts?: ReadonlySet<string>): AlertRule[] {
  const recorded = recordingRules(files);
  const isAsked = (alert: unknown) => alerts?.has(String(alert)) ?? true;
  return [...ofPrometheus(files, recorded, isAsked), ...ofGrafana(files, recorded, isAsked)];
}

type IsAsked = (alert: unknown) => boolean;

const ofPrometheus = (files: Files, recorded: Recordings, isAsked: IsAsked): AlertRule[] =>
  placedRules(files).flatMap(({ file, group, index, rule, evaluationMs }): AlertRule[] =>
    rule.alert === undefined || !isAsked(rule.alert) || !/\.ya?ml$/.test(file)
      ? []
      : [
          {
            manager: 'prometheus',
            alert: String(rule.alert),
            ...{ file, group, index },
            where: `${file}, group ${group}`,
            labels: texts(rule.labels),
            expressions: [
              {
                expr: writtenOut(String(rule.expr), recorded),
                language: 'promql',
                outside: [],
                backMs: 0,
                rangeMs: 0,
              },
            ],
            evaluationMs,
          },
        ],
  );

function ofGrafana(files: Files, recorded: Recordings, isAsked: IsAsked): AlertRule[] {
  const languages = languagesIn(files);
  return groupsOf(files).flatMap(([path, group]) =>
    maps(group.rules).flatMap((rule, index): AlertRule[] =>
      isAsked(rule.title)
        ? [
            {
              manager: 'grafana',
              alert: String(rule.title),
              ...{ file: path, group: String(group.name), index },
              where: `${path}, group ${group.name}`,
              labels: texts(rule.labels),
              expressions: maps(rule.data).flatMap((query) => expressionOf(query, rule, languages, recorded)),
              evaluationMs: ms(group.interval, '1m'),
            },
          ]
        : [],
    ),
  );
}

function expressionOf(query: Yaml, rule: Yaml, languages: Languages, recorded: Recordings): RuleExpression[] {
  const { refId, datasourceUid, model } = query;
  const { expr: written } = map(model);
  if (typeof written !== 'string') return [];
  const language = languages.get(String(datasourceUid)) ?? 'promql';
  const expr = language === 'logql' ? written.trim() : writtenOut(written.trim(), recorded);
  const asked = ruleQueryOf(query);
  const backMs = 1000 * (asked.relativeTimeRange?.to ?? 0);
  return [{ expr, language, outside: limitsOfRule(rule, refId), backMs, rangeMs: rangeOf(asked) }];
}

/** What does not parse is refused by name elsewhere. */
const writtenOut = (expr: string, recorded: Recordings): string =>
  tryRead(() => withoutRecordings(expr, undefined, recorded).expr) ?? expr;

/** Whether a rule may be the one that an expectation means: the same name, and no label of its own that differs. */
export const mayBe = (
  { alert, labels }: AlertRule,
  expected: { readonly alert: string; readonly labels?: Readonly<Record<string, string>> },
): boolean =>
  alert === expected.alert &&
  Object.entries(expected.labels ?? {}).every(
    ([name, value]) => labels[name] === undefined || labels[name] === value || labels[name].includes('{{'),
  );
