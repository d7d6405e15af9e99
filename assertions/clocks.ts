import { humanDuration } from '../core/duration.ts';
import { alertsWithEvidence, evidenceOf, expectedPages } from '../core/expected-alerts.ts';
import type { Clock, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { countedPage, mislabelledPage, resolutionOf } from './pages.ts';

/** A time on which a verdict depends. `from` and `to` are wall time in epoch milliseconds. */
interface MeasuredTime {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

/** Components on one machine may stamp the same moment this far apart. */
const toleranceMs = 2_000;

/**
 * Returns why the times of a drill cannot be right: the machine's clock was set while a time was measured, or a time is
 * shorter than possible. Empty when the times can be trusted.
 */
export const wrongTimes = (record: Unjudged): string[] => [
  ...clockStepProblems(record),
  ...impossibleTimes(record),
];

function clockStepProblems(record: Unjudged): string[] {
  const measures = measuresOf(record);
  return (record.clock?.steps ?? []).flatMap((step) => {
    const changed = measures.filter((measure) => overlaps(step, measure)).map(({ what }) => what);
    if (changed.length === 0) return [];
    const way = step.byMs < 0 ? 'back' : 'ahead';
    return [
      `the machine's clock was set ${way} by ${humanDuration(Math.abs(step.byMs))} at ${new Date(step.from).toISOString()}: it changes ${changed.join(', ')}`,
    ];
  });
}

/** Whether a clock step touches a measured time. When the clock is set back, `to` is earlier than `from`. */
const overlaps = ({ from, to }: Clock['steps'][number], measure: MeasuredTime): boolean =>
  Math.max(from, to) >= measure.from && Math.min(from, to) <= measure.to;

function measuresOf(record: Unjudged): MeasuredTime[] {
  const { quietGate, faultWindow, phases, scenario } = record;
  if (!faultWindow) return [];
  const { injectedAt, firstHitAt = injectedAt, lastHitAt, revertedAt } = faultWindow;
  const end = phases.find(({ name }) => name === 'settle')?.endedAt ?? Number.POSITIVE_INFINITY;
  const before = { what: 'whether all was quiet before the fault', from: quietGate?.heldFrom ?? injectedAt };
  const each = alertsWithEvidence(scenario.expectations).flatMap((expectation): MeasuredTime[] => {
    const { alert } = expectation;
    if (expectation.kind !== 'page') {
      const what = `how long ${alert} was ${expectation.kind === 'suppressed' ? 'firing' : 'pending'}`;
      return [{ what, from: injectedAt, to: end }];
    }
    const { receiver } = expectation;
    const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
    const paged = page?.receivedAt ?? end;
    const resolvedAt = page ? resolutionOf(record, page)?.receivedAt : undefined;
    return [
      {
        what: `the time to detect of ${alert} at ${receiver}`,
        from: Math.min(injectedAt, firstHitAt),
        to: paged,
      },
      { what: `whether ${alert} stayed on`, from: paged, to: faultWindow.heldUntil ?? revertedAt ?? end },
      {
        what: `the time to resolve of ${alert} at ${receiver}`,
        from: lastHitAt ?? revertedAt ?? end,
        to: resolvedAt ?? end,
      },
    ];
  });
  return [{ ...before, to: injectedAt }, ...each];
}

/** Finds times that contradict the components: an alert cannot fire before `for` is over, and cannot page before it fires. */
function impossibleTimes(record: Unjudged): string[] {
  return expectedPages(record.scenario.expectations).flatMap((expectation) =>
    impossibleTimesOf(record, expectation),
  );
}

function impossibleTimesOf(record: Unjudged, expectation: PageExpectation): string[] {
  const { alert, receiver } = expectation;
  const found = evidenceOf(record, expectation);
  if (!found) return [];
  const at = (name: string) => found.hops.find((hop) => hop.name === name)?.at;
  const { forMs = 0 } = found.rule ?? {};
  const legs: readonly (readonly [from: string, to: string, atLeastMs: number])[] = [
    ['pending', 'firing', forMs],
    ['firing', 'notifier sent', 0],
    ['firing', 'page received', 0],
  ];
  const page = countedPage(record, expectation);
  const { firstHitAt } = record.faultWindow ?? {};
  const detectedMs =
    page && firstHitAt !== undefined ? page.receivedAt - firstHitAt : Number.POSITIVE_INFINITY;
  return [
    ...legs.flatMap(([from, to, atLeastMs]) => {
      const [start, end] = [at(from), at(to)];
      if (start === undefined || end === undefined || end - start >= atLeastMs - toleranceMs) return [];
      return [
        `${alert}: from ${from} to ${to} in ${seconds(end - start)}, which takes at least ${seconds(atLeastMs)}: the clocks of its sources differ, or one was set`,
      ];
    }),
    ...(detectedMs < forMs - toleranceMs
      ? [
          `${alert} at ${receiver} was detected in ${seconds(detectedMs)}, less than its \`for\` of ${seconds(forMs)}: a clock was set, or the clocks differ`,
        ]
      : []),
  ];
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
