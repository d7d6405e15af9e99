/**
 * Simulates the external payment provider. PUT /admin/behaviour makes it fail or slow down at run time; both admin
 * routes return the behaviour with the number of payments charged and declined since the start.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { randomSeed, seededRandom } from '../../../../core/seeded-random.ts';
import { readConfig, readListen } from '../shared/config.ts';
import { failShare } from '../shared/fail-share.ts';
import { HttpFailure } from '../shared/failure.ts';
import { runService } from '../shared/service.ts';
import { type Behaviour, nextDelayMs, normalBehaviour, parseBehaviour } from './behaviour.ts';

await runService('payment-provider', () => ({
  listen: readConfig(process.env, readListen),
  routes,
}));

function routes(app: FastifyInstance): void {
  let behaviour = normalBehaviour;
  let decide = decisions(behaviour);
  const count = { charged: 0, declined: 0 };

  app.post('/v1/charges', async (request, reply) => {
    const declined = decide.fails();
    count[declined ? 'declined' : 'charged'] += 1;
    if (declined) {
      request.log.warn('card processor unavailable');
      throw new HttpFailure(503, 'card_processor_unavailable');
    }
    if (decide.isSlow()) await sleep(nextDelayMs(behaviour, decide.delay));
    return reply.code(201).send({ chargeId: randomUUID(), status: 'approved' });
  });

  app.get('/admin/behaviour', async () => ({ ...behaviour, ...count }));

  app.put('/admin/behaviour', async (request, reply) => {
    const wanted = parseBehaviour(request.body);
    if ('faults' in wanted) return reply.code(400).send({ error: 'bad_request', faults: wanted.faults });
    behaviour = wanted;
    decide = decisions(behaviour);
    return { ...behaviour, ...count };
  });
}

/** Each decision has its own random sequence, so that none depends on how often another is made. */
function decisions({ failShare: fail, slowShare: slow, seed = randomSeed() }: Behaviour) {
  return {
    fails: failShare(fail, seededRandom(seed, 'fail')),
    isSlow: failShare(slow, seededRandom(seed, 'slow')),
    delay: seededRandom(seed, 'delay'),
  };
}
