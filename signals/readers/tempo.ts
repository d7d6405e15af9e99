import { z } from 'zod';
import { broken } from '../../core/errors.ts';
import type { Span, Trace } from '../../core/record.ts';
import { httpReader, type Identity } from './http.ts';
import { nanos, traceSchema } from './otlp-trace.ts';

/* Tempo's HTTP API: https://grafana.com/docs/tempo/latest/api_docs/ */

const found = z.object({
  traces: z
    .array(
      z.object({
        // Tempo omits leading zeros.
        traceID: z.string().transform((id) => id.padStart(32, '0')),
        rootServiceName: z.string().default(''),
        rootTraceName: z.string().default(''),
        startTimeUnixNano: nanos,
        durationMs: z.number().default(0),
      }),
    )
    .default([])
    .transform((traces) =>
      traces.map(({ traceID, rootServiceName, rootTraceName, startTimeUnixNano, durationMs }) => ({
        traceId: traceID,
        rootService: rootServiceName,
        rootName: rootTraceName,
        startAt: startTimeUnixNano,
        durationMs,
      })),
    ),
});

/** A trace in a search result: its root span (empty if Tempo has none) and its duration. */
export type FoundTrace = z.output<typeof found>['traces'][number];
export type TempoReader = ReturnType<typeof tempoReader>;

/** Result limit: more than any drill has in one search. */
const maxTraces = 100_000;

/**
 * Reads Tempo's API. Times are epoch milliseconds.
 *
 * @param signal aborts every request.
 * @throws FiredrillError `broken` from each method if Tempo does not respond, or responds with an error.
 */
export function tempoReader(baseUrl: string, signal: AbortSignal, identity?: Identity) {
  const http = httpReader('tempo', baseUrl, signal, identity);

  /**
   * The distinct traces that began within [from, to] and have a span that matches a TraceQL query, earliest first.
   * Tempo's own limit picks arbitrary traces, so all are requested and `limit` is applied afterwards.
   *
   * @throws FiredrillError `broken` also if the result limit is reached.
   */
  async function search(
    query: string,
    fromMs: number,
    toMs: number,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<FoundTrace[]> {
    // The API takes whole seconds, so the range is extended by a second on each side and filtered below.
    const range = { start: Math.floor(fromMs / 1000) - 1, end: Math.ceil(toMs / 1000) + 1 };
    const { traces } = await http.json('/api/search', found, { q: query, limit: maxTraces, ...range });
    if (traces.length >= maxTraces) throw broken('tempo', `${query}: ${maxTraces} traces or more`);
    const each = new Map(traces.map((trace) => [trace.traceId, trace]));
    return [...each.values()]
      .filter(({ startAt }) => startAt >= fromMs && startAt <= toMs)
      .sort((a, b) => a.startAt - b.startAt)
      .slice(0, limit);
  }

  return {
    /** Checks readiness. @throws if it is not ready. */
    ready: async (): Promise<void> => void (await http.text('/ready')),
    search,
    /** A complete trace with its spans by start time; `undefined` if Tempo does not have it. */
    trace: async (traceId: string): Promise<Trace | undefined> => {
      const spans = await http.jsonIfThere(`/api/traces/${encodeURIComponent(traceId)}`, traceSchema);
      if (!spans) return undefined;
      const each = new Map(spans.map((span): [string, Span] => [span.spanId, span]));
      return { traceId, spans: [...each.values()].sort((a, b) => a.startAt - b.startAt) };
    },
  };
}
