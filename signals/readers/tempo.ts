import { z } from 'zod';
import { broken } from '../../core/errors.ts';
import type { Span, Trace } from '../../core/record.ts';
import { httpReader } from './http.ts';
import { traceSchema } from './otlp-trace.ts';

/* Tempo's HTTP API: https://grafana.com/docs/tempo/latest/api_docs/ */

const nanos = z.string().transform((text) => Number(BigInt(text) / 1_000n) / 1_000);

const found = z.object({
  traces: z
    .array(
      z.object({
        // Written without leading zeros.
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

/** A trace as a search lists it: its root span (empty where Tempo has none) and its length. */
export type FoundTrace = z.output<typeof found>['traces'][number];
export type TempoReader = ReturnType<typeof tempoReader>;

/** More than any drill has within one question. */
const enough = 100_000;

/**
 * Reads a Tempo. Times are epoch milliseconds.
 *
 * @param signal ends every request.
 * @throws FiredrillError `broken` from each method when Tempo does not answer, or refuses.
 */
export function tempoReader(baseUrl: string, signal: AbortSignal) {
  const http = httpReader('tempo', baseUrl, signal);

  /**
   * The traces with a span that a TraceQL query selects and which began within [from, to], earliest first,
   * each once. Tempo's own limit takes any, not the first ones: so all are asked for, and `limit` is applied
   * to them here.
   *
   * @throws FiredrillError `broken` also when there may be more than could be asked for.
   */
  async function search(
    query: string,
    fromMs: number,
    toMs: number,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<FoundTrace[]> {
    // Whole seconds, and one more on each side; what is outside is taken away below.
    const range = { start: Math.floor(fromMs / 1000) - 1, end: Math.ceil(toMs / 1000) + 1 };
    const { traces } = await http.json('/api/search', found, { q: query, limit: enough, ...range });
    if (traces.length >= enough) throw broken('tempo', `${query}: ${enough} traces or more`);
    const each = new Map(traces.map((trace) => [trace.traceId, trace]));
    return [...each.values()]
      .filter(({ startAt }) => startAt >= fromMs && startAt <= toMs)
      .sort((a, b) => a.startAt - b.startAt)
      .slice(0, limit);
  }

  return {
    /** Returns once it is ready. @throws while it is not. */
    ready: async (): Promise<void> => void (await http.text('/ready')),
    search,
    /** The whole trace, its spans in the order of their start; `undefined` when Tempo has none of that id. */
    trace: async (traceId: string): Promise<Trace | undefined> => {
      const spans = await http.jsonIfThere(`/api/traces/${encodeURIComponent(traceId)}`, traceSchema);
      if (!spans) return undefined;
      const each = new Map(spans.map((span): [string, Span] => [span.spanId, span]));
      return { traceId, spans: [...each.values()].sort((a, b) => a.startAt - b.startAt) };
    },
  };
}
