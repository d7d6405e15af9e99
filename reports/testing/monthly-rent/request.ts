import type { LogLine, Span, Trace } from '../../../core/record.ts';
import { at } from '../basics.ts';

/** What one failing search left in Loki and in Tempo. */
export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

const refused = 'value too long for type character varying(5)';
const statement = 'INSERT INTO searches (transaction_type, query) VALUES ($1, $2)';
/** Seconds into the drill at which the request began. */
const began = 31.9;

type More = Partial<Pick<Span, 'parentId' | 'status' | 'statusMessage' | 'attributes' | 'kind'>>;

const span = (
  spanId: string,
  service: string,
  name: string,
  fromMs: number,
  durationMs: number,
  more: More = {},
): Span => ({
  spanId,
  service,
  instance: `${service}-1`,
  name,
  kind: 'internal',
  startAt: at(began) + fromMs,
  durationMs,
  status: 'unset',
  attributes: {},
  ...more,
});

const failed = { status: 'error' } as const;

export const sampleTrace: Trace = {
  traceId,
  spans: [
    span('a1', 'storefront', 'GET /search', 0, 21.4, {
      ...failed,
      kind: 'server',
      attributes: { 'http.route': '/search', 'http.response.status_code': '502' },
    }),
    span('a2', 'storefront', 'request handler - /search', 0.9, 20.1, { parentId: 'a1' }),
    span('a3', 'storefront', 'GET', 1.6, 18.9, { ...failed, parentId: 'a2', kind: 'client' }),
    span('b1', 'orders', 'GET /listings', 3.2, 16.4, { ...failed, parentId: 'a3', kind: 'server' }),
    span('b2', 'orders', 'request handler - /listings', 4, 15.1, { parentId: 'b1' }),
    span('b3', 'orders', 'pg-pool.connect', 4.4, 1.2, { parentId: 'b2', kind: 'client' }),
    span('b4', 'orders', 'pg.query:INSERT firedrill', 5.8, 12.6, {
      ...failed,
      parentId: 'b2',
      kind: 'client',
      statusMessage: refused,
      attributes: {
        'db.system.name': 'postgresql',
        'db.query.text': statement,
        'db.response.status_code': '22001',
        'exception.message': refused,
      },
    }),
  ],
};

export const sampleLine: LogLine = {
  at: at(began) + 19,
  service: 'orders',
  severity: 'ERROR',
  text: 'unexpected error',
  traceId,
  spanId: 'b1',
  labels: {
    service_name: 'orders',
    severity_text: 'ERROR',
    trace_id: traceId,
    span_id: 'b1',
    error_code: '22001',
    exception_message: refused,
    deployment_environment: 'drill',
    cluster: 'firedrill',
  },
};
