import type { FastifyInstance } from 'fastify';

export interface HealthState {
  started: boolean;
  stopping: boolean;
}

/** Something that this instance itself needs to serve; `run` rejects, saying why, when it is not there. */
export interface Check {
  readonly name: string;
  run(): Promise<void>;
}

export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: { readonly status: 'up' | 'down'; readonly reasons: readonly string[] };
}

/** Longest wait for one check, in milliseconds: below the time limit of a usual probe (1 s). */
const checkLimitMs = 800;

export async function readiness(
  state: HealthState,
  checks: readonly Check[],
  limitMs: number = checkLimitMs,
): Promise<HealthAnswer> {
  if (!state.started) return answer(['not started yet']);
  if (state.stopping) return answer(['stopping']);
  const outcomes = await Promise.all(checks.map((check) => reasonAgainst(check, limitMs)));
  return answer(outcomes.filter((reason) => reason !== undefined));
}

/**
 * - startup: preparation (schema, connections) is done.
 * - live: the event loop answers; nothing else, for a restart would not mend anything else.
 * - ready: what this instance itself needs is there. Services it calls are left out: one slow or broken
 *   service would otherwise take every instance of its callers out of rotation, also for the journeys that
 *   do not need it. That belongs to alerting, not to routing.
 */
export function registerHealth(app: FastifyInstance, state: HealthState, checks: readonly Check[]): void {
  app.get('/health/startup', (_request, reply) =>
    send(reply, answer(state.started ? [] : ['not started yet'])),
  );
  app.get('/health/live', (_request, reply) => send(reply, answer([])));
  app.get('/health/ready', async (_request, reply) => send(reply, await readiness(state, checks)));
}

const send = (
  reply: { code(status: number): { send(body: unknown): unknown } },
  { status, body }: HealthAnswer,
) => reply.code(status).send(body);

const answer = (reasons: readonly string[]): HealthAnswer =>
  reasons.length === 0
    ? { status: 200, body: { status: 'up', reasons } }
    : { status: 503, body: { status: 'down', reasons } };

async function reasonAgainst(check: Check, limitMs: number): Promise<string | undefined> {
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
