import { parse } from 'yaml';
import { detectionFloor, type FloorInputs, resolveFloor } from '../assertions/floor.ts';
import { routeOf } from '../assertions/route.ts';
import { parseDuration } from '../core/duration.ts';
import { longestWindow } from '../core/promql/longest-window.ts';
import { ratioThreshold } from '../core/promql/ratio-threshold.ts';
import type { DrillRecord, Route } from '../core/record.ts';
import type { Scenario } from '../core/scenario.ts';
import { parseEnv } from '../stacks/configure.ts';

/** Configuration as the run uses it, by component and path, e.g. `prometheus/prometheus.yml`. */
export type UsedFiles = ReadonlyMap<string, string>;

type Yaml = { readonly [key: string]: unknown };

/** Alertmanager's answer takes a few milliseconds on loopback. */
const deliveryMs = 20;
/** Defaults of Prometheus where the configuration is silent. */
const defaultInterval = '1m';

/** An alerting rule as it is written in the files of the run. */
interface WrittenRule {
  readonly expr: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
  readonly labels: Record<string, string>;
}

const ms = (value: unknown, otherwise = '0'): number => parseDuration(String(value ?? otherwise)) ?? 0;
const record = (value: unknown): Yaml => (typeof value === 'object' && value !== null ? (value as Yaml) : {});
const list = (value: unknown): Yaml[] => (Array.isArray(value) ? value.map(record) : []);

function prometheusGlobal(files: UsedFiles): Yaml {
  return record(record(parse(files.get('prometheus/prometheus.yml') ?? '')).global);
}

function findRule(files: UsedFiles, alert: string): WrittenRule | undefined {
  const global = prometheusGlobal(files);
  for (const [path, text] of files) {
    if (!path.startsWith('prometheus/') || path === 'prometheus/prometheus.yml') continue;
    for (const group of list(record(parse(text)).groups)) {
      const rule = list(group.rules).find((candidate) => candidate.alert === alert);
      if (!rule) continue;
      return {
        expr: String(rule.expr),
        forMs: ms(rule.for),
        keepFiringForMs: ms(rule.keep_firing_for),
        intervalMs: ms(group.interval ?? global.evaluation_interval, defaultInterval),
        queryOffsetMs: ms(group.query_offset ?? global.rule_query_offset),
        labels: record(rule.labels) as Record<string, string>,
      };
    }
  }
  return undefined;
}

/** The routes that an alert with these labels takes through the run's Alertmanager. */
export const routesFor = (files: UsedFiles, labels: Readonly<Record<string, string>>): Route[] =>
  routeOf(record(parse(files.get('alertmanager/alertmanager.yml') ?? '')), labels);

/**
 * The floors of every alert that the scenario expects something of, from the configuration as used. An alert
 * without a rule, or whose threshold the fault cannot cross, has none: the drill will show why.
 */
export function floorsOf(
  scenario: Scenario,
  files: UsedFiles,
  errorRatio: number | undefined,
  historyMs: number,
): DrillRecord['floors'] {
  const floors: DrillRecord['floors'] = {};
  for (const alert of new Set(scenario.expectations.map((expectation) => expectation.alert))) {
    const rule = findRule(files, alert);
    if (!rule) continue;
    const inputs = inputsFor(scenario, files, alert, rule, errorRatio, historyMs);
    const detect = detectionFloor(inputs);
    const resolve = resolveFloor(inputs);
    if (detect && resolve) floors[alert] = { detect, resolve };
  }
  return floors;
}

function inputsFor(
  scenario: Scenario,
  files: UsedFiles,
  alert: string,
  rule: WrittenRule,
  errorRatio: number | undefined,
  healthyHistoryMs: number,
): FloorInputs {
  const threshold = ratioThreshold(rule.expr);
  const windowMs = longestWindow(rule.expr);
  const [route] = routesFor(files, { alertname: alert, ...rule.labels });
  const telemetry = envOf(files);
  const rate = scenario.load.rates[scenario.fault.hits.journey] ?? 0;
  return {
    failingPerSecond: rate * (errorRatio ?? 1),
    exportIntervalMs: Number(telemetry.OTEL_METRIC_EXPORT_INTERVAL ?? 60_000),
    batchMs: batchOf(files),
    scrapeMs: ms(prometheusGlobal(files).scrape_interval, defaultInterval),
    ingestMs: 0,
    ...(windowMs > 0 ? { windowMs } : {}),
    ...(threshold === undefined ? {} : { threshold }),
    ...(errorRatio === undefined ? {} : { errorRatio }),
    healthyHistoryMs,
    queryOffsetMs: rule.queryOffsetMs,
    evaluationMs: rule.intervalMs,
    forMs: rule.forMs,
    keepFiringForMs: rule.keepFiringForMs,
    groupWaitMs: route?.groupWaitMs ?? 0,
    groupIntervalMs: route?.groupIntervalMs ?? 0,
    deliveryMs,
  };
}

function envOf(files: UsedFiles): Record<string, string> {
  const text = [...files].find(([path]) => path.startsWith('storefront/') && path.endsWith('.env'))?.[1];
  return parseEnv(text ?? '');
}

function batchOf(files: UsedFiles): number {
  const text = [...files].find(([path]) => path.endsWith('-sidecar/sidecar.yaml'))?.[1];
  const batch = record(record(record(parse(text ?? '')).processors).batch);
  // The batch processor's own default; https://github.com/open-telemetry/opentelemetry-collector/tree/main/processor/batchprocessor
  return text === undefined ? 0 : ms(batch.timeout, '200ms');
}
