import type { FastifyInstance } from 'fastify';
import type { Database } from '../shared/database.ts';

interface Listing {
  readonly id: number;
  readonly title: string;
  readonly price: number;
}

export function registerListings(app: FastifyInstance, database: Database): void {
  app.get<{ Querystring: { type: string; q?: string } }>(
    '/listings',
    { schema: { querystring: { type: 'object', required: ['type'] } } },
    async (request) => {
      const { type, q = '' } = request.query;
      await database.rows('INSERT INTO searches (transaction_type, query) VALUES ($1, $2)', [type, q]);
      const listings = await database.rows<Listing>(
        `SELECT id, title, price FROM listings
         WHERE transaction_type = $1 AND title ILIKE '%' || $2 || '%' ORDER BY id LIMIT 20`,
        [type, q],
      );
      return { listings };
    },
  );

  app.get('/listings/catalog', async () => ({
    catalog: await database.rows(
      'SELECT transaction_type AS type, count(*)::int AS listings FROM listings GROUP BY 1 ORDER BY 1',
    ),
  }));
}
