import { satisfies } from '../../configuration/routes/route-matcher.ts';
import type { Matcher, VectorSelector } from '../../core/promql/selectors-of.ts';
import { type KnownValues, type Series, type Taken, UnknownValue } from '../../core/promql/value.ts';
import type { Counted, CountsVariant, Rises, SystemCounts, Traffic } from '../../systems/known-system.ts';

/** What a system counts, of one variant. A rule's threshold can be compared with that, whatever it is a quotient of. */
export interface Counts extends Pick<KnownValues, 'series' | 'isAlike' | 'instances'> {
  /**
   * How fast the series of a selector rise together, before the fault and while it lasts.
   *
   * @returns `undefined` if the selector has no series.
   */
  rises(selector: VectorSelector, taken: Taken): Rises | undefined;
}

/** Of a system of which nothing is known. */
const nothing: SystemCounts = {
  labels: [],
  optional: [],
  everywhere: [],
  variants: [{ perInstance: 1, instances: () => 1, rows: () => undefined }],
};

/** What a system counts, of each of its variants. */
export const countsOf = (traffic: Traffic, system: SystemCounts = nothing): Counts[] =>
  system.variants.map((variant) => ofVariant(traffic, system, variant));

/** Its functions throw `UnknownValue` for a metric that does not count requests of the system. */
function ofVariant(traffic: Traffic, system: SystemCounts, variant: CountsVariant): Counts {
  const rows = new Map<string, readonly Counted[]>();
  const rowsFor = (metric: string): readonly Counted[] => {
    const known = rows.get(metric);
    if (known) return known;
    const { loadFactor = 1 } = traffic;
    const found = variant.rows(metric.replaceAll('.', '_'), traffic)?.map((row) => ({
      ...row,
      during: row.during * loadFactor,
    }));
    if (!found) throw new UnknownValue(metric);
    rows.set(metric, found);
    return found;
  };
  /** The failing requests, as the metric counts them of which a series is. */
  const failing = (series: Series) =>
    [...rows.values()].find((all) => all.some((row) => row === series))?.find(isHit);
  const found = new Map<string, Rises | undefined>();
  return {
    // It does not change with the share of failing requests: it is looked up once.
    rises(selector, taken) {
      const { keeps, series } = taken;
      const all = rowsFor(selector.metric);
      const key = `${selector.text} ${system.labels.map(keeps).join()} ${JSON.stringify(series?.labels)}`;
      if (!found.has(key)) found.set(key, together(all, selector, taken, system, variant));
      return found.get(key);
    },
    series: (selectors) =>
      selectors.flatMap(({ metric, matchers }) =>
        rowsFor(metric).filter((row) => every(matchers.map((matcher) => fits(row, matcher, system)))),
      ),
    isAlike(one, { keeps, series = failing(one) }) {
      return !series || every([sameSeries(one, series, keeps, system)]);
    },
    instances: variant.instances,
  };
}

const isHit = ({ hit = false }: Counted) => hit;

function together(
  all: readonly Counted[],
  { matchers }: VectorSelector,
  { keeps, series }: Taken,
  system: SystemCounts,
  { perInstance }: CountsVariant,
): Rises | undefined {
  const hit = all.find(isHit);
  const rows = all.filter((row) => {
    const told = Object.keys(row.labels).filter((label) => hit && keeps(label));
    return every([
      ...matchers.map((matcher) => fits(row, matcher, system)),
      ...(series
        ? [sameSeries(row, series, keeps, system)]
        : told.map((label) => row === hit || alike(row.labels[label], hit?.labels[label]))),
    ]);
  });
  if (series && rows.length === 0) return undefined;
  const share = keeps('instance') || matchers.some(({ label }) => label === 'instance') ? perInstance : 1;
  const sum = (key: keyof Rises) => rows.reduce((total, row) => total + row[key], 0) * share;
  return { before: sum('before'), during: sum('during') };
}

/** Of answers that may be unknown: one `false` decides. */
function every(answers: readonly (boolean | undefined)[]): boolean {
  if (answers.includes(false)) return false;
  if (answers.includes(undefined)) throw new UnknownValue();
  return true;
}

function fits(
  { labels }: Counted,
  matcher: Matcher,
  { everywhere, optional }: SystemCounts,
): boolean | undefined {
  const values = labels[matcher.label];
  if (values === undefined) {
    if (everywhere.includes(matcher.label)) return true;
    // A label that the series does not have is empty; which others there are is not known.
    return optional.includes(matcher.label) ? satisfies({}, matcher) : undefined;
  }
  const each = values.map((value) => satisfies({ [matcher.label]: value }, matcher));
  return each.every((one) => one === each[0]) ? each[0] : undefined;
}

/** Whether two series have the same labels, as far as these are kept: one that only one of them has is another. */
function sameSeries(a: Series, b: Series, keeps: Taken['keeps'], system: SystemCounts): boolean | undefined {
  if (a === b) return true;
  const answers = system.labels.filter(keeps).map((label) => {
    const [own, its] = [a.labels[label], b.labels[label]];
    return own === undefined || its === undefined ? own === its : alike(own, its);
  });
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

/** Whether two series have the same value of a label. */
function alike(own: readonly string[] = [], its: readonly string[] = []): boolean | undefined {
  if (own.length === 1 && its.length === 1) return own[0] === its[0];
  return own.length > 0 && its.length > 0 && !own.some((value) => its.includes(value)) ? false : undefined;
}
