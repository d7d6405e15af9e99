import { z } from 'zod';
import { parseValue } from './exposition.ts';

export type Labels = Readonly<Record<string, string>>;

/** A value at a wall time in epoch milliseconds. */
export type Sample = [at: number, value: number];

/** One time series, or one element of a query's result over time. */
export interface Series {
  readonly labels: Record<string, string>;
  readonly samples: readonly Sample[];
}

/** The same text for the same labels in any order. */
export const labelsKey = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The labels but some. */
export const without = (labels: Labels, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));

const mostLabelSets = 20;

/** What vector matching looks at: every label but the metric's name; of many series some. */
export function labelSets(series: readonly Series[]): Record<string, string>[] {
  const each = new Map(series.map(({ labels }) => without(labels, '__name__')).map((l) => [labelsKey(l), l]));
  return [...each.values()].slice(0, mostLabelSets);
}

/** Whether every label of `wanted` is there with that value. */
export const hasLabels = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

/** A PromQL selector of exactly these labels, whatever is in their values; `__name__` gives the metric. */
export const selectorFor = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;

/** `[unix seconds, "value"]`, as Prometheus' API writes a sample. */
const sample = z
  .tuple([z.number(), z.string()])
  .transform(([seconds, value]): Sample => [Math.round(seconds * 1000), parseValue(value)]);

/** Result type `matrix` of Prometheus' query API; native histograms, which have no `values`, come out empty. */
export const matrixSchema = z.array(
  z.object({ metric: z.record(z.string(), z.string()), values: z.array(sample).default([]) }),
);

/** Joins the parts of series that were read in chunks; a sample that two chunks share is kept once. */
export function joinSeries(parts: readonly z.output<typeof matrixSchema>[]): Series[] {
  const byLabels = new Map<string, { labels: Record<string, string>; samples: Sample[] }>();
  for (const { metric, values } of parts.flat()) {
    const key = labelsKey(metric);
    const known = byLabels.get(key);
    if (!known) byLabels.set(key, { labels: metric, samples: values });
    else {
      const last = known.samples.at(-1)?.[0] ?? -Infinity;
      known.samples = known.samples.concat(values.filter(([at]) => at > last));
    }
  }
  return [...byLabels.values()];
}
