/**
 * Starts OpenTelemetry. Load it before the application (`node --import <this file> <service>/main.ts`), so that
 * every library is patched before it is used. What is exported, where to, and how often is decided by the
 * standard OTEL_* variables alone: none of it may depend on this code, because it decides how soon an alert fires.
 */
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { isOperational } from './operational.ts';

// Libraries loaded by `import` are patched through this hook; `require` alone needs none.
register();

// The SDK is silent by default; an export that fails is the first thing an engineer asks about.
diag.setLogger(jsonDiagnostics(), DiagLogLevel.WARN);

// A default that keeps the telemetry small; the environment may still choose otherwise.
process.env.OTEL_NODE_RESOURCE_DETECTORS ??= 'serviceinstance,env';

const sdk = new NodeSDK({
  // Each by itself: the package of them all takes a second of the processor at every start.
  instrumentations: [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: (request) => isOperational(request.url ?? ''),
    }),
    new UndiciInstrumentation(),
    // Without a request around it (schema, pool upkeep) a query is no trace that anyone looks for.
    new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
    new PinoInstrumentation(),
  ],
});
sdk.start();

/** Exports what is still held, and stops. It may take as long as the exporters' time limits. */
export const stopTelemetry = (): Promise<void> => sdk.shutdown();

function jsonDiagnostics(): DiagLogger {
  const line =
    (level: string) =>
    (message: string, ...rest: unknown[]) =>
      console.error(
        JSON.stringify({ level, time: new Date().toISOString(), msg: message, detail: rest.map(String) }),
      );
  const silent = () => {};
  return { error: line('error'), warn: line('warn'), info: silent, debug: silent, verbose: silent };
}
