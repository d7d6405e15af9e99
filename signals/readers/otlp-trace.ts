import { z } from 'zod';
import type { Span } from '../../core/record.ts';

/*
 * A trace in Tempo's response: OTLP in protobuf's JSON encoding, with identifiers in base64. (OTLP's own JSON encoding
 * has them in hexadecimal; https://protobuf.dev/programming-guides/json/.)
 */

interface AnyValue {
  readonly stringValue?: string | undefined;
  readonly boolValue?: boolean | undefined;
  readonly intValue?: string | number | undefined;
  readonly doubleValue?: number | string | undefined;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] | undefined } | undefined;
}

const anyValue: z.ZodType<AnyValue> = z.object({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  doubleValue: z.union([z.string(), z.number()]).optional(),
  get arrayValue() {
    return z.object({ values: z.array(anyValue).optional() }).optional();
  },
});

function textOf({ stringValue, boolValue, intValue, doubleValue, arrayValue }: AnyValue): string {
  if (arrayValue) return (arrayValue.values ?? []).map(textOf).join(', ');
  return String(stringValue ?? boolValue ?? intValue ?? doubleValue ?? '');
}

const attributes = z
  .array(z.object({ key: z.string(), value: anyValue.default({}) }))
  .default([])
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, textOf(value)])));

const id = z.string().transform((base64) => Buffer.from(base64, 'base64').toString('hex'));
/** Nanoseconds as a text; in milliseconds with microsecond precision, the most that a double can represent of an epoch time. */
export const nanos = z.string().transform((text) => Number(BigInt(text) / 1_000n) / 1_000);

const statuses: Readonly<Record<string, Span['status']>> = {
  STATUS_CODE_OK: 'ok',
  STATUS_CODE_ERROR: 'error',
};

const span = z.object({
  spanId: id,
  parentSpanId: id.optional(),
  name: z.string().default(''),
  kind: z.string().default('SPAN_KIND_UNSPECIFIED'),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  events: z.array(z.object({ attributes })).default([]),
  status: z.object({ code: z.string().optional(), message: z.string().optional() }).default({}),
});

const batch = z.object({
  resource: z.object({ attributes }).default({ attributes: {} }),
  scopeSpans: z.array(z.object({ spans: z.array(span).default([]) })).default([]),
});

function spanOf(resource: Readonly<Record<string, string>>, found: z.output<typeof span>): Span {
  const instance = resource['service.instance.id'];
  const exceptions = found.events.flatMap(
    ({ attributes: { 'exception.message': message } }) => message ?? [],
  );
  return {
    spanId: found.spanId,
    ...(found.parentSpanId ? { parentId: found.parentSpanId } : {}),
    service: resource['service.name'] ?? '',
    ...(instance ? { instance } : {}),
    name: found.name,
    kind: found.kind.replace('SPAN_KIND_', '').toLowerCase(),
    startAt: found.startTimeUnixNano,
    durationMs: Math.max(0, found.endTimeUnixNano - found.startTimeUnixNano),
    status: statuses[found.status.code ?? ''] ?? 'unset',
    ...(found.status.message ? { statusMessage: found.status.message } : {}),
    attributes: {
      ...found.attributes,
      ...(exceptions.length > 0 ? { 'exception.message': exceptions.join('\n') } : {}),
    },
  };
}

/** The spans of a trace, in Tempo's order. */
export const traceSchema = z
  .object({ batches: z.array(batch).default([]) })
  .transform(({ batches }): Span[] =>
    batches.flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map((one) => spanOf(resource.attributes, one))),
    ),
  );
