import type { FastifyInstance } from 'fastify';
import { CallError, type Downstream, levelOf } from '../shared/downstream.ts';
import { Failure } from '../shared/failure.ts';

const querystring = {
  type: 'object',
  required: ['type'],
  properties: { type: { enum: ['rent', 'sale', 'monthly'] }, q: { type: 'string', maxLength: 100 } },
};

export function registerBrowse(app: FastifyInstance, orders: Downstream): void {
  /** Browsing fails as a whole: the user sees that it took too long, or that something is wrong. */
  const fetchListings = async (path: string): Promise<unknown> => {
    try {
      return await orders.get(path);
    } catch (error) {
      app.log[levelOf(error)]({ err: error }, 'failed listings');
      const late = error instanceof CallError && error.fault === 'timeout';
      throw late
        ? new Failure(504, 'timeout', { cause: error })
        : new Failure(500, 'internal', { cause: error });
    }
  };

  app.get<{ Querystring: { type: string; q?: string } }>('/search', { schema: { querystring } }, (request) =>
    fetchListings(`/listings?${new URLSearchParams(request.query)}`),
  );
  app.get('/catalog', () => fetchListings('/listings/catalog'));
}
