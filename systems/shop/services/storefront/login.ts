import { metrics } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { CallError, type Downstream, levelOf } from '../shared/downstream.ts';
import { HttpFailure } from '../shared/failure.ts';

/** Values of the label `reason` of `app.login.errors`, with the response status. */
const statusByReason = {
  invalid_credentials: 401,
  auth_unavailable: 503,
  timeout: 504,
  internal: 500,
} as const;
type LoginReason = keyof typeof statusByReason;

const body = {
  type: 'object',
  required: ['email', 'password'],
  properties: { email: { type: 'string' }, password: { type: 'string' } },
};

export function registerLogin(app: FastifyInstance, orders: Downstream): void {
  const meter = metrics.getMeter('sample-app');
  const attempts = meter.createCounter('app.login.attempts', { description: 'Logins begun' });
  const errors = meter.createCounter('app.login.errors', { description: 'Logins failed, by reason' });
  attempts.add(0);
  for (const reason of Object.keys(statusByReason)) errors.add(0, { reason });

  app.post<{ Body: { email: string; password: string } }>('/login', { schema: { body } }, async (request) => {
    attempts.add(1);
    try {
      return await orders.post('/logins', request.body);
    } catch (error) {
      const reason = loginReason(error);
      errors.add(1, { reason });
      request.log[levelOf(error)]({ reason, err: error }, 'failed login');
      throw new HttpFailure(statusByReason[reason], reason, { cause: error });
    }
  });
}

function loginReason(error: unknown): LoginReason {
  if (!(error instanceof CallError)) return 'internal';
  if (error.fault === 'timeout') return 'timeout';
  if (error.code === 'auth_unavailable') return 'auth_unavailable';
  return error.status === 401 ? 'invalid_credentials' : 'internal';
}
