import { metrics } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { parseSettings } from '../shared/admin-settings.ts';
import type { Database } from '../shared/database.ts';

/** How full the pool of database connections is, and how many statements wait for one. */
export function observeConnections({ usage }: Pick<Database, 'usage'>): void {
  const meter = metrics.getMeter('sample-app');
  const gauge = (name: string, description: string, value: () => number) =>
    meter
      .createObservableGauge(name, { description, unit: '{connection}' })
      .addCallback((result) => result.observe(value()));
  gauge('app.database.connections.used', 'Database connections in use', () => usage().used);
  gauge(
    'app.database.connections.max',
    'Database connections that the pool opens at most',
    () => usage().max,
  );
  gauge('app.database.connections.awaited', 'Statements that wait for a connection', () => usage().waiting);
}

/** GET and PUT /admin/connections: how many connections are taken from the pool and not given back, as by a leak. */
export function registerConnections(
  app: FastifyInstance,
  { hold, usage }: Pick<Database, 'hold' | 'usage'>,
): void {
  let settings = { held: 0 };
  app.get('/admin/connections', async () => ({ ...settings, ...usage() }));
  app.put('/admin/connections', async (request, reply) => {
    const wanted = parseSettings(request.body, { held: usage().max });
    if ('faults' in wanted) return reply.code(400).send({ error: 'bad_request', faults: wanted.faults });
    await hold(wanted.held);
    settings = wanted;
    return { ...settings, ...usage() };
  });
}
