import { humanDuration } from '../../core/duration.ts';
import { isAbort } from '../../core/errors.ts';
import { statusOf } from '../../core/http.ts';
import { isService } from '../../stacks/component.ts';
import { hasFailed, type RequestSample } from '../load/load-statistics.ts';
import type { RunningDrill } from '../running-drill.ts';

/** The service counts as unhealthy when a larger share of a journey's requests failed or was slow. */
const maxFailedShare = 0.01;
/** A request that takes longer is slow. While nothing is broken, requests take less than a tenth of this. */
const slowMs = 1_000;
const readyWithinMs = 2_000;

/**
 * Returns why the service was not healthy since the load began: failed or slow requests of k6, instances that are not ready
 * and targets that could not be scraped. Empty when the service was healthy. If it was not, an alert may be right.
 */
export async function serviceTrouble(drill: RunningDrill, since: number): Promise<string[]> {
  const { loadStatistics, prometheus } = drill;
  const now = Date.now();
  const { series } = await prometheus.queryRange('up == 0', since, now, 1_000);
  const down = series.map(({ labels }) => `target ${labels.instance} (${labels.job}) could not be scraped`);
  return [...journeyTrouble(loadStatistics.samplesBetween(since, now)), ...down, ...(await notReady(drill))];
}

/** Returns a line for each journey of which more than a single stray request failed or was slow. */
export function journeyTrouble(samples: readonly RequestSample[]): string[] {
  return [...Map.groupBy(samples, ({ journey }) => journey)].flatMap(([journey, own]) => {
    const failed = own.filter(hasFailed).length;
    const slow = own.filter(({ durationMs }) => durationMs > slowMs).length;
    const tell = (count: number, what: string) =>
      count > 1 && count > maxFailedShare * own.length
        ? [`${count} of ${own.length} requests of journey ${journey} ${what}`]
        : [];
    return [...tell(failed, 'failed'), ...tell(slow, `took longer than ${humanDuration(slowMs)}`)];
  });
}

async function notReady({ stack, signal }: Pick<RunningDrill, 'stack' | 'signal'>): Promise<string[]> {
  const services = stack.components.filter(({ spec }) => isService(spec) && spec.ready.kind === 'http');
  const answers = await Promise.all(
    services.map(async ({ spec: { name, pod, ready } }) => {
      if (ready.kind !== 'http') return [];
      const address = `${stack.url(pod, ready.port)}${ready.path}`;
      try {
        const status = await statusOf(address, readyWithinMs, signal);
        return status === 200 ? [] : [`${name} is not ready: ${status}`];
      } catch (error) {
        if (isAbort(error) && signal.aborted) throw error;
        return [`${name} does not tell whether it is ready`];
      }
    }),
  );
  return answers.flat();
}
