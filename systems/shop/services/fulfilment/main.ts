/** Fulfils the orders that wait in the queue of the database, oldest first. */
import { readConfig, readListen } from '../shared/config.ts';
import { openDatabase } from '../shared/database.ts';
import { observeFulfilmentQueue } from '../shared/fulfilment-queue.ts';
import { runService } from '../shared/service.ts';
import { Worker } from './worker.ts';

await runService('fulfilment', (log) => {
  const config = readConfig(process.env, (from) => ({
    listen: readListen(from),
    databaseUrl: from.url('DATABASE_URL', 'postgres:', 'postgresql:'),
    databaseTimeoutMs: from.milliseconds('DATABASE_TIMEOUT_MS', 3_000),
    pollMs: from.milliseconds('POLL_MS', 100),
  }));
  const database = openDatabase(config.databaseUrl, config.databaseTimeoutMs, log);
  const worker = new Worker(database, config.pollMs, log);
  return {
    listen: config.listen,
    prepare: async () => {
      // Also shows that the queue exists.
      await worker.fulfil();
      observeFulfilmentQueue(database);
      worker.start();
    },
    checks: [{ name: 'postgres', run: async () => void (await database.rows('SELECT 1')) }],
    routes: () => {},
    close: async () => {
      await worker.stop();
      await database.close();
    },
  };
});
