/** Takes payments through the payment provider. `main.ts` runs it, at one of its revisions. */
import { Server } from 'node:net';
import { metrics } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { seededRandom } from '../../../../core/seeded-random.ts';
import { readConfig, readListen } from '../shared/config.ts';
import { CallError, type Downstream, downstream } from '../shared/downstream.ts';
import { failShare } from '../shared/fail-share.ts';
import { HttpFailure } from '../shared/failure.ts';
import { runService } from '../shared/service.ts';

const reasons = ['provider_failed', 'timeout', 'internal'] as const;

await runService('payments', () => {
  const config = readConfig(process.env, (from) => ({
    listen: readListen(from),
    providerUrl: from.url('PAYMENT_PROVIDER_URL', 'http:', 'https:'),
    providerTimeoutMs: from.milliseconds('PAYMENT_PROVIDER_TIMEOUT_MS', 5_500),
  }));
  const { FAIL_SHARE: share = '0', FAIL_SEED: seed = '0' } = process.env;
  const fails = failShare(Number(share), seededRandom(Number(seed), 'fail'));
  const provider = downstream('payment-provider', config.providerUrl, config.providerTimeoutMs);
  return {
    listen: config.listen,
    routes: (app) => {
      drainOnRequest(app);
      registerCharges(app, provider, fails);
    },
  };
});

/**
 * When `main.ts` says `drain`: takes no new connections, and closes each open one with its next answer. A server that
 * stops closes idle connections at once, and a request that is just being sent on one of them would fail.
 */
function drainOnRequest(app: FastifyInstance): void {
  let isDraining = false;
  process.on('message', (message) => {
    if (message !== 'drain') return;
    isDraining = true;
    // Of net, since that of http closes idle connections.
    Server.prototype.close.call(app.server);
  });
  app.addHook('onSend', async (_, reply) => {
    if (isDraining) reply.header('connection', 'close');
  });
}

/** @param fails whether the bug of this revision hits the next payment. */
function registerCharges(app: FastifyInstance, provider: Downstream, fails: () => boolean): void {
  const meter = metrics.getMeter('sample-app');
  const attempts = meter.createCounter('app.payment.attempts', { description: 'Payments begun' });
  const errors = meter.createCounter('app.payment.errors', { description: 'Payments failed, by reason' });
  // Initialised with 0: a counter that starts with its first error shows no increase.
  attempts.add(0);
  for (const reason of reasons) errors.add(0, { reason });

  app.post('/v1/charges', async (request, reply) => {
    attempts.add(1);
    try {
      if (fails()) throw new TypeError('the currency of the charge is not set');
      return reply.code(201).send(await provider.post('/v1/charges', request.body));
    } catch (error) {
      const reason = reasonOf(error);
      errors.add(1, { reason });
      if (reason === 'internal') throw error;
      const { code = reason } = error as CallError;
      request.log.warn({ reason: code, err: error }, 'failed charge');
      throw new HttpFailure(reason === 'timeout' ? 504 : 502, code, { cause: error });
    }
  });
}

function reasonOf(error: unknown): (typeof reasons)[number] {
  if (!(error instanceof CallError)) return 'internal';
  return error.fault === 'timeout' ? 'timeout' : 'provider_failed';
}
