import { selectorsOf } from '../../core/promql/selectors-of.ts';
import { yamlOf } from '../files/parse-yaml.ts';
import type { UsedFiles } from '../files/used-files.ts';
import { map, maps, ms, texts, type Yaml } from '../files/yaml.ts';
import { type RecordingRule, type RulePlace, withoutRecordings } from './recordings.ts';
import type { WrittenRule } from './rule.ts';

/** Default of Prometheus where the configuration is silent. */
const defaultInterval = '1m';
/** Alertmanager's answer takes a few milliseconds on loopback. */
const deliveryMs = 20;

const global = (files: UsedFiles) => map(yamlOf(files.get('prometheus/prometheus.yml')).global);

export const scrapeIntervalMs = (files: UsedFiles): number =>
  ms(global(files).scrape_interval, defaultInterval);

/** Labels that Prometheus adds to every alert that it sends. */
export const externalLabels = (files: UsedFiles): Record<string, string> =>
  texts(global(files).external_labels);

/** Every rule of every group, with its place. */
function placedRules(files: UsedFiles): (RulePlace & { readonly rule: Yaml })[] {
  const { evaluation_interval, rule_query_offset } = global(files);
  return [...files].flatMap(([file, text]) => {
    if (!file.startsWith('prometheus/') || file === 'prometheus/prometheus.yml') return [];
    return maps(yamlOf(text).groups).flatMap((group) =>
      maps(group.rules).map((rule, index) => ({
        file,
        group: String(group.name),
        index,
        evaluationMs: ms(group.interval ?? evaluation_interval, defaultInterval),
        queryOffsetMs: ms(group.query_offset ?? rule_query_offset),
        rule: { ...rule, labels: { ...map(group.labels), ...map(rule.labels) } },
      })),
    );
  });
}

/** The recording rules of the configuration. */
export const recordingRules = (files: UsedFiles): RecordingRule[] =>
  placedRules(files)
    .filter(({ rule }) => typeof rule.record === 'string')
    .map(({ rule, ...place }) => ({
      ...place,
      record: String(rule.record),
      expr: String(rule.expr).trim(),
      labels: texts(rule.labels),
    }));

/** The alerting rules of Prometheus as they are written in the files. */
export function prometheusRules(files: UsedFiles): WrittenRule[] {
  const recorded = recordingRules(files);
  return placedRules(files)
    .filter(({ rule }) => typeof rule.alert === 'string')
    .map(({ rule, ...place }) => {
      const { expr, recordings, queryOffsetMs } = withoutRecordings(String(rule.expr), place, recorded);
      return {
        ...place,
        manager: 'prometheus',
        reads: selectorsOf(expr).every(({ metric }) => metric === 'up') ? 'scrapes' : 'metrics',
        expr,
        logs: new Map(),
        recordings,
        forMs: ms(rule.for),
        keepFiringForMs: ms(rule.keep_firing_for),
        queryOffsetMs: place.queryOffsetMs + queryOffsetMs,
        labels: { ...texts(rule.labels), alertname: String(rule.alert) },
        deliveryMs,
      };
    });
}
