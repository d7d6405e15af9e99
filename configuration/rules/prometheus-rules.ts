import { selectorsOf } from '../../core/promql/selectors-of.ts';
import type { Files } from '../files/files.ts';
import { yamlOf } from '../files/parse-yaml.ts';
import { map, maps, ms, texts, type Yaml } from '../files/yaml.ts';
import { prometheusFile, prometheusSettings } from './prometheus-settings.ts';
import { type Recordings, type RulePlace, recordingsOf, withoutRecordings } from './recordings.ts';
import type { WrittenRule } from './rule.ts';

/** Alertmanager's answer takes a few milliseconds on loopback. */
const deliveryMs = 20;

/** Every rule of every group, with its place. */
export function placedRules(files: Files): (RulePlace & { readonly rule: Yaml })[] {
  const settings = prometheusSettings(files);
  return [...files].flatMap(([file, text]) => {
    if (!file.startsWith('prometheus/') || file === prometheusFile) return [];
    return maps(yamlOf(text).groups).flatMap((group) =>
      maps(group.rules).map((rule, index) => ({
        file,
        group: String(group.name),
        index,
        evaluationMs: ms(group.interval) || settings.evaluationMs,
        queryOffsetMs: group.query_offset ? ms(group.query_offset) : settings.queryOffsetMs,
        ...limitOf(group),
        rule: { ...rule, labels: { ...map(group.labels), ...map(rule.labels) } },
      })),
    );
  });
}

const limitOf = ({ limit }: Yaml): Pick<RulePlace, 'limit'> =>
  Number(limit) > 0 ? { limit: Number(limit) } : {};

/** The recording rules of the configuration. */
export const recordingRules = (files: Files): Recordings =>
  recordingsOf(
    placedRules(files)
      .filter(({ rule }) => typeof rule.record === 'string')
      .map(({ rule, ...place }) => ({
        ...place,
        record: String(rule.record),
        expr: String(rule.expr).trim(),
        labels: texts(rule.labels),
      })),
  );

/** The alerting rules of Prometheus as they are written in the files. */
export function prometheusRules(files: Files): WrittenRule[] {
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
