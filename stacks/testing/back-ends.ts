/* What a stack's back ends have, asked in as few words as a test needs. */
import { httpClient } from '../../core/http.ts';
import type { Labels } from '../../core/labels.ts';

const client = httpClient({ proxy: false, validateStatus: (status) => status === 200 });

const get = async (url: string, params: object, headers: Labels, signal: AbortSignal): Promise<unknown> =>
  (await client.get<unknown>(url, { params, headers, signal })).data;

export interface StoredLogLine {
  readonly line: string;
  /** Of the stream, and structured metadata. */
  readonly labels: Labels;
}

/** Lines in Loki of the last hour. */
export async function logLines(
  url: string,
  tenant: string,
  query: string,
  signal: AbortSignal,
): Promise<StoredLogLine[]> {
  const headers = { 'X-Scope-OrgID': tenant };
  const answer = await get(`${url}/loki/api/v1/query_range`, { query, limit: 1000 }, headers, signal);
  const { data } = answer as { data: { result: { stream: Labels; values: [string, string][] }[] } };
  return data.result.flatMap(({ stream, values }) => values.map(([, line]) => ({ line, labels: stream })));
}

/** Labels of the series that a query gives now. */
export async function prometheusValues(url: string, query: string, signal: AbortSignal): Promise<Labels[]> {
  const answer = await get(`${url}/api/v1/query`, { query }, {}, signal);
  return (answer as { data: { result: { metric: Labels }[] } }).data.result.map(({ metric }) => metric);
}

export interface TestSpan {
  readonly service: string;
  readonly instance: string;
  readonly name: string;
  readonly parentId: string | undefined;
  readonly status: 'error' | 'other';
}

interface Batch {
  readonly resource: { readonly attributes: { key: string; value: { stringValue?: string } }[] };
  readonly scopeSpans: {
    readonly spans: { name: string; parentSpanId?: string; status?: { code?: string } }[];
  }[];
}

/** The spans of a trace in Tempo, in OTLP's JSON: https://grafana.com/docs/tempo/latest/api_docs/#query */
export async function spansOf(url: string, traceId: string, signal: AbortSignal): Promise<TestSpan[]> {
  const answer = await get(`${url}/api/traces/${traceId}`, {}, {}, signal);
  return (answer as { batches: Batch[] }).batches.flatMap(({ resource, scopeSpans }) => {
    const attribute = (name: string) =>
      resource.attributes.find(({ key }) => key === name)?.value.stringValue ?? '';
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, parentSpanId, status }) => ({
        service: attribute('service.name'),
        instance: attribute('service.instance.id'),
        name,
        parentId: parentSpanId || undefined,
        status: status?.code === 'STATUS_CODE_ERROR' ? ('error' as const) : ('other' as const),
      })),
    );
  });
}
