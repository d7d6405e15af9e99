/** Allocates memory and uses CPU according to `workerData`, until it is terminated. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Pressure } from './pressure.ts';

const { cpuShare, memoryMiB } = workerData as Pressure;
const chunkMiB = 16;
const restMs = 10;

const held: Buffer[] = [];
for (let left = memoryMiB; left > 0; left -= chunkMiB) {
  // Filled, because a page that is never written takes no memory.
  held.push(Buffer.alloc(Math.min(left, chunkMiB) * 2 ** 20, 1));
}
// Kept alive by a global: an unused local could be garbage-collected.
Object.assign(globalThis, { held });
parentPort?.postMessage('held');

const usedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
const asleep = new Int32Array(new SharedArrayBuffer(4));
const since = { usedMs: usedMs(), at: performance.now() };
for (;;) {
  // Based on CPU time and not on the clock, so that it catches up on a busy machine.
  while (usedMs() - since.usedMs < cpuShare * (performance.now() - since.at)) {
    for (let n = 0; n < 100_000; n++);
  }
  Atomics.wait(asleep, 0, 0, restMs);
}
