import { isDeepStrictEqual } from 'node:util';
import { detectionFloor } from '../../assertions/floor.ts';
import type { Files } from '../../configuration/files/files.ts';
import type { TakenRoute } from '../../configuration/routes/route.ts';
import { expectedLabels, routeFor } from '../../configuration/rules/choose-rule.ts';
import type { WrittenRule } from '../../configuration/rules/rule.ts';
import type { AlertExpectation } from '../../core/expected-alerts.ts';
import { comparisonsOf } from '../../core/floor-condition.ts';
import type { FloorInputs, JoinedGroup } from '../../core/floor-inputs.ts';
import type { FloorTermName } from '../../core/record.ts';

interface Firing {
  readonly rule: WrittenRule;
  readonly inputs: FloorInputs;
}

/** When an alert fires after another, at the earliest and at the latest. */
interface Gap {
  readonly least: number;
  readonly most: number;
}

/**
 * The alert that has begun the group of an expected one before that fires: by the same fault, on the same route, with
 * the same values of the labels by which it groups. Of several, the one that is most certain to.
 */
export function joinedGroup(
  own: Firing & { readonly expectation: AlertExpectation },
  others: readonly WrittenRule[],
  inputsOf: (rule: WrittenRule) => FloorInputs,
  files: Files,
): JoinedGroup | undefined {
  const mine = placeOf(files, own.rule, own.expectation, own.expectation.kind === 'page');
  const found = others.flatMap((rule): JoinedGroup[] => {
    if (!sharesGroup(mine, placeOf(files, rule, own.expectation))) return [];
    const other = { rule, inputs: inputsOf(rule) };
    const gap = isCertain(other) ? gapBetween(own, other) : undefined;
    const notified = gap && notifiedBy(gap, own.inputs.groupWaitMs);
    return notified ? [{ alert: rule.labels.alertname ?? '', notified }] : [];
  });
  const order = ['surely', 'perhaps', 'not yet'];
  return found.toSorted((a, b) => order.indexOf(a.notified) - order.indexOf(b.notified))[0];
}

/** An alert that a manager has sent, with all of its labels. */
export interface Notified {
  readonly manager: WrittenRule['manager'];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The first of the alerts sent before whose group an expected alert may join. Managers keep a group for as long as they
 * are told that its alert is resolved, which Prometheus repeats for a quarter of an hour: an alert of the group then
 * waits for its group_interval, and not for its group_wait.
 */
export function joinedBefore(
  files: Files,
  rule: WrittenRule,
  expectation: AlertExpectation,
  before: readonly Notified[],
): Notified | undefined {
  const mine = placeOf(files, rule, expectation, true);
  return before.find(
    ({ manager, labels }) =>
      manager === rule.manager &&
      sharesGroup(mine, { labels, route: routeFor(files, rule, labels, expectation) }),
  );
}

/** Labels of a rule's alerts, and the route on which they may meet the expected one. */
interface Place {
  readonly labels: Readonly<Record<string, string>>;
  readonly route: TakenRoute | undefined;
}

/** Another rule has its own labels, and may be on the way to the same receiver. */
function placeOf(files: Files, rule: WrittenRule, expectation: AlertExpectation, isMeant = false): Place {
  const labels = expectedLabels(files, rule, isMeant ? expectation : undefined);
  return { labels, route: routeFor(files, rule, labels, expectation) };
}

/** Whether the fault makes the rule true for certain: every comparison is understood. */
const isCertain = ({ inputs }: Firing) =>
  comparisonsOf(inputs.condition ?? inputs).every(
    ({ threshold, hitsNeeded }) =>
      (threshold !== undefined && inputs.errorRatio !== undefined) || hitsNeeded !== undefined,
  );

function sharesGroup(own: Place, other: Place): boolean {
  if (!own.route || !other.route || !sameRoute(own.route, other.route)) return false;
  if (own.route.groupBy.includes('...')) return false;
  const [mine, its] = [own.labels, other.labels];
  // What only one of them is known to have may be the same.
  return own.route.groupBy.every(
    (label) => mine[label] === undefined || its[label] === undefined || mine[label] === its[label],
  );
}

const sameRoute = (a: TakenRoute, b: TakenRoute) =>
  a.receiver === b.receiver && isDeepStrictEqual(a.path, b.path);

/** Terms of a floor until the alert fires. */
const untilFiring = new Set<FloorTermName>(['window', 'recording', 'for']);

function gapBetween(own: Firing, other: Firing): Gap | undefined {
  const [mine, its] = [detectionFloor(own.inputs), detectionFloor(other.inputs)];
  if (!mine || !its) return undefined;
  const sum = (terms: typeof mine.terms, key: 'best' | 'worst') =>
    terms.filter(({ name }) => untilFiring.has(name)).reduce((total, term) => total + term[key], 0);
  const { rule, inputs } = own;
  const looks = Math.max(inputs.evaluationMs, other.inputs.evaluationMs);
  const inOneGroup = rule.file === other.rule.file && rule.group === other.rule.group;
  const recordings = (of: Firing) => of.inputs.recordings ?? [];
  if (
    isDeepStrictEqual(inputs.condition, other.inputs.condition) &&
    (inOneGroup || isDeepStrictEqual(recordings(own), recordings(other)))
  ) {
    // Both are true of the same samples; groups are evaluated at different times.
    const gap = sum(mine.terms, 'best') - sum(its.terms, 'best');
    return inOneGroup ? { least: gap, most: gap } : { least: gap - looks, most: gap + looks };
  }
  const { exportIntervalMs, batchMs, scrapeMs } = inputs;
  const seen = exportIntervalMs + batchMs + scrapeMs + looks;
  return {
    least: sum(mine.terms, 'best') - sum(its.terms, 'worst') - seen,
    most: sum(mine.terms, 'worst') - sum(its.terms, 'best') + seen,
  };
}

function notifiedBy({ least, most }: Gap, groupWaitMs: number): JoinedGroup['notified'] | undefined {
  if (most <= 0) return undefined;
  if (least > groupWaitMs) return 'surely';
  return most > groupWaitMs ? 'perhaps' : 'not yet';
}
