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
