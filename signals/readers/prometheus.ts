import type { z } from 'zod';
import { broken } from '../../core/errors.ts';
import type { Target } from '../../core/record.ts';
import { expositionAccept, parseExposition } from './exposition.ts';
import { httpReader, type Params } from './http.ts';
import { type Counter, prometheusTrouble } from './own-counters.ts';
import * as api from './prometheus-api.ts';
import { joinSeries, type Series } from './series.ts';

/** An alerting rule as it is loaded; lengths in milliseconds. */
export interface LoadedRule {
  readonly name: string;
  readonly group: string;
  readonly file: string;
  /** Place among the rules of its group, recording ones too. */
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

/** A recording rule as it is loaded. */
export type LoadedRecording = Pick<
  LoadedRule,
  'name' | 'group' | 'file' | 'index' | 'query' | 'intervalMs' | 'labels' | 'health' | 'lastError'
>;

/** A rule of either kind as it is loaded, with how its last evaluation went. */
export interface RuleHealth {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly group: string;
  readonly file: string;
  /** Place in its group, from 0: two rules of a group may have one name. */
  readonly index: number;
  readonly query: string;
  /** Of an alerting rule: `inactive`, `pending` or `firing`. */
  readonly state: string;
  readonly forMs: number;
  readonly labels: Record<string, string>;
  /** `ok`, `err` or `unknown`. */
  readonly health: string;
  readonly lastError: string;
  /** Absent: it has not been evaluated yet. */
  readonly lastEvaluationAt?: number;
}

export type ActiveAlert = z.output<typeof api.activeAlerts>['alerts'][number];

/** An expression's result over time; `error` says why Prometheus could not evaluate it. */
export interface RangeResult {
  readonly series: readonly Series[];
  readonly error?: string;
}

/** How many series answer to a selector, and the label sets of some. */
export interface SeriesFound {
  readonly count: number;
  readonly labels: readonly Record<string, string>[];
}

export type PrometheusReader = ReturnType<typeof prometheusReader>;

/** More steps than this and Prometheus refuses a range query. */
const maxSteps = 11_000;
/** Raw samples are read in parts of this length, in milliseconds. */
const rawChunkMs = 3_600_000;
const someSeries = 20;

const unixSeconds = (ms: number) => (ms / 1000).toFixed(3);

/** Parts of (from, to], each at most `length` long, as range vectors are: open on the left. */
export function* parts(from: number, to: number, length: number): Generator<{ from: number; to: number }> {
  for (let start = from; start < to; start += length) yield { from: start, to: Math.min(start + length, to) };
}

/**
 * Reads a Prometheus. Times are epoch milliseconds, lengths milliseconds.
 *
 * @param signal ends every request.
 * @throws FiredrillError `broken` from each method when Prometheus does not answer, or refuses.
 */
export function prometheusReader(baseUrl: string, signal: AbortSignal) {
  const http = httpReader('prometheus', baseUrl, signal);

  const ask = <T>(path: string, data: z.ZodType<T>, params: Params = {}) =>
    http.json(`/api/v1/${path}`, api.envelope(data), params, [422]);

  async function get<T>(path: string, data: z.ZodType<T>, params: Params = {}): Promise<T> {
    const answer = await ask(path, data, params);
    if (answer.status === 'success') return answer.data;
    throw broken('prometheus', `GET ${path} ${JSON.stringify(params)}: ${answer.error}`);
  }

  /** Samples of a selector at the times at which they are stored, within [from, to]. */
  async function rawSamples(selector: string, fromMs: number, toMs: number): Promise<Series[]> {
    const chunks: z.output<typeof api.matrix>['result'][] = [];
    for (const { from, to } of parts(fromMs - 1, toMs, rawChunkMs)) {
      const query = `${selector}[${Math.ceil(to - from)}ms]`;
      chunks.push((await get('query', api.matrix, { query, time: unixSeconds(to) })).result);
    }
    return joinSeries(chunks);
  }

  /** What an expression gives at every step of [from, to]. */
  async function rangeTruth(
    query: string,
    fromMs: number,
    toMs: number,
    stepMs: number,
  ): Promise<RangeResult> {
    const chunks: z.output<typeof api.matrix>['result'][] = [];
    // One step less, so that the next part starts one step after this one ends.
    const length = (maxSteps - 1) * stepMs;
    for (let from = fromMs; from <= toMs; from += length + stepMs) {
      const range = { start: unixSeconds(from), end: unixSeconds(Math.min(from + length, toMs)) };
      const answer = await ask('query_range', api.matrix, { query, ...range, step: unixSeconds(stepMs) });
      if (answer.status === 'error') return { series: [], error: answer.error };
      chunks.push(answer.data.result);
    }
    return { series: joinSeries(chunks) };
  }

  /** The series of a selector that have a sample within (from, to]. */
  async function seriesOf(selector: string, fromMs: number, toMs: number): Promise<SeriesFound> {
    // The series API answers by chunk, not by sample: it would still list what ended before the range.
    const query = `last_over_time(${selector}[${Math.ceil(toMs - fromMs)}ms])`;
    const time = unixSeconds(toMs);
    const counted = await get('query', api.vector, { query: `count(${query})`, time });
    const listed = await get('query', api.vector, { query, time, limit: someSeries });
    return {
      count: Number(counted.result[0]?.value[1] ?? 0),
      labels: listed.result.slice(0, someSeries).map(({ metric }) => metric),
    };
  }

  return {
    /** Returns once it is ready. @throws while it is not. */
    ready: async (): Promise<void> => void (await http.text('/-/ready')),
    buildVersion: async () => (await get('status/buildinfo', api.buildInfo)).version,
    targets: async () => (await get('targets', api.targets, { state: 'active' })).activeTargets.map(targetOf),
    /** Its alerting rules. */
    rules: async () => (await get('rules', api.ruleGroups)).groups.flatMap(rulesOf),
    recordings: async () => (await get('rules', api.ruleGroups)).groups.flatMap(recordingsOf),
    /** Alerting and recording rules, in the order in which they stand. */
    everyRule: async () => (await get('rules', api.everyRule)).groups.flatMap(healthOf),
    /** Pending and firing alerts as its rules hold them now. */
    alertsNow: async (): Promise<ActiveAlert[]> => (await get('alerts', api.activeAlerts)).alerts,
    alertmanagers: async () => await get('alertmanagers', api.alertmanagers),
    /** Values of a label of the series that have a sample within (from, to]; empty where they lack it. */
    labelValues: async (label: string, selector: string, fromMs: number, toMs: number): Promise<string[]> => {
      const range = `last_over_time(${selector}[${Math.ceil(toMs - fromMs)}ms])`;
      const query = `group by (${JSON.stringify(label)}) (${range})`;
      const { result } = await get('query', api.vector, { query, time: unixSeconds(toMs) });
      return result.map(({ metric }) => metric[label] ?? '');
    },
    /** Names of the metrics with samples around [from, to]. */
    metricNames: async (fromMs: number, toMs: number): Promise<string[]> =>
      await get('label/__name__/values', api.names, { start: unixSeconds(fromMs), end: unixSeconds(toMs) }),
    /** Its counters of rules that failed and alerts that it could not send, off its own /metrics. */
    trouble: async (): Promise<Counter[]> =>
      prometheusTrouble(parseExposition(await http.text('/metrics', {}, expositionAccept), 'prometheus')),
    rawSamples,
    rangeTruth,
    seriesOf,
  };
}

type ApiTarget = z.output<typeof api.targets>['activeTargets'][number];
function targetOf({ labels, scrapePool, scrapeUrl, health, lastError }: ApiTarget): Target {
  return { job: labels.job ?? scrapePool, instance: labels.instance ?? scrapeUrl, health, lastError };
}

type ApiGroup = z.output<typeof api.ruleGroups>['groups'][number];
function rulesOf({ name: group, file, interval: intervalMs, rules }: ApiGroup): LoadedRule[] {
  return rules.flatMap((one, index) => {
    if (one.type !== 'alerting') return [];
    const { type: _, duration: durationMs, keepFiringFor: keepFiringForMs, ...rule } = one;
    return [{ ...rule, group, file, index, intervalMs, durationMs, keepFiringForMs }];
  });
}

function recordingsOf({ name: group, file, interval: intervalMs, rules }: ApiGroup): LoadedRecording[] {
  return rules.flatMap((one, index) => {
    if (one.type !== 'recording') return [];
    const { type: _, ...rule } = one;
    return [{ ...rule, group, file, index, intervalMs }];
  });
}

type ApiGroupOfBoth = z.output<typeof api.everyRule>['groups'][number];
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
