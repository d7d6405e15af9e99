import { hasLabels, type Labels } from '../../core/labels.ts';
import { type ExposedSample, readExposition } from './exposition.ts';
import { httpReader } from './http.ts';

/** The sum of a metric's samples that have `labels`; 0 without any, since a counter starts at 0. */
export const counterSum = (samples: readonly ExposedSample[], metric: string, labels: Labels): number =>
  samples
    .filter((sample) => sample.name === metric && hasLabels(sample.labels, labels))
    .reduce((sum, { value }) => sum + value, 0);

/** Reads the current samples of one metric from an exporter. */
export type SidecarReader = (metric: string) => Promise<ExposedSample[]>;

/**
 * Makes a reader of a Collector's Prometheus exporter, or any other text exposition. It keeps its connection, because a new
 * one for each request would cost more than the request.
 *
 * @param url URL of the exposition, e.g. `http://127.0.0.1:8889/metrics`.
 * @returns a function that throws FiredrillError `broken` if the exporter does not respond in the text format.
 */
export function sidecarReader(url: string, signal: AbortSignal): SidecarReader {
  const { origin, pathname } = new URL(url);
  const where = `sidecar ${origin}`;
  const reader = httpReader(where, origin, signal);
  return (metric) => readExposition(reader, where, pathname, metric);
}
