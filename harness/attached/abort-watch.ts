import { setTimeout as sleep } from 'node:timers/promises';
import { parseDuration } from '../../core/duration.ts';
import { broken, isAbort, messageOf } from '../../core/errors.ts';
import type { PrometheusReader } from '../../signals/readers/prometheus.ts';
import type { Staging } from './staging.ts';

/** So many failed looks in a row end the drill: nobody would notice that it does harm. */
const maxFailures = 3;

/**
 * Watches the condition that ends a drill.
 *
 * @param abort ends the drill, with the reason.
 * @param signal ends the watch.
 * @throws FiredrillError `broken` when the condition holds already, or cannot be read.
 */
export async function watchAbort(
  { abort: condition, whereOf }: Pick<Staging, 'abort' | 'whereOf'>,
  prometheus: Pick<PrometheusReader, 'queryRange'>,
  abort: (reason: Error) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!condition) return;
  const where = whereOf(['abort', 'query']);
  const look = async (): Promise<string | undefined> => {
    const now = Date.now();
    const { series, error } = await prometheus.queryRange(condition.query, now, now, 1_000);
    if (error !== undefined) throw new Error(error);
    const [first] = series;
    const [, value] = first?.samples.at(-1) ?? [];
    return first && `${condition.query} gives ${value}${labelsText(first.labels)}`;
  };
  const found = await look().catch((error: unknown) => {
    throw broken(
      where,
      `cannot be read: ${messageOf(error)}`,
      'expected PromQL that Prometheus can evaluate',
    );
  });
  if (found !== undefined)
    throw broken(where, `it holds before the drill: ${found}`, 'drill this staging when it is healthy');
  const everyMs = parseDuration(condition.every) ?? 0;
  const watch = async () => {
    let failures = 0;
    for (;;) {
      await sleep(everyMs, undefined, { signal });
      try {
        const holds = await look();
        failures = 0;
        if (holds !== undefined)
          return abort(broken(where, `${holds}: the drill ends, and the fault is reverted`));
      } catch (error) {
        if (signal.aborted) throw error;
        failures += 1;
        if (failures === maxFailures)
          return abort(
            broken(
              where,
              `cannot be read any more: ${messageOf(error)}`,
              'without it the drill does not go on',
            ),
          );
      }
    }
  };
  void watch().catch((error: unknown) => {
    if (!isAbort(error) && !signal.aborted) throw error;
  });
}

const labelsText = (labels: Readonly<Record<string, string>>): string => {
  const text = Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ');
  return text === '' ? '' : ` for {${text}}`;
};
