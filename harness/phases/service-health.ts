import { humanDuration } from '../../core/duration.ts';
import { isAbort } from '../../core/errors.ts';
import { statusOf } from '../../core/http.ts';
import type { Sample } from '../load/account.ts';
import type { RunningDrill } from '../running-drill.ts';

/** More of a journey's requests than this must not fail or be slow, or the service itself is not well. */
const mostShare = 0.01;
/** No journey of the shop takes a tenth of it while nothing is broken. */
const slowMs = 1_000;
const readyWithinMs = 2_000;

/**
 * Why the service cannot be called healthy since the load began, by k6, by its own readiness and by what could not be
 * scraped; none when it was well all along. An alert may then be right.
 */
export async function serviceTrouble(drill: RunningDrill, since: number): Promise<string[]> {
  const { account, prometheus } = drill;
  const now = Date.now();
  const { series } = await prometheus.queryRange('up == 0', since, now, 1_000);
  const down = series.map(({ labels }) => `target ${labels.instance} (${labels.job}) could not be scraped`);
  return [...journeyTrouble(account.samplesBetween(since, now)), ...down, ...(await notReady(drill))];
}

/** Of each journey, how many requests failed or were slow, where that is more than a stray one. */
export function journeyTrouble(samples: readonly Sample[]): string[] {
  return [...Map.groupBy(samples, ({ journey }) => journey)].flatMap(([journey, own]) => {
    const failed = own.filter(({ status }) => status === 0 || status >= 400).length;
    const slow = own.filter(({ durationMs }) => durationMs > slowMs).length;
    const tell = (count: number, what: string) =>
      count > 1 && count > mostShare * own.length
        ? [`${count} of ${own.length} requests of journey ${journey} ${what}`]
        : [];
    return [...tell(failed, 'failed'), ...tell(slow, `took longer than ${humanDuration(slowMs)}`)];
  });
}

async function notReady({ stack, signal }: Pick<RunningDrill, 'stack' | 'signal'>): Promise<string[]> {
  const services = stack.components.filter(
    ({ spec }) => spec.program.kind === 'node' && spec.ready.kind === 'http',
  );
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
