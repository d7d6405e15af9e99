import { metrics } from '@opentelemetry/api';
import type { Database } from './database.ts';

const latest = `
  SELECT count(*)::int AS depth,
         coalesce(extract(epoch FROM clock_timestamp() - min(queued_at)), 0)::float8 AS age
  FROM fulfilment_queue`;

/**
 * The length of the queue of orders that wait to be fulfilled, and how long the oldest one has waited. They are read from
 * the database, so each service that observes the queue exports the same; one that hangs exports nothing.
 */
export function observeFulfilmentQueue(database: Pick<Database, 'rows'>): void {
  const meter = metrics.getMeter('sample-app');
  const depth = meter.createObservableGauge('app.fulfilment.queue.depth', {
    description: 'Orders that wait to be fulfilled',
    unit: '{order}',
  });
  const age = meter.createObservableGauge('app.fulfilment.queue.age', {
    description: 'How long the oldest order has waited; 0 without one',
    unit: 's',
  });
  meter.addBatchObservableCallback(
    async (result) => {
      // Without the database there is no value. The statements that need it tell why.
      const [queue] = await database.rows<{ depth: number; age: number }>(latest).catch(() => []);
      if (!queue) return;
      result.observe(depth, queue.depth);
      result.observe(age, Math.max(0, queue.age));
    },
    [depth, age],
  );
}
