import { longestWindow } from '../../core/promql/longest-window.ts';
import { ratioThreshold } from '../../core/promql/ratio-threshold.ts';
import { selectorsOf } from '../../core/promql/selectors-of.ts';
import type { UsedFiles } from '../floors.ts';
import type { WrittenRule } from './rule.ts';
import { list, map, ms, parsed, texts } from './yaml.ts';

/** Default of Prometheus where the configuration is silent. */
const defaultInterval = '1m';
/** Alertmanager's answer takes a few milliseconds on loopback. */
const deliveryMs = 20;

const global = (files: UsedFiles) => map(parsed(files.get('prometheus/prometheus.yml')).global);

export const scrapeIntervalMs = (files: UsedFiles): number =>
  ms(global(files).scrape_interval, defaultInterval);

/** An alerting rule of Prometheus' as it is written in the files. */
export function prometheusRule(files: UsedFiles, alert: string): WrittenRule | undefined {
  for (const [path, text] of files) {
    if (!path.startsWith('prometheus/') || path === 'prometheus/prometheus.yml') continue;
    for (const group of list(parsed(text).groups)) {
      const rule = list(group.rules).find((candidate) => candidate.alert === alert);
      if (!rule) continue;
      const expr = String(rule.expr);
      const threshold = ratioThreshold(expr);
      const { evaluation_interval, rule_query_offset } = global(files);
      return {
        manager: 'prometheus',
        reads: selectorsOf(expr).every(({ metric }) => metric === 'up') ? 'scrapes' : 'metrics',
        windowMs: longestWindow(expr),
        ...(threshold === undefined ? {} : { threshold }),
        forMs: ms(rule.for),
        keepFiringForMs: ms(rule.keep_firing_for),
        evaluationMs: ms(group.interval ?? evaluation_interval, defaultInterval),
        queryOffsetMs: ms(group.query_offset ?? rule_query_offset),
        labels: { alertname: alert, ...texts(rule.labels) },
        deliveryMs,
      };
    }
  }
  return undefined;
}
