import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FastifyInstance } from 'fastify';
import { parseSettings, type Settings } from './admin-settings.ts';

/** `cpuShare`: share of one core to use; `memoryMiB`: memory to allocate. */
export type Pressure = Settings<'cpuShare' | 'memoryMiB'>;

const max: Pressure = { cpuShare: 1, memoryMiB: 2_048 };
const none: Pressure = { cpuShare: 0, memoryMiB: 0 };

/**
 * GET and PUT /admin/pressure: makes this instance use additional CPU and memory; `{}` resets it. Both return the
 * pressure and the usage of the process: CPU time since its start in seconds, and physical memory in bytes.
 *
 * A separate thread does both, so the service keeps responding, and memory is freed at once when the thread ends,
 * without waiting for garbage collection.
 */
export function registerPressure(app: FastifyInstance): void {
  let pressure = none;
  let worker: Worker | undefined;

  const apply = async (wanted: Pressure): Promise<void> => {
    const former = worker;
    pressure = wanted;
    worker = wanted.cpuShare > 0 || wanted.memoryMiB > 0 ? startWorker(wanted) : undefined;
    // The worker exits first if another change replaces it meanwhile.
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
    const wanted = parseSettings(request.body, max);
    if ('faults' in wanted) return reply.code(400).send({ error: 'bad_request', faults: wanted.faults });
    await apply(wanted);
    return state();
  });
}

/**
 * The worker sends `held` when it has allocated its memory. It runs without the process's `--import`s, since it needs
 * no telemetry.
 */
const startWorker = (wanted: Pressure): Worker =>
  new Worker(new URL('pressure-worker.ts', import.meta.url), { workerData: wanted, execArgv: [] });
