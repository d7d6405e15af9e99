/**
 * Starts OpenTelemetry. Load it before the application (`node --import <this file> <service>/main.ts`), so that every
 * library is patched before it is used. The standard OTEL_* variables alone decide what is exported, where to and how
 * often, since that determines how soon an alert fires.
 */
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { isOperational } from './operational.ts';

// Needed to patch libraries loaded by `import`.
register();

// The SDK logs nothing by default, but failed exports must be visible.
diag.setLogger(jsonDiagnostics(), DiagLogLevel.WARN);

// A default that keeps the telemetry small; the environment may override it.
process.env.OTEL_NODE_RESOURCE_DETECTORS ??= 'serviceinstance,env';

const sdk = new NodeSDK({
  // Individually, since the package with all of them needs a second of CPU time at every start.
  instrumentations: [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: (request) => isOperational(request.url ?? ''),
    }),
    new UndiciInstrumentation(),
    // Queries outside of a request (schema, pool maintenance) need no traces.
    new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
    new PinoInstrumentation(),
  ],
});
sdk.start();

/** Exports pending telemetry and stops. It may take as long as the exporters' time limits. */
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
