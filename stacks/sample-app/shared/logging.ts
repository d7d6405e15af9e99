import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';

/**
 * One JSON object a line on stdout. The pino instrumentation adds trace_id and span_id within a request, and
 * sends each record by OTLP as well when OTEL_LOGS_EXPORTER says so.
 */
export function createLogger(service: string): FastifyBaseLogger {
  return pino({
    level: process.env.LOG_LEVEL ?? 'info',
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
