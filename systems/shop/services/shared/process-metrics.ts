import { metrics } from '@opentelemetry/api';

/**
 * Resource usage of the process, with the names of OpenTelemetry's semantic conventions
 * (https://opentelemetry.io/docs/specs/semconv/system/process-metrics/), except that the conventions divide the
 * utilisation by the number of processors. Then the same work would have another value on every machine, and no fixed
 * threshold would fit. Here 1 is one core.
 */
export function observeProcess(): void {
  const meter = metrics.getMeter('sample-app');
  const share = cpuShare(
    () => process.cpuUsage(),
    () => performance.now(),
  );
  meter
    .createObservableGauge('process.cpu.utilization', {
      description: 'CPU time used since the last measurement, by the time that passed: 1 is one core',
      unit: '1',
    })
    .addCallback((result) => {
      const value = share();
      if (value !== undefined) result.observe(value);
    });
  meter
    .createObservableUpDownCounter('process.memory.usage', {
      description: 'Physical memory in use',
      unit: 'By',
    })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
}

/**
 * @param usage CPU time since the start, in microseconds.
 * @param now a clock, in milliseconds.
 * @returns cores used since the last call; `undefined` if no time has passed.
 */
export function cpuShare(
  usage: () => { readonly user: number; readonly system: number },
  now: () => number,
): () => number | undefined {
  const measure = () => {
    const { user, system } = usage();
    return { usedMs: (user + system) / 1000, at: now() };
  };
  let last = measure();
  return () => {
    const next = measure();
    const passedMs = next.at - last.at;
    if (passedMs <= 0) return undefined;
    const share = (next.usedMs - last.usedMs) / passedMs;
    last = next;
    return share;
  };
}
