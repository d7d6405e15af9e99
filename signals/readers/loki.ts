import { z } from 'zod';
import { broken, messageOf } from '../../core/errors.ts';
import type { LogLine } from '../../core/record.ts';
import { httpReader, type Identity, statusIn } from './http.ts';
import {
  joinSeries,
  type Matrix,
  matrixSchema,
  type RangeResult,
  rangesOfSteps,
  vectorSchema,
} from './series.ts';

/*
 * Loki's HTTP API: https://grafana.com/docs/loki/latest/reference/loki-http-api/. Times of requests and lines
 * are nanoseconds, those of metric results seconds.
 */

const labels = z.record(z.string(), z.string());
const envelope = <T>(data: z.ZodType<T>) =>
  z.object({ status: z.literal('success'), data }).transform((response) => response.data as T);

const streams = envelope(
  z.object({
    resultType: z.literal('streams'),
    // Structured metadata is part of the labels, unless categorized labels are requested.
    result: z.array(z.object({ stream: labels, values: z.array(z.tuple([z.string(), z.string()])) })),
  }),
);
const matrix = envelope(z.object({ resultType: z.literal('matrix'), result: matrixSchema }));
const vector = envelope(vectorSchema);
const series = envelope(z.array(labels));

/** Reads a Loki as one tenant. Times are epoch milliseconds. */
export interface LokiReader {
  /** The tenant whose logs are read. */
  readonly tenant: string;
  /** The same Loki with another tenant. */
  as(tenant: string): LokiReader;
  /** Checks readiness. @throws if it is not ready. */
  ready(): Promise<void>;
  /** The lines of a log query within [from, to), earliest first; at most `limit` (default 100). */
  lines(query: string, fromMs: number, toMs: number, limit?: number): Promise<LogLine[]>;
  /** Number of lines of a log query within (from, to]. The query must not be a metric query. */
  count(query: string, fromMs: number, toMs: number): Promise<number>;
  /** The result of a metric query at every step of [from, to]; `error` if Loki refuses the query. */
  queryRange(query: string, fromMs: number, toMs: number, stepMs: number): Promise<RangeResult>;
  /** The label sets of streams that match a selector within [from, to]. */
  seriesOf(selector: string, fromMs: number, toMs: number): Promise<Record<string, string>[]>;
}

/** Loki's default for `max_entries_limit_per_query`; larger requests are rejected. */
const maxLines = 5_000;

const nanos = (ms: number) => (BigInt(Math.round(ms)) * 1_000_000n).toString();

/** The status for a query that cannot be evaluated; any other one says that Loki itself failed. */
const refusesQuery = 400;

const isTenantHeader = (name: string): boolean => name.toLowerCase() === 'x-scope-orgid';

/** A Loki with a single tenant calls it `fake`, and ignores the header. */
const tenantOf = ({ headers = {} }: Identity): string =>
  Object.entries(headers).find(([name]) => isTenantHeader(name))?.[1] ?? 'fake';

/**
 * Reads a Loki.
 *
 * @param identity its header X-Scope-OrgID is the tenant.
 * @param tenant another tenant, sent in its place. Default: that of the identity, or else the one of the project's Loki.
 * @param signal aborts every request.
 * @throws FiredrillError `broken` from each method if Loki does not respond, or responds with an error.
 */
export function lokiReader(
  baseUrl: string,
  signal: AbortSignal,
  identity?: Identity,
  tenant = identity ? tenantOf(identity) : 'dev',
): LokiReader {
  const others = Object.entries(identity?.headers ?? {}).filter(([name]) => !isTenantHeader(name));
  const headers = { ...Object.fromEntries(others), 'x-scope-orgid': tenant };
  const http = httpReader('loki', baseUrl, signal, { ...identity, headers });
  const api = '/loki/api/v1';

  async function lines(query: string, fromMs: number, toMs: number, limit = 100): Promise<LogLine[]> {
    const found: TimedLine[] = [];
    let start = BigInt(nanos(fromMs));
    while (found.length < limit) {
      const params = { query, start: start.toString(), end: nanos(toMs), limit: maxLines };
      const { result } = await http.json(`${api}/query_range`, streams, { ...params, direction: 'forward' });
      const page = result
        .flatMap(({ stream, values }) => values.map(([at, text]) => ({ at: BigInt(at), text, stream })))
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
      const last = page.at(-1);
      if (!last || page.length < maxLines) {
        found.push(...page);
        break;
      }
      // More lines with the last timestamp may follow, so the next page starts at that timestamp.
      const complete = page.filter(({ at }) => at < last.at);
      if (complete.length === 0) {
        throw broken('loki', `${query}: more than ${maxLines} lines in one instant`);
      }
      found.push(...complete);
      start = last.at;
    }
    return found.slice(0, limit).map(lineOf);
  }

  async function count(query: string, fromMs: number, toMs: number): Promise<number> {
    const rangeMs = Math.max(1, Math.ceil(toMs - fromMs));
    const counted = { query: `sum(count_over_time(${query}[${rangeMs}ms]))`, time: nanos(toMs) };
    const { result } = await http.json(`${api}/query`, vector, counted);
    return Number(result[0]?.value[1] ?? 0);
  }

  async function queryRange(
    query: string,
    fromMs: number,
    toMs: number,
    stepMs: number,
  ): Promise<RangeResult> {
    const chunks: Matrix[] = [];
    const step = `${stepMs / 1000}`;
    try {
      for (const { from, to } of rangesOfSteps(fromMs, toMs, stepMs)) {
        const range = { start: nanos(from), end: nanos(to) };
        chunks.push((await http.json(`${api}/query_range`, matrix, { query, ...range, step })).result);
      }
    } catch (error) {
      if (statusIn(error) !== refusesQuery) throw error;
      return { series: [], error: messageOf(error) };
    }
    return { series: joinSeries(chunks) };
  }

  return {
    tenant,
    as: (other) => lokiReader(baseUrl, signal, identity, other),
    ready: async () => void (await http.text('/ready')),
    lines,
    count,
    queryRange,
    seriesOf: (selector, fromMs, toMs) =>
      http.json(`${api}/series`, series, { 'match[]': selector, start: nanos(fromMs), end: nanos(toMs) }),
  };
}

interface TimedLine {
  readonly at: bigint;
  readonly text: string;
  readonly stream: Record<string, string>;
}

/** Loki's names for OTLP fields: https://grafana.com/docs/loki/latest/send-data/otel/#format-considerations */
function lineOf({ at, text, stream }: TimedLine): LogLine {
  const { trace_id: traceId, span_id: spanId } = stream;
  return {
    at: Number(at / 1_000_000n),
    service: stream.service_name ?? '',
    severity: stream.severity_text ?? stream.detected_level ?? '',
    text,
    ...(traceId ? { traceId } : {}),
    ...(spanId ? { spanId } : {}),
    labels: stream,
  };
}
