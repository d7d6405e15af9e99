import { compareDrills } from '../../assertions/gate/compare.ts';
import type { DrillLine } from '../../core/drill-line.ts';
import type { GateFinding, GateOutcome, GateResult, ProvenAlerts } from '../../core/gate.ts';
import { shownPath } from '../../core/shown-path.ts';
import type { Baseline, Comparable } from './baseline.ts';
import type { FoundSet } from './find-set.ts';

export interface Judged {
  readonly set: Pick<FoundSet, 'name' | 'file' | 'isImplied'>;
  /** When the first drill began, epoch milliseconds. */
  readonly at: number;
  /** How many drills were to be run. */
  readonly planned: number;
  readonly lines: readonly DrillLine[];
  /** The baseline, and its drills that can be compared. Absent: the drills are judged alone. */
  readonly baseline?: Omit<Baseline, 'held'> & Comparable;
  /** The names of all alerting rules of the configuration. */
  readonly rules: readonly string[];
  /** Milliseconds at the pace of the drills. */
  readonly slowerByMs: number;
  /** Absent: no share is demanded. */
  readonly proven?: ProvenAlerts;
}

/** What the gate decides on its drills. Unless every drill was judged, it decides nothing. */
export function resultOf({
  set,
  at,
  planned,
  lines,
  baseline,
  rules,
  slowerByMs,
  proven,
}: Judged): GateResult {
  const unjudged = outcomeWithoutVerdict(lines, planned);
  const before = baseline?.lines ?? [];
  const { pages, findings: compared } = compareDrills({
    now: lines.filter(({ outcome }) => outcome === 'pass' || outcome === 'fail'),
    ...{ baseline: before, rules, slowerByMs },
  });
  const findings = [...compared, ...tooFewProven(proven)];
  const isRed = findings.length > 0 || lines.some(({ outcome }) => outcome === 'fail');
  const inBaseline = new Set(before.map(({ scenario }) => scenario));
  return {
    ...{ set: set.name, at, planned, pages },
    outcome: unjudged ?? (isRed ? 'red' : 'green'),
    findings: unjudged ? [] : findings,
    ...(set.isImplied ? { implied: shownPath(set.file) } : {}),
    ...(baseline
      ? {
          baseline: {
            ...{ file: baseline.file, drills: before.length },
            ...{ notHeld: baseline.notHeld, onOtherTerms: baseline.onOtherTerms },
            versions: otherVersions(before, lines),
          },
        }
      : {}),
    ...(proven ? { proven } : {}),
    withoutBaseline: baseline
      ? [...new Set(lines.map(({ scenario }) => scenario))].filter((scenario) => !inBaseline.has(scenario))
      : [],
    drills: lines.map(({ run, scenario, outcome, tookMs, stack, pace }) => ({
      ...{ run, scenario, outcome, stack, pace },
      ...(tookMs === undefined ? {} : { tookMs }),
    })),
  };
}

/** Why there is no verdict; `undefined` if every drill was judged. */
function outcomeWithoutVerdict(lines: readonly DrillLine[], planned: number): GateOutcome | undefined {
  const worst = (['interrupted', 'broken', 'bad-input'] as const).find((outcome) =>
    lines.some((line) => line.outcome === outcome),
  );
  // A drill that was not begun has no line.
  return worst ?? (lines.length < planned ? 'interrupted' : undefined);
}

function otherVersions(before: readonly DrillLine[], now: readonly DrillLine[]): string[] {
  const own = new Set(now.map(({ firedrill }) => firedrill));
  return [...new Set(before.map(({ firedrill }) => firedrill))].filter((version) => !own.has(version));
}

/** Of no alert at all none is lacking. */
function tooFewProven(found: ProvenAlerts | undefined): GateFinding[] {
  // 7 % of 100 is a little more than 7 in binary fractions.
  const isEnough = !found || found.proven >= found.required * found.alerts - 1e-6;
  return isEnough ? [] : [{ kind: 'too-few-proven', ...found }];
}
