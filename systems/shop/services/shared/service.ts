import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { guardAdmin } from './admin.ts';
import { observeDependencies } from './dependency-metrics.ts';
import { registerErrorHandler } from './failure.ts';
import { type HealthCheck, type HealthState, registerHealth } from './health.ts';
import { createLogger } from './logging.ts';
import { registerPressure } from './pressure.ts';
import { observeProcess } from './process-metrics.ts';
import { observeRequests } from './requests.ts';
import { stopTelemetry } from './telemetry.ts';

export interface Service {
  readonly listen: { readonly host: string; readonly port: number };
  routes(app: FastifyInstance): void;
  /** Runs before the service counts as started. */
  prepare?(): Promise<void>;
  readonly checks?: readonly HealthCheck[];
  close?(): Promise<void>;
}

/** Time limits of a stop for requests in flight, and then for the last export, in milliseconds. */
const drainMs = 1_000;
const flushMs = 800;

/** Runs a service until SIGTERM or SIGINT. A failed start logs one JSON line and exits with code 1. */
export async function runService(name: string, create: (log: FastifyBaseLogger) => Service): Promise<void> {
  const log = createLogger(process.env.OTEL_SERVICE_NAME ?? name);
  const state: HealthState = { started: false, stopping: false };
  const die = async (message: string, error: unknown): Promise<never> => {
    log.fatal({ err: error }, `${message}: ${error instanceof Error ? error.message : String(error)}`);
    await atMost(flushMs, stopTelemetry);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => void die('unexpected error outside of a request', error));
  try {
    const service = create(log);
    // Requests are identified by their trace id, so fastify's request ids are not used.
    const app = fastify({
      loggerInstance: log,
      logController: new LogController({ disableRequestLogging: true }),
      childLoggerFactory: (logger) => logger,
    });
    guardAdmin(app, process.env.ADMIN_TOKEN);
    registerHealth(app, state, service.checks ?? []);
    registerPressure(app);
    observeRequests(app);
    observeProcess();
    observeDependencies(service.checks ?? []);
    registerErrorHandler(app);
    service.routes(app);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void stop(app, service, state, log));
    }
    await app.listen({ ...service.listen, listenTextResolver: () => 'listening' });
    await service.prepare?.();
    state.started = true;
    log.info({ address: app.listeningOrigin }, 'started');
  } catch (error) {
    await die('start failed', error);
  }
}

async function stop(app: FastifyInstance, service: Service, state: HealthState, log: FastifyBaseLogger) {
  if (state.stopping) return;
  state.stopping = true;
  log.info('stopping');
  await atMost(drainMs, async () => {
    await app.close();
    await service.close?.();
  });
  await atMost(flushMs, stopTelemetry);
  process.exit(0);
}

/** Limits a step of the shutdown; failures are ignored, since the process exits anyway. */
async function atMost(ms: number, work: () => Promise<void>): Promise<void> {
  await Promise.race([work().catch(() => {}), new Promise((resolve) => setTimeout(resolve, ms))]);
}
