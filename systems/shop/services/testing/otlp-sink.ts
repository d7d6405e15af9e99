import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Scope } from '../../../../core/scope.ts';

interface Wire {
  readonly attributes?: readonly {
    readonly key: string;
    readonly value: Readonly<Record<string, unknown>>;
  }[];
}
interface WireSpan extends Wire {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  /** Code 2 is an error. */
  readonly status: { readonly code?: number; readonly message?: string };
  readonly events?: readonly (Wire & { readonly name: string })[];
}
interface WireLog extends Wire {
  readonly severityText: string;
  readonly traceId?: string;
  readonly body: { readonly stringValue: string };
}
interface WirePoint extends Wire {
  readonly asDouble?: number;
  readonly asInt?: number | string;
  readonly count?: number | string;
}
interface WirePoints {
  readonly dataPoints: readonly WirePoint[];
}
interface WireMetric {
  readonly name: string;
  readonly sum?: WirePoints;
  readonly gauge?: WirePoints;
  readonly histogram?: WirePoints;
}
interface WireRequest {
  readonly resourceSpans?: readonly {
    resource: Wire;
    scopeSpans: readonly { spans: readonly WireSpan[] }[];
  }[];
  readonly resourceLogs?: readonly {
    resource: Wire;
    scopeLogs: readonly { logRecords: readonly WireLog[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    resource: Wire;
    scopeMetrics: readonly { metrics: readonly WireMetric[] }[];
  }[];
}

/** An item as it was sent, with its attributes as an object and the service that sent it. */
type Sent<T> = Omit<T, 'attributes'> & {
  readonly service: unknown;
  readonly attributes: Record<string, unknown>;
};

/** Receives OTLP/HTTP JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp) and keeps what comes. */
export interface OtlpSink {
  readonly url: string;
  readonly spans: Sent<WireSpan>[];
  readonly logs: Sent<WireLog>[];
  /** Counters, gauges and histograms; the value of a histogram is its count. */
  readonly points: (Sent<WirePoint> & { readonly metric: string; readonly value: number })[];
}

export async function startOtlpSink(scope: Scope): Promise<OtlpSink> {
  const kept: Omit<OtlpSink, 'url'> = { spans: [], logs: [], points: [] };
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    keep(kept, JSON.parse(Buffer.concat(chunks).toString()));
    response.setHeader('content-type', 'application/json').end('{}');
  };
  const server = createServer((request, response) => void take(request, response));
  scope.defer('otlp sink', () => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { ...kept, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Attributes as an object. */
export const flat = ({ attributes = [] }: Wire) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

const sentBy =
  (resource: Wire) =>
  <T extends Wire>(item: T): Sent<T> => ({
    ...item,
    service: flat(resource)['service.name'],
    attributes: flat(item),
  });

function keep(kept: Omit<OtlpSink, 'url'>, body: WireRequest): void {
  for (const { resource, scopeSpans } of body.resourceSpans ?? []) {
    kept.spans.push(...scopeSpans.flatMap(({ spans }) => spans).map((span) => sentBy(resource)(span)));
  }
  for (const { resource, scopeLogs } of body.resourceLogs ?? []) {
    kept.logs.push(...scopeLogs.flatMap(({ logRecords }) => logRecords).map((log) => sentBy(resource)(log)));
  }
  for (const { resource, scopeMetrics } of body.resourceMetrics ?? []) {
    for (const { name, sum, gauge, histogram } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      for (const point of (sum ?? gauge ?? histogram)?.dataPoints ?? []) {
        const value = Number(point.asDouble ?? point.asInt ?? point.count);
        kept.points.push({ ...sentBy(resource)(point), metric: name, value });
      }
    }
  }
}
