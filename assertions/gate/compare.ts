import type { AlertLine, DrillLine } from '../../core/drill-line.ts';
import type { CheckOfScenario, ComparedPage, GateFinding } from '../../core/gate.ts';
import { expectedPage, expectedPages, matched, type PageLines } from './expected-pages.ts';
import { type Known, newName } from './renamed.ts';
import { changedParts, machineMs, type Speed, speedOf } from './slower.ts';

export interface Compared {
  /** Drills of a set, all of which were judged. */
  readonly now: readonly DrillLine[];
  /** Drills of the baseline, all of which held. Empty: the drills are judged alone. */
  readonly baseline: readonly DrillLine[];
  /** The names of all alerting rules of the configuration of now. */
  readonly rules: readonly string[];
  /** An alert may always be slower by this, in milliseconds at the pace of the drills. Default: 0. */
  readonly slowerByMs?: number;
}

export interface Comparison {
  readonly pages: readonly ComparedPage[];
  readonly findings: readonly GateFinding[];
}

/** Compares the drills of a set with its baseline, scenario by scenario. The findings are in the order of the scenarios. */
export function compareDrills({ now, baseline, rules, slowerByMs = 0 }: Compared): Comparison {
  const scenarios = [...new Set(now.map(({ scenario }) => scenario))];
  const expectedBefore = new Set(baseline.flatMap(({ alerts }) => alerts.map(({ alert }) => alert)));
  const each = scenarios.map((scenario) => {
    const of = (lines: readonly DrillLine[]) => lines.filter((line) => line.scenario === scenario);
    return compareScenario({
      ...{ scenario, now: of(now), before: of(baseline), rules, slowerByMs },
      isNew: (alert) => !expectedBefore.has(alert),
    });
  });
  const lost = [...new Set(baseline.map(({ scenario }) => scenario))].filter(
    (scenario) => !scenarios.includes(scenario),
  );
  return {
    pages: each.flatMap(({ pages }) => pages),
    findings: [
      ...each.flatMap(({ findings }) => findings),
      ...lost.map((scenario) => ({ kind: 'lost-scenario' as const, scenario })),
    ],
  };
}

interface OneScenario {
  readonly scenario: string;
  readonly now: readonly DrillLine[];
  readonly before: readonly DrillLine[];
  readonly rules: readonly string[];
  readonly slowerByMs: number;
  /** Whether no scenario of the baseline expects the alert. */
  readonly isNew: (alert: string) => boolean;
}

function compareScenario(one: OneScenario): Comparison {
  const { scenario, now, before, slowerByMs } = one;
  const pages = expectedPages(scenario, now);
  const { both, added, lost } = matched(pages, expectedPages(scenario, before));
  const beforeOf = (page: PageLines) => both.find(([own]) => own === page)?.[1].lines ?? [];
  const missed = pages.filter(({ lines }) => lines.some(isMissed));
  const renamings = new Map([
    ...renamed(one, lost, ofExpectations(added), 'expectation'),
    ...renamed(one, missed, ofNoise(now), 'page'),
  ]);
  const newNames = new Set([...renamings.values()].map(({ to }) => to));
  const compared = pages.map((page) => ({ page, speed: speedOf(page.lines, beforeOf(page), slowerByMs) }));
  return {
    pages: compared.map(({ page, speed: { slower: _, ...speed } }) => comparedPage(page, speed)),
    findings: [
      ...renamings.values(),
      ...lost.filter((page) => !renamings.has(page)).map(lostExpectation),
      ...both.flatMap(([own, other]) => loosened(own, other)),
      ...missed.filter((page) => !renamings.has(page)).map(lostAlert),
      ...pages.flatMap(lateAlert),
      ...compared.flatMap(({ page, speed: { slower } }) =>
        slower ? [slowerAlert(page, slower, beforeOf(page))] : [],
      ),
      ...both.flatMap(([own, other]) => lostHops(own, other)),
      ...newNoise(one, newNames),
      ...lostChecks(one, lost),
      ...failedChecks(one),
    ],
  };
}

type Of<Kind extends GateFinding['kind']> = Extract<GateFinding, { kind: Kind }>;

/** An expected page that did not arrive. */
const isMissed = ({ failed, mttdMs }: AlertLine): boolean =>
  failed.includes('arrives') && mttdMs === undefined;
const isLate = ({ failed, mttdMs }: AlertLine): boolean => failed.includes('arrives') && mttdMs !== undefined;

/** What an alert that is new may be the new name of. */
function renamed(
  { rules, isNew }: OneScenario,
  lost: readonly PageLines[],
  candidates: readonly Known[],
  by: Of<'renamed-alert'>['by'],
): [PageLines, Of<'renamed-alert'>][] {
  const isCandidate = candidates.filter(({ alert }) => isNew(alert));
  return lost.flatMap((one): [PageLines, Of<'renamed-alert'>][] => {
    const found = newName({ ...one.page, labels: one.labels }, isCandidate, rules);
    return found ? [[one, { kind: 'renamed-alert', ...one.page, to: found.alert, by }]] : [];
  });
}

const ofExpectations = (pages: readonly PageLines[]): Known[] =>
  pages.map(({ page, labels }) => ({ ...page, labels }));
const ofNoise = (drills: readonly DrillLine[]): Known[] => drills.flatMap(({ noise }) => noise);

const lostExpectation = ({ page }: PageLines): Of<'lost-expectation'> => ({
  kind: 'lost-expectation',
  ...page,
});

/** What an expectation demands no more. A label with another value is another demand, which is judged. */
function loosened(
  { page, labels }: PageLines,
  { page: before, labels: demanded }: PageLines,
): Of<'loosened-expectation'>[] {
  const dropped = Object.entries(demanded).filter(([name]) => labels[name] === undefined);
  const { contactPoint } = before;
  const through =
    contactPoint !== undefined && page.contactPoint === undefined ? { through: contactPoint } : {};
  return dropped.length > 0 || 'through' in through
    ? [{ kind: 'loosened-expectation', ...page, labels: Object.fromEntries(dropped), ...through }]
    : [];
}

/** With the hop and the cause of the last drill in which it was missed. */
function lostAlert({ page, lines }: PageLines): Of<'lost-alert'> {
  const missed = lines.filter(isMissed);
  const { lostAt, cause } = missed.at(-1) ?? {};
  return {
    ...{ kind: 'lost-alert', ...page, drills: missed.length, of: lines.length },
    ...(lostAt === undefined ? {} : { lostAt }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** With the longest of its times. */
function lateAlert({ page, lines }: PageLines): Of<'late-alert'>[] {
  const late = lines.filter(isLate).toSorted((a, b) => (b.mttdMs ?? 0) - (a.mttdMs ?? 0));
  const [latest] = late;
  if (latest?.mttdMs === undefined) return [];
  const { mttdMs, targetMs } = latest;
  return [
    {
      ...{ kind: 'late-alert', ...page, drills: late.length, of: lines.length, mttdMs },
      ...(targetMs === undefined ? {} : { targetMs }),
    },
  ];
}

const slowerAlert = (
  { page, lines }: PageLines,
  slower: NonNullable<Speed['slower']>,
  before: readonly AlertLine[],
): Of<'slower-alert'> => ({ kind: 'slower-alert', ...page, ...slower, changed: changedParts(lines, before) });

/** Hops whose time every drill of the baseline knows. An alert that did not arrive has lost its later hops by that. */
function lostHops({ page, lines }: PageLines, { lines: before }: PageLines): Of<'lost-hop'>[] {
  const [first, ...others] = before;
  const always = first.hops.filter((hop) => others.every(({ hops }) => hops.includes(hop)));
  const arrived = lines.filter((line) => !isMissed(line));
  if (arrived.length === 0) return [];
  return always
    .filter((hop) => !arrived.some(({ hops }) => hops.includes(hop)))
    .map((hop) => ({ kind: 'lost-hop', ...page, hop }));
}

/** @param known new names of alerts that were renamed. */
function newNoise({ scenario, now }: OneScenario, known: ReadonlySet<string>): Of<'new-noise'>[] {
  const keyOf = ({ alert, receiver }: Pick<Known, 'alert' | 'receiver'>) => JSON.stringify([alert, receiver]);
  const all = now.flatMap(({ noise }) => noise).filter(({ alert }) => !known.has(alert));
  return [...new Map(all.map((one) => [keyOf(one), one]))].map(([key, { alert, receiver }]) => ({
    ...{ kind: 'new-noise', scenario, alert },
    ...(receiver === undefined ? {} : { receiver }),
    ...{ drills: now.filter(({ noise }) => noise.some((one) => keyOf(one) === key)).length, of: now.length },
  }));
}

type CheckLine = DrillLine['checks'][number];

/** The expected page that a check is of. */
const pageOf = ({ alerts }: DrillLine, { expectation }: CheckLine): AlertLine | undefined =>
  expectation === undefined ? undefined : alerts.find((one) => one.expectation === expectation);

function checkOfScenario(
  { scenario }: OneScenario,
  { id, check }: CheckLine,
  page: AlertLine | undefined,
): CheckOfScenario {
  return {
    ...{ scenario, id },
    ...(check === undefined ? {} : { check }),
    ...(page ? { page: expectedPage(scenario, page) } : {}),
  };
}

/** Checks that drills of now do not make any more. Those of an expectation that is gone went with it. */
function lostChecks(one: OneScenario, lost: readonly PageLines[]): Of<'lost-check'>[] {
  const still = new Set(one.now.flatMap(({ checks }) => checks.map(({ id }) => id)));
  const gone = one.before.flatMap((drill) =>
    drill.checks
      .filter(({ id }) => !still.has(id))
      .map((check) => ({ check, page: pageOf(drill, check) }))
      .filter(({ page }) => !page || !lost.some(({ lines }) => lines.includes(page))),
  );
  return [...new Map(gone.map((found) => [found.check.id, found])).values()].map(({ check, page }) => ({
    kind: 'lost-check',
    ...checkOfScenario(one, check, page),
  }));
}

/** Checks that failed, apart from those that fail because of another finding. */
function failedChecks(one: OneScenario): Of<'failed-check'>[] {
  const failed = one.now.flatMap((drill) =>
    drill.checks
      .filter(({ outcome }) => outcome === 'fail')
      .map((check) => ({ drill, check, page: pageOf(drill, check) }))
      .filter(({ check, page }) => {
        if (page) return check.check !== 'arrives' && !isMissed(page);
        return check.check !== 'no-other-page' || drill.noise.length === 0;
      }),
  );
  return [...Map.groupBy(failed, ({ check }) => check.id).values()].flatMap(([first, ...more]) =>
    first
      ? [
          {
            ...{ kind: 'failed-check', ...checkOfScenario(one, first.check, first.page) },
            ...{ drills: 1 + more.length, of: one.now.length },
          },
        ]
      : [],
  );
}

function comparedPage({ page, lines }: PageLines, speed: Omit<Speed, 'slower'>): ComparedPage {
  const { floor, targetMs } = lines.at(-1) ?? lines[0];
  return {
    ...page,
    ...speed,
    arrived: { drills: lines.filter(({ mttdMs }) => mttdMs !== undefined).length, of: lines.length },
    ...(targetMs === undefined ? {} : { targetMs }),
    ...(floor ? { floor } : {}),
    ...beyondFloor(lines),
  };
}

/** Drills that neither the floor nor the machine explains. A median passes over one of them. */
function beyondFloor(lines: readonly AlertLine[]): Pick<ComparedPage, 'beyondFloor'> {
  const beyond = lines
    .flatMap(({ mttdMs, floor }) =>
      mttdMs !== undefined && floor && mttdMs > floor.worst + machineMs
        ? [{ mttdMs, worstMs: floor.worst }]
        : [],
    )
    .toSorted((a, b) => b.mttdMs - a.mttdMs);
  const [longest] = beyond;
  return longest ? { beyondFloor: { drills: beyond.length, of: lines.length, ...longest } } : {};
}
