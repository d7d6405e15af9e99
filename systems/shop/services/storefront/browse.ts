import type { FastifyInstance } from 'fastify';
import { CallError, type Downstream, levelOf } from '../shared/downstream.ts';
import { HttpFailure } from '../shared/failure.ts';

const querystring = {
  type: 'object',
  required: ['type'],
  properties: { type: { enum: ['rent', 'sale', 'monthly'] }, q: { type: 'string', maxLength: 100 } },
};

export function registerBrowse(app: FastifyInstance, orders: Downstream): void {
  /** Any failure fails the whole request: with a timeout, or with an internal error. */
  const fetchListings = async (path: string): Promise<unknown> => {
    try {
      return await orders.get(path);
    } catch (error) {
      app.log[levelOf(error)]({ err: error }, 'failed listings');
      const late = error instanceof CallError && error.fault === 'timeout';
      throw late
        ? new HttpFailure(504, 'timeout', { cause: error })
        : new HttpFailure(500, 'internal', { cause: error });
    }
  };

  app.get<{ Querystring: { type: string; q?: string } }>('/search', { schema: { querystring } }, (request) =>
    fetchListings(`/listings?${new URLSearchParams(request.query)}`),
  );
  app.get('/catalog', () => fetchListings('/listings/catalog'));
}
