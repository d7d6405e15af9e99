import { metrics } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { CallError, type Downstream, levelOf } from '../shared/downstream.ts';
import { HttpFailure } from '../shared/failure.ts';
import { checkoutReason, checkoutReasons, statusByReason } from './checkout-failure.ts';

const body = { type: 'object', required: ['listingId'], properties: { listingId: { type: 'integer' } } };

export function registerCheckout(app: FastifyInstance, orders: Downstream): void {
  const meter = metrics.getMeter('sample-app');
  const attempts = meter.createCounter('app.checkout.attempts', { description: 'Checkouts begun' });
  const errors = meter.createCounter('app.checkout.errors', { description: 'Checkouts failed, by reason' });
  // Initialised with 0: a counter that starts with its first error shows no increase.
  attempts.add(0);
  for (const reason of checkoutReasons) errors.add(0, { reason });

  app.post<{ Body: { listingId: number } }>('/checkout', { schema: { body } }, async (request, reply) => {
    attempts.add(1);
    let step: 'payment' | 'fulfilment' = 'payment';
    try {
      const { paymentId } = await orders.post<{ paymentId: number }>('/payments', request.body);
      step = 'fulfilment';
      const { orderId } = await orders.post<{ orderId: number }>('/fulfilment', { paymentId });
      return reply.code(201).send({ orderId });
    } catch (error) {
      // An invalid request is not counted as a failure of the shop.
      if (error instanceof CallError && error.status === 404) throw new HttpFailure(404, 'listing_unknown');
      const reason = checkoutReason(step, error);
      errors.add(1, { reason });
      request.log[levelOf(error)]({ reason, step, err: error }, 'failed checkout');
      throw new HttpFailure(statusByReason[reason], reason, { cause: error });
    }
  });
}
