import { type ExposedSample, expositionAccept, parseExposition } from './exposition.ts';
import { httpReader } from './http.ts';
import { hasLabels, type Labels } from './series.ts';

/** The sum of a metric's samples that have `labels`; 0 without any, since a counter starts at 0. */
export const counterSum = (samples: readonly ExposedSample[], metric: string, labels: Labels): number =>
  samples
    .filter((sample) => sample.name === metric && hasLabels(sample.labels, labels))
    .reduce((sum, { value }) => sum + value, 0);

/**
 * Reads the current exposition of a Collector's Prometheus exporter, or any other text exposition.
 *
 * @param url URL of the exposition, e.g. `http://127.0.0.1:8889/metrics`.
 * @throws FiredrillError `broken` if it does not respond in the text format.
 */
export async function readSidecar(url: string, signal: AbortSignal): Promise<ExposedSample[]> {
  const { origin, pathname } = new URL(url);
  const where = `sidecar ${origin}`;
  return parseExposition(await httpReader(where, origin, signal).text(pathname, {}, expositionAccept), where);
}
