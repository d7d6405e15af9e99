import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FastifyInstance } from 'fastify';
import { parseSettings, type Settings } from './lever.ts';

/** `cpuShare`: share of one core to burn; `memoryMiB`: memory to hold. */
export type Pressure = Settings<'cpuShare' | 'memoryMiB'>;

const most: Pressure = { cpuShare: 1, memoryMiB: 2_048 };
const none: Pressure = { cpuShare: 0, memoryMiB: 0 };

/**
 * GET and PUT /admin/pressure: makes this instance really burn CPU and really hold memory; `{}` sets it back. Both
 * answer the pressure, and what the process has used: CPU since its start in seconds, and physical memory in bytes.
 *
 * A thread of its own does both. The service goes on answering; and when the thread ends, its memory is free at once,
 * where the memory of this thread would wait for a garbage collection.
 */
export function registerPressure(app: FastifyInstance): void {
  let pressure = none;
  let worker: Worker | undefined;

  const apply = async (wanted: Pressure): Promise<void> => {
    const former = worker;
    pressure = wanted;
    worker = wanted.cpuShare > 0 || wanted.memoryMiB > 0 ? startWorker(wanted) : undefined;
    // An exit comes first when another change overtakes this one.
    await Promise.all([
      former?.terminate(),
      worker && Promise.race([once(worker, 'message'), once(worker, 'exit')]),
    ]);
  };
  const state = () => {
    const { user, system } = process.cpuUsage();
    return { ...pressure, cpuSeconds: (user + system) / 1e6, memoryBytes: process.memoryUsage.rss() };
  };

  app.get('/admin/pressure', async () => state());
  app.put('/admin/pressure', async (request, reply) => {
    const wanted = parseSettings(request.body, most);
    if ('faults' in wanted) return reply.code(400).send({ error: 'bad_request', faults: wanted.faults });
    await apply(wanted);
    return state();
  });
}

/** Says `held` when it holds its memory. Without the process's own `--import`s: it needs no telemetry of its own. */
const startWorker = (wanted: Pressure): Worker =>
  new Worker(new URL('pressure-worker.ts', import.meta.url), { workerData: wanted, execArgv: [] });
