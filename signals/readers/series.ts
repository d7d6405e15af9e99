import { z } from 'zod';
import { type Labels, labelsKey, without } from '../../core/labels.ts';
import { parseValue } from './exposition.ts';

/** A value at a wall time in epoch milliseconds. */
export type Sample = [at: number, value: number];

/** One time series, or one element of a query's result over time. */
export interface Series {
  readonly labels: Record<string, string>;
  readonly samples: readonly Sample[];
}

const maxLabelSets = 20;

/** The distinct label sets without metric names, which vector matching compares; limited to a few. */
export function labelSets(series: readonly Series[]): Record<string, string>[] {
  const each = new Map(series.map(({ labels }) => without(labels, '__name__')).map((l) => [labelsKey(l), l]));
  return [...each.values()].slice(0, maxLabelSets);
}

/** A PromQL selector for these labels, with values escaped; `__name__` is the metric. */
export const selectorFor = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;

/** A sample in Prometheus' API: `[unix seconds, "value"]`. */
const sample = z
  .tuple([z.number(), z.string()])
  .transform(([seconds, value]): Sample => [Math.round(seconds * 1000), parseValue(value)]);

/** Result type `matrix` of Prometheus' query API; native histograms have no `values` and become empty. */
export const matrixSchema = z.array(
  z.object({ metric: z.record(z.string(), z.string()), values: z.array(sample).default([]) }),
);

export type Matrix = z.output<typeof matrixSchema>;

/** The data of a response with result type `vector`. */
export const vectorSchema = z.object({
  resultType: z.literal('vector'),
  result: z.array(
    z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
  ),
});

/** An expression's result over time; `error` is the component's reason for not evaluating it. */
export interface RangeResult {
  readonly series: readonly Series[];
  readonly error?: string;
}

/** Prometheus and Loki reject range queries with more steps: `query_range` in web/api/v1, `ParseRangeQuery` in pkg/loghttp. */
const maxSteps = 11_000;

/** Splits the steps of [from, to] into ranges that one query may ask for. Each begins one step after the end of the last. */
export function* rangesOfSteps(
  fromMs: number,
  toMs: number,
  stepMs: number,
): Generator<{ readonly from: number; readonly to: number }> {
  const length = (maxSteps - 1) * stepMs;
  for (let from = fromMs; from <= toMs; from += length + stepMs)
    yield { from, to: Math.min(from + length, toMs) };
}

/** Joins chunks of series; a sample that two chunks share is kept once. */
export function joinSeries(parts: readonly Matrix[]): Series[] {
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
