import type { AlertLine, DrillLine } from '../../core/drill-line.ts';

/** One expected page in one drill. */
export interface JudgedPage {
  readonly line: DrillLine;
  readonly page: AlertLine;
}

/** Pages of the same alert at the same receiver, by the same scenario on the same stack and pace. */
export interface Series {
  readonly key: string;
  readonly alert: string;
  readonly receiver: AlertLine['receiver'];
  readonly scenario: string;
  /** Stack, topology, additions, runtime and pace. */
  readonly on: string;
  /** The oldest first; pages that were not judged are left out. */
  readonly pages: readonly JudgedPage[];
}

/** A page that both held and failed in one night. */
export interface Flake {
  readonly series: Series;
  readonly held: number;
  readonly failed: number;
}

/** A page that nobody expected, and how many drills of the night had it. */
export interface NightNoise {
  readonly alert: string;
  readonly receiver?: AlertLine['receiver'];
  readonly scenario: string;
  readonly drills: number;
}

/** One nightly run. */
export interface Night {
  readonly name: string;
  /** When its first drill began, epoch milliseconds. */
  readonly at: number;
  readonly lines: readonly DrillLine[];
  readonly flakes: readonly Flake[];
  readonly noise: readonly NightNoise[];
  /** Alerts of which a page was judged, and those of them whose pages all held. */
  readonly judged: number;
  readonly held: number;
}

/** The nightly run of a line. Lines without one belong to the day on which they began. */
export const nightOf = ({ night, at }: DrillLine): string => night ?? new Date(at).toISOString().slice(0, 10);

/** @param lines the oldest drill first. */
export const nightsOf = (lines: readonly DrillLine[]): Night[] =>
  [...Map.groupBy(lines, nightOf)].map(([name, own]) => ({
    name,
    at: own[0]?.at ?? 0,
    lines: own,
    flakes: seriesOf(own).flatMap(flakeOf),
    noise: noiseOf(own),
    ...heldOf(own),
  }));

export function seriesOf(lines: readonly DrillLine[]): Series[] {
  const judged = lines.flatMap((line) =>
    line.alerts.filter(({ outcome }) => outcome !== 'broken').map((page): JudgedPage => ({ line, page })),
  );
  return [...Map.groupBy(judged, keyOf)].flatMap(([key, pages]) => {
    const [first] = pages;
    if (!first) return [];
    const { alert, receiver } = first.page;
    return [{ key, alert, receiver, scenario: first.line.scenario, on: onText(first.line), pages }];
  });
}

const onText = ({ stack, pace }: DrillLine): string =>
  [stack.name, stack.topology, ...stack.with, stack.runtime, `${pace} pace`].join(', ');

const keyOf = ({ line, page: { alert, receiver, contactPoint, labels } }: JudgedPage): string =>
  JSON.stringify([
    ...[line.system, alert, receiver, contactPoint ?? '', Object.entries(labels).toSorted()],
    ...[line.scenario, onText(line)],
  ]);

function flakeOf(series: Series): Flake[] {
  const failed = series.pages.filter(({ page }) => page.outcome === 'fail').length;
  const held = series.pages.length - failed;
  return failed > 0 && held > 0 ? [{ series, held, failed }] : [];
}

function noiseOf(lines: readonly DrillLine[]): NightNoise[] {
  const all = lines.flatMap(({ run, scenario, noise }) =>
    noise.map(({ alert, receiver }) => ({ run, scenario, alert, ...(receiver ? { receiver } : {}) })),
  );
  const groups = Map.groupBy(all, ({ scenario, alert, receiver }) =>
    JSON.stringify([scenario, alert, receiver]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { run: _, ...noise } = first;
    return [{ ...noise, drills: new Set(group.map(({ run }) => run)).size }];
  });
}

function heldOf(lines: readonly DrillLine[]): Pick<Night, 'judged' | 'held'> {
  const pages = seriesOf(lines).flatMap((series) => series.pages);
  const byAlert = [
    ...Map.groupBy(pages, ({ line, page }) => JSON.stringify([line.system, page.alert])).values(),
  ];
  return {
    judged: byAlert.length,
    held: byAlert.filter((own) => own.every(({ page }) => page.outcome === 'pass')).length,
  };
}
