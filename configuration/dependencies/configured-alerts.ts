import type { RuleReference } from '../../core/dependencies.ts';
import { tryRead } from '../../core/errors.ts';
import { selectorsOf, type VectorSelector } from '../../core/promql/selectors-of.ts';
import { dataSources } from '../files/data-sources.ts';
import type { Files } from '../files/files.ts';
import { map, maps, ms, texts, type Yaml } from '../files/yaml.ts';
import { satisfies } from '../routes/route-matcher.ts';
import { groupsOf } from '../rules/grafana-rules.ts';
import { placedRules, recordingRules } from '../rules/prometheus-rules.ts';
import type { RecordingRule, Recordings } from '../rules/recordings.ts';
import { normalExpression, sorted } from './normal-form.ts';
import { scrapesOf } from './scrapes.ts';

/** An alerting rule of the configuration. */
export interface ConfiguredAlert {
  readonly alert: string;
  readonly rule: RuleReference;
  /** All that its evaluation depends on, in a form that does not depend on how it is written. */
  says(): unknown;
  /** How Prometheus scrapes what it reads, in such a form. */
  scrapes(): unknown;
}

/** Every alerting rule, Prometheus' first. An expression that does not parse is taken as it is written. */
export function configuredAlerts(files: Files): ConfiguredAlert[] {
  const recorded = recordingRules(files);
  return [...ofPrometheus(files, recorded), ...ofGrafana(files, recorded)];
}

const ofPrometheus = (files: Files, recorded: Recordings): ConfiguredAlert[] =>
  placedRules(files).flatMap(({ rule, file, group, index, evaluationMs, queryOffsetMs, limit }) =>
    typeof rule.alert !== 'string'
      ? []
      : [
          {
            alert: rule.alert,
            rule: { manager: 'prometheus', file, group, index },
            says: () => ({
              alert: rule.alert,
              expr: normalExpression(String(rule.expr)),
              forMs: ms(rule.for),
              keepFiringForMs: ms(rule.keep_firing_for),
              labels: texts(rule.labels),
              annotations: trimmed(texts(rule.annotations)),
              ...{ evaluationMs, queryOffsetMs, limit },
              recordings: recordingsSay([String(rule.expr)], recorded),
            }),
            scrapes: () => scrapesRead(files, [String(rule.expr)], recorded),
          },
        ],
  );

function ofGrafana(files: Files, recorded: Recordings): ConfiguredAlert[] {
  const sources = dataSources(files);
  return groupsOf(files).flatMap(([file, group]) =>
    maps(group.rules).map((rule, index): ConfiguredAlert => {
      const { uid: _, ...rest } = rule;
      const data = maps(rule.data);
      const exprs = (queries: readonly Yaml[]) =>
        queries.map(({ model }) => map(model).expr).filter((expr) => typeof expr === 'string');
      const ofMetrics = data.filter(
        ({ datasourceUid }) => sources.get(String(datasourceUid))?.type === 'prometheus',
      );
      return {
        alert: String(rule.title),
        rule: { manager: 'grafana', file, group: String(group.name), index },
        says: () => ({
          ...rest,
          forMs: ms(rule.for),
          for: undefined,
          labels: texts(rule.labels),
          annotations: trimmed(texts(rule.annotations)),
          data: data.map(withNormalExpression),
          evaluationMs: ms(group.interval, '1m'),
          folder: group.folder,
          sources: sorted(
            [...new Set(data.map(({ datasourceUid }) => String(datasourceUid)))].map((uid) =>
              sources.get(uid),
            ),
          ),
          recordings: recordingsSay(exprs(data), recorded),
        }),
        scrapes: () => scrapesRead(files, exprs(ofMetrics), recorded),
      };
    }),
  );
}

function withNormalExpression(query: Yaml): Yaml {
  const model = map(query.model);
  return typeof model.expr === 'string'
    ? { ...query, model: { ...model, expr: normalExpression(model.expr) } }
    : query;
}

/** A block of text in YAML may end with a line break or not. */
const trimmed = (all: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value.trim()]));

/** The recording rules that expressions read, directly or through others. */
function recordingsRead(expressions: readonly string[], recorded: Recordings): RecordingRule[] {
  const found = new Set<RecordingRule>();
  const waiting = [...expressions];
  for (let expr = waiting.pop(); expr !== undefined; expr = waiting.pop()) {
    const text = expr;
    const read = (tryRead(() => selectorsOf(text)) ?? []).flatMap((selector) =>
      recordedBy(selector, recorded),
    );
    for (const rule of read.filter((one) => !found.has(one))) {
      found.add(rule);
      waiting.push(rule.expr);
    }
  }
  return [...found];
}

const recordingsSay = (expressions: readonly string[], recorded: Recordings): unknown[] =>
  sorted(
    recordingsRead(expressions, recorded).map(
      ({ record, expr, labels, evaluationMs, queryOffsetMs, limit }) => ({
        record,
        expr: normalExpression(expr),
        labels,
        evaluationMs,
        queryOffsetMs,
        limit,
      }),
    ),
  );

const scrapesRead = (files: Files, expressions: readonly string[], recorded: Recordings): unknown =>
  scrapesOf(
    files,
    [...expressions, ...recordingsRead(expressions, recorded).map(({ expr }) => expr)],
    (selector) => selector.metric === '' || recordedBy(selector, recorded).length === 0,
  );

/** Every recording rule whose series the selector may match. One without a metric may match any. */
const recordedBy = ({ metric, matchers }: VectorSelector, recorded: Recordings): RecordingRule[] =>
  (metric === '' ? [...recorded.values()].flat() : (recorded.get(metric) ?? [])).filter(
    ({ record, labels }) => {
      const known: Readonly<Record<string, string>> = { ...labels, __name__: record };
      return matchers.every((one) => known[one.label] === undefined || satisfies(known, one));
    },
  );
