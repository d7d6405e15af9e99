import { setTimeout as pause } from 'node:timers/promises';
import { isAbort, messageOf } from '../../core/errors.ts';
import { type ExposedSample, expositionAccept, parseExposition } from './exposition.ts';
import { httpReader } from './http.ts';
import { hasLabels, type Labels } from './series.ts';

/** The sum of a metric's samples that carry `labels` among theirs; 0 without any, as a counter starts. */
export const sumOf = (samples: readonly ExposedSample[], metric: string, labels: Labels): number =>
  samples
    .filter((sample) => sample.name === metric && hasLabels(sample.labels, labels))
    .reduce((sum, { value }) => sum + value, 0);

/**
 * Reads what a Collector's Prometheus exporter (or any text exposition) shows now.
 *
 * @param url of the exposition itself, e.g. `http://127.0.0.1:8889/metrics`.
 * @throws FiredrillError `broken` when it does not answer, or not in the text format.
 */
export async function readSidecar(url: string, signal: AbortSignal): Promise<ExposedSample[]> {
  const { origin, pathname } = new URL(url);
  const where = `sidecar ${origin}`;
  return parseExposition(await httpReader(where, origin, signal).text(pathname, {}, expositionAccept), where);
}

/** `at` is absent when the value had not risen before the signal ended the watch. */
export interface FirstAbove {
  /** Wall time of the first answer that showed it, epoch milliseconds. */
  readonly at?: number;
  readonly value?: number;
  /** Why the last look that failed did. */
  readonly lastProblem?: string;
}

/**
 * Waits for a metric to rise above a baseline; this is when the telemetry left the service and its sidecar
 * has it ready to be scraped. A look that fails does not end the watch; the signal does, without an error.
 *
 * @param baseline `sumOf` of the metric before the fault.
 */
export async function watchFirstAbove(
  url: string,
  metric: string,
  labels: Labels,
  baseline: number,
  { everyMs = 100, signal }: { readonly everyMs?: number; readonly signal: AbortSignal },
): Promise<FirstAbove> {
  let problem: { lastProblem?: string } = {};
  while (!signal.aborted) {
    try {
      const value = sumOf(await readSidecar(url, signal), metric, labels);
      if (value > baseline) return { at: Date.now(), value, ...problem };
    } catch (error) {
      if (signal.aborted) break;
      problem = { lastProblem: messageOf(error) };
    }
    await pause(everyMs, undefined, { signal }).catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
  }
  return problem;
}
