import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';

/**
 * Logs one JSON object per line on stdout. The pino instrumentation adds trace_id and span_id within a request, and
 * also sends each record by OTLP if OTEL_LOGS_EXPORTER is set so.
 */
export function createLogger(service: string): FastifyBaseLogger {
  return pino({
    level: process.env.LOG_LEVEL ?? 'info',
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
