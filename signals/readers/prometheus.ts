import type { z } from 'zod';
import { broken } from '../../core/errors.ts';
import type { Target } from '../../core/record.ts';
import { readExposition } from './exposition.ts';
import { type Counter, prometheusFailures } from './failure-counters.ts';
import { type HttpReader, httpReader, type Identity, type QueryParameters } from './http.ts';
import * as api from './prometheus-api.ts';
import {
  joinSeries,
  type Matrix,
  type RangeResult,
  rangesOfSteps,
  type Series,
  selectorFor,
  vectorSchema,
} from './series.ts';

/** A loaded alerting rule; durations in milliseconds. */
export interface AlertingRule {
  readonly name: string;
  readonly group: string;
  readonly file: string;
  /** Index among the rules of its group, including recording rules. */
  readonly index: number;
  readonly query: string;
  readonly durationMs: number;
  readonly keepFiringForMs: number;
  readonly intervalMs: number;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly health: string;
  readonly lastError: string;
  readonly state: string;
}

/** A loaded recording rule. */
export type LoadedRecordingRule = Pick<
  AlertingRule,
  'name' | 'group' | 'file' | 'index' | 'query' | 'intervalMs' | 'labels' | 'health' | 'lastError'
>;

/** A loaded group, with its rules in their order; durations in milliseconds. */
export interface LoadedGroup {
  readonly name: string;
  readonly file: string;
  readonly intervalMs: number;
  readonly rules: readonly {
    readonly type: 'alerting' | 'recording';
    readonly name: string;
    readonly query: string;
    readonly labels: Record<string, string>;
    /** Of an alerting rule, like the keys below. */
    readonly forMs?: number;
    readonly keepFiringForMs?: number;
    readonly annotations?: Record<string, string>;
  }[];
}

/** A loaded rule of either kind, with the result of its last evaluation. */
export interface RuleHealth {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly group: string;
  readonly file: string;
  /** Index in its group, from 0. It distinguishes rules of one name in a group. */
  readonly index: number;
  readonly query: string;
  /** For an alerting rule: `inactive`, `pending` or `firing`. */
  readonly state: string;
  readonly forMs: number;
  readonly labels: Record<string, string>;
  /** `ok`, `err` or `unknown`. */
  readonly health: string;
  readonly lastError: string;
  /** Absent: not evaluated yet. */
  readonly lastEvaluationAt?: number;
}

export type PrometheusAlert = z.output<typeof api.alertsResponse>['alerts'][number];

/** The number of series that match a selector, and the label sets of some. */
export interface SeriesFound {
  readonly count: number;
  readonly labels: readonly Record<string, string>[];
}

/** How many samples a series has. */
export interface SampleCount {
  readonly labels: Record<string, string>;
  readonly count: number;
}

export type PrometheusReader = ReturnType<typeof prometheusReader>;

/** Raw samples are read in chunks of this length, in milliseconds. */
const rawChunkMs = 3_600_000;
const maxSeries = 20;

const unixSeconds = (ms: number) => (ms / 1000).toFixed(3);

/** Splits (from, to] into chunks of at most `length`; like range vectors, they are open on the left. */
export function* parts(from: number, to: number, length: number): Generator<{ from: number; to: number }> {
  for (let start = from; start < to; start += length) yield { from: start, to: Math.min(start + length, to) };
}

/**
 * Reads Prometheus' API. Times are epoch milliseconds, durations milliseconds.
 *
 * @param signal aborts every request.
 * @throws FiredrillError `broken` from each method if Prometheus does not respond, or responds with an error.
 */
export function prometheusReader(baseUrl: string, signal: AbortSignal, identity?: Identity) {
  const http = httpReader('prometheus', baseUrl, signal, identity);

  const ask = <T>(path: string, data: z.ZodType<T>, params: QueryParameters = {}) => {
    const asked = path.startsWith('query') ? { ...params, ...identity?.parameters } : params;
    return http.json(`/api/v1/${path}`, api.envelope(data), asked, [422]);
  };

  async function get<T>(path: string, data: z.ZodType<T>, params: QueryParameters = {}): Promise<T> {
    const response = await ask(path, data, params);
    if (response.status === 'success') return response.data;
    throw broken('prometheus', `GET ${path} ${JSON.stringify(params)}: ${response.error}`);
  }

  /** As `get`, but `undefined` where a component with Prometheus' API does not have this path. */
  async function getIfThere<T>(
    path: string,
    data: z.ZodType<T>,
    params: QueryParameters = {},
  ): Promise<T | undefined> {
    const response = await http.jsonIfThere(`/api/v1/${path}`, api.envelope(data), params);
    if (response === undefined || response.status === 'success') return response?.data;
    throw broken('prometheus', `GET ${path} ${JSON.stringify(params)}: ${response.error}`);
  }

  const textOrNothing: Pick<HttpReader, 'text'> = {
    text: async (...asked) => (await http.textIfThere(...asked)) ?? '',
  };

  /** The stored samples of a selector within [from, to]. */
  async function rawSamples(selector: string, fromMs: number, toMs: number): Promise<Series[]> {
    const chunks: Matrix[] = [];
    for (const { from, to } of parts(fromMs - 1, toMs, rawChunkMs)) {
      const query = `${selector}[${Math.ceil(to - from)}ms]`;
      chunks.push((await get('query', api.matrix, { query, time: unixSeconds(to) })).result);
    }
    return joinSeries(chunks);
  }

  /** The result of an expression at every step of [from, to]. */
  async function queryRange(
    query: string,
    fromMs: number,
    toMs: number,
    stepMs: number,
  ): Promise<RangeResult> {
    const chunks: Matrix[] = [];
    for (const { from, to } of rangesOfSteps(fromMs, toMs, stepMs)) {
      const range = { start: unixSeconds(from), end: unixSeconds(to) };
      const response = await ask('query_range', api.matrix, { query, ...range, step: unixSeconds(stepMs) });
      if (response.status === 'error') return { series: [], error: response.error };
      chunks.push(response.data.result);
    }
    return { series: joinSeries(chunks) };
  }

  /** The series of a selector that have a sample within (from, to]. */
  async function seriesOf(selector: string, fromMs: number, toMs: number): Promise<SeriesFound> {
    // The series API works by storage chunk and not by sample, so it lists series that ended before the range.
    const query = `last_over_time(${selector}[${Math.ceil(toMs - fromMs)}ms])`;
    const time = unixSeconds(toMs);
    const counted = await get('query', vectorSchema, { query: `count(${query})`, time });
    const listed = await get('query', vectorSchema, { query, time, limit: maxSeries });
    return {
      count: Number(counted.result[0]?.value[1] ?? 0),
      labels: listed.result.slice(0, maxSeries).map(({ metric }) => metric),
    };
  }

  /** The number of stored samples of each series of a metric within [from, to]. */
  async function sampleCounts(metric: string, fromMs: number, toMs: number): Promise<SampleCount[]> {
    const range = `${selectorFor({ __name__: metric })}[${Math.ceil(toMs - fromMs) + 1}ms]`;
    const query = `count_over_time(${range})`;
    const { result } = await get('query', vectorSchema, { query, time: unixSeconds(toMs) });
    return result.map(({ metric: labels, value: [, count] }) => ({
      labels: { ...labels, __name__: metric },
      count: Number(count),
    }));
  }

  return {
    /** Checks readiness. @throws if it is not ready. */
    ready: async (): Promise<void> => void (await http.text('/-/ready')),
    /** Empty for one that does not show it. */
    buildVersion: async () => (await getIfThere('status/buildinfo', api.buildInfo))?.version ?? '',
    /** The loaded configuration, as YAML with secrets masked by Prometheus. */
    config: async () => (await get('status/config', api.loadedConfig)).yaml,
    /** Its rules of both kinds by group. */
    groups: async () => (await get('rules', api.ruleGroups)).groups.map(groupOf),
    /** None for one that scrapes nothing itself, such as a querier or a ruler. */
    targets: async () =>
      ((await getIfThere('targets', api.targets, { state: 'active' }))?.activeTargets ?? []).map(targetOf),
    /** Its alerting rules. */
    rules: async () => (await get('rules', api.ruleGroups)).groups.flatMap(rulesOf),
    recordings: async () => (await get('rules', api.ruleGroups)).groups.flatMap(recordingsOf),
    /** Alerting and recording rules, in their order. */
    everyRule: async () => (await get('rules', api.ruleHealth)).groups.flatMap(healthOf),
    /** Current pending and firing alerts. */
    alertsNow: async (): Promise<PrometheusAlert[]> => (await get('alerts', api.alertsResponse)).alerts,
    /** `undefined` for one that does not show them. */
    alertmanagers: async () => await getIfThere('alertmanagers', api.alertmanagers),
    /** Values of a label of series with a sample within (from, to]; an empty value for series without it. */
    labelValues: async (label: string, selector: string, fromMs: number, toMs: number): Promise<string[]> => {
      const range = `last_over_time(${selector}[${Math.ceil(toMs - fromMs)}ms])`;
      const query = `group by (${JSON.stringify(label)}) (${range})`;
      const { result } = await get('query', vectorSchema, { query, time: unixSeconds(toMs) });
      return result.map(({ metric }) => metric[label] ?? '');
    },
    /** Names of the metrics with samples around [from, to]. */
    metricNames: async (fromMs: number, toMs: number): Promise<string[]> =>
      await get('label/__name__/values', api.names, { start: unixSeconds(fromMs), end: unixSeconds(toMs) }),
    /** Its counters of failed rule evaluations and unsent alerts, from its own /metrics; none if it has no such path. */
    failureCounters: async (): Promise<Counter[]> =>
      prometheusFailures(await readExposition(textOrNothing, 'prometheus')),
    rawSamples,
    queryRange,
    seriesOf,
    sampleCounts,
  };
}

type ApiTarget = z.output<typeof api.targets>['activeTargets'][number];
function targetOf({ labels, scrapePool, scrapeUrl, health, lastError }: ApiTarget): Target {
  return { job: labels.job ?? scrapePool, instance: labels.instance ?? scrapeUrl, health, lastError };
}

type ApiGroup = z.output<typeof api.ruleGroups>['groups'][number];
function rulesOf({ name: group, file, interval: intervalMs, rules }: ApiGroup): AlertingRule[] {
  return rules.flatMap((one, index) => {
    if (one.type !== 'alerting') return [];
    const { type: _, duration: durationMs, keepFiringFor: keepFiringForMs, ...rule } = one;
    return [{ ...rule, group, file, index, intervalMs, durationMs, keepFiringForMs }];
  });
}

const groupOf = ({ name, file, interval: intervalMs, rules }: ApiGroup): LoadedGroup => ({
  ...{ name, file, intervalMs },
  rules: rules.map((rule) => {
    const { type, name: own, query, labels } = rule;
    const common = { type, name: own, query, labels };
    if (rule.type === 'recording') return common;
    const { duration: forMs, keepFiringFor: keepFiringForMs, annotations } = rule;
    return { ...common, forMs, keepFiringForMs, annotations };
  }),
});

function recordingsOf({ name: group, file, interval: intervalMs, rules }: ApiGroup): LoadedRecordingRule[] {
  return rules.flatMap((one, index) => {
    if (one.type !== 'recording') return [];
    const { type: _, ...rule } = one;
    return [{ ...rule, group, file, index, intervalMs }];
  });
}

type ApiGroupOfBoth = z.output<typeof api.ruleHealth>['groups'][number];
function healthOf({ name: group, file, rules }: ApiGroupOfBoth): RuleHealth[] {
  return rules.map(({ duration: forMs, lastEvaluation, ...rule }, index) => ({
    ...rule,
    group,
    file,
    index,
    forMs,
    ...(lastEvaluation === undefined ? {} : { lastEvaluationAt: lastEvaluation }),
  }));
}
