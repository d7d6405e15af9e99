import { readConfig, readListen } from '../shared/config.ts';
import { openDatabase } from '../shared/database.ts';
import { downstream } from '../shared/downstream.ts';
import { observeFulfilmentQueue } from '../shared/fulfilment-queue.ts';
import { runService } from '../shared/service.ts';
import { observeConnections, registerConnections } from './connections.ts';
import { registerListings } from './listings.ts';
import { registerLogins } from './logins.ts';
import { registerPayments } from './payments.ts';

await runService('orders', (log) => {
  const config = readConfig(process.env, (from) => ({
    listen: readListen(from),
    databaseUrl: from.url('DATABASE_URL', 'postgres:', 'postgresql:'),
    databaseTimeoutMs: from.milliseconds('DATABASE_TIMEOUT_MS', 3_000),
    providerUrl: from.url('PAYMENT_PROVIDER_URL', 'http:', 'https:'),
    providerTimeoutMs: from.milliseconds('PAYMENT_PROVIDER_TIMEOUT_MS', 6_000),
    queuesOrders: from.text('FULFILMENT', 'direct') === 'queued',
  }));
  const database = openDatabase(config.databaseUrl, config.databaseTimeoutMs, log);
  const provider = downstream('payment-provider', config.providerUrl, config.providerTimeoutMs);
  observeConnections(database);
  if (config.queuesOrders) observeFulfilmentQueue(database);
  return {
    listen: config.listen,
    prepare: database.applySchema,
    checks: [{ name: 'postgres', run: async () => void (await database.rows('SELECT 1')) }],
    routes: (app) => {
      registerListings(app, database);
      registerLogins(app, database);
      registerConnections(app, database);
      registerPayments(app, database, provider, config.queuesOrders);
    },
    close: database.close,
  };
});
