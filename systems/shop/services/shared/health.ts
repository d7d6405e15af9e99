import type { FastifyInstance } from 'fastify';

export interface HealthState {
  started: boolean;
  stopping: boolean;
}

/**
 * A dependency that this instance itself needs to serve requests; `run` rejects with the reason if it is unavailable.
 */
export interface HealthCheck {
  readonly name: string;
  run(): Promise<void>;
}

export interface HealthResponse {
  readonly status: 200 | 503;
  readonly body: { readonly status: 'up' | 'down'; readonly reasons: readonly string[] };
}

/** Time limit of one check, in milliseconds: below that of a usual probe (1 s). */
const checkLimitMs = 800;

export async function readiness(
  state: HealthState,
  checks: readonly HealthCheck[],
  limitMs: number = checkLimitMs,
): Promise<HealthResponse> {
  if (!state.started) return answer(['not started yet']);
  if (state.stopping) return answer(['stopping']);
  const outcomes = await Promise.all(checks.map((check) => reasonAgainst(check, limitMs)));
  return answer(outcomes.filter((reason) => reason !== undefined));
}

/**
 * - startup: preparation (schema, connections) is done.
 * - live: the event loop responds; nothing else, since a restart would not fix anything else.
 * - ready: what this instance itself needs is available. Called services are not included: one slow or broken service
 *   would otherwise take every instance of its callers out of rotation, also for journeys that do not need it. That is
 *   a matter for alerting, not for routing.
 */
export function registerHealth(
  app: FastifyInstance,
  state: HealthState,
  checks: readonly HealthCheck[],
): void {
  app.get('/health/startup', (_request, reply) =>
    send(reply, answer(state.started ? [] : ['not started yet'])),
  );
  app.get('/health/live', (_request, reply) => send(reply, answer([])));
  app.get('/health/ready', async (_request, reply) => send(reply, await readiness(state, checks)));
}

const send = (
  reply: { code(status: number): { send(body: unknown): unknown } },
  { status, body }: HealthResponse,
) => reply.code(status).send(body);

const answer = (reasons: readonly string[]): HealthResponse =>
  reasons.length === 0
    ? { status: 200, body: { status: 'up', reasons } }
    : { status: 503, body: { status: 'down', reasons } };

/** Returns why a dependency is unavailable, or does not answer within the limit; `undefined` if it is available. */
export async function reasonAgainst(check: HealthCheck, limitMs: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([check.run(), late]);
    return undefined;
  } catch (error) {
    return `${check.name}: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}
