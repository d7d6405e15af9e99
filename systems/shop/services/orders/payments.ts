import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Database } from '../shared/database.ts';
import { CallError, type Downstream } from '../shared/downstream.ts';
import { HttpFailure } from '../shared/failure.ts';

const idBody = (name: string) => ({
  schema: { body: { type: 'object', required: [name], properties: { [name]: { type: 'integer' } } } },
});

/** @param queuesOrders whether another service fulfils the orders; otherwise they are fulfilled at once. */
export function registerPayments(
  app: FastifyInstance,
  database: Database,
  provider: Downstream,
  queuesOrders: boolean,
): void {
  const insert = `INSERT INTO fulfilments (payment_id) SELECT id FROM payments WHERE id = $1
                  ON CONFLICT DO NOTHING RETURNING id`;
  const order = queuesOrders
    ? `WITH ordered AS (${insert}),
            queued AS (INSERT INTO fulfilment_queue (order_id) SELECT id FROM ordered)
       SELECT id FROM ordered`
    : insert;
  app.post<{ Body: { listingId: number } }>('/payments', idBody('listingId'), async (request, reply) => {
    const { listingId } = request.body;
    const [listing] = await database.rows<{ price: number }>('SELECT price FROM listings WHERE id = $1', [
      listingId,
    ]);
    if (!listing) throw new HttpFailure(404, 'listing_unknown');
    const chargeId = await charge(provider, listing.price, request.log);
    const [payment] = await database.rows<{ id: string }>(
      'INSERT INTO payments (listing_id, amount, charge_id) VALUES ($1, $2, $3) RETURNING id',
      [listingId, listing.price, chargeId],
    );
    return reply.code(201).send({ paymentId: Number(payment?.id) });
  });

  app.post<{ Body: { paymentId: number } }>('/fulfilment', idBody('paymentId'), async (request, reply) => {
    const { paymentId } = request.body;
    const [ordered] = await database.rows<{ id: string }>(order, [paymentId]);
    if (!ordered) throw new HttpFailure(409, 'not_fulfillable');
    return reply.code(201).send({ orderId: Number(ordered.id) });
  });
}

async function charge(provider: Downstream, amount: number, log: FastifyBaseLogger): Promise<string> {
  try {
    const { chargeId } = await provider.post<{ chargeId: string }>('/v1/charges', { amount });
    return chargeId;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    // The alerts on logs match this message: one line for each failed payment.
    log.warn({ reason: error.code ?? error.fault, err: error }, 'failed payment');
    throw error.fault === 'timeout'
      ? new HttpFailure(504, 'timeout', { cause: error })
      : new HttpFailure(502, 'payment_failed', { cause: error });
  }
}
