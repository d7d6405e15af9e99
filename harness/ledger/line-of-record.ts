import { otherPages } from '../../assertions/other-pages.ts';
import { isShown } from '../../assertions/pages.ts';
import { type AlertLine, type DrillLine, drillLineVersion } from '../../core/drill-line.ts';
import { evidenceOf } from '../../core/expected-alerts.ts';
import type { DrillRecord, Verdict } from '../../core/record.ts';
import type { PageExpectation } from '../../core/scenario.ts';

/** The drill line of a judged record. Of a drill that broke or was interrupted it says only what was judged. */
export function drillLineOf(record: DrillRecord): DrillLine {
  const { id, startedAt, endedAt, scenario, stack, pace, versions, outcome, verdicts } = record;
  return {
    version: drillLineVersion,
    run: id,
    at: startedAt,
    ...(endedAt === undefined ? {} : { tookMs: endedAt - startedAt }),
    scenario: scenario.name,
    system: stack.system ?? '',
    firedrill: versions.firedrill ?? '',
    pace: pace.name,
    stack: {
      name: stack.name,
      topology: stack.topology,
      runtime: stack.runtime,
      with: scenario.with ?? [],
    },
    outcome,
    alerts: scenario.expectations.flatMap((expectation, index) =>
      expectation.kind === 'page' ? [alertLine(record, expectation, index)] : [],
    ),
    checks: verdicts.map((verdict) => ({
      id: verdict.id,
      ...(verdict.check === undefined ? {} : { check: verdict.check }),
      ...(verdict.expectation === undefined ? {} : { expectation: verdict.expectation }),
      outcome: verdict.outcome,
    })),
    noise: noiseOf(record),
  };
}

function alertLine(record: DrillRecord, expectation: PageExpectation, index: number): AlertLine {
  const { alert, receiver, contactPoint, escalatesTo, labels } = expectation;
  const own = record.verdicts.filter((verdict) => verdict.expectation === index);
  const arrives = own.find(({ check }) => check === 'arrives');
  const lost = own.find(({ outcome, autopsy }) => outcome === 'fail' && autopsy !== undefined)?.autopsy;
  const { rule, sent, hashes } = record.dependencies?.find((one) => one.expectation === index) ?? {};
  const { floor, targetMs, measuredMs } = arrives ?? {};
  return {
    expectation: index,
    alert,
    receiver,
    ...(contactPoint === undefined ? {} : { contactPoint }),
    ...(escalatesTo ? { escalatesTo: endOf(escalatesTo) } : {}),
    labels,
    outcome: outcomeOf(record, own),
    failed: own.flatMap(({ check, outcome }) => (outcome === 'fail' && check !== undefined ? [check] : [])),
    ...(targetMs === undefined ? {} : { targetMs }),
    // A time that is no number would be written as null.
    ...(measuredMs === undefined || !Number.isFinite(measuredMs) ? {} : { mttdMs: measuredMs }),
    ...(floor ? { floor: { best: floor.best, mean: floor.mean, worst: floor.worst } } : {}),
    ...(lost ? { lostAt: lost.hop, cause: lost.cause } : {}),
    hops: (evidenceOf(record, expectation)?.hops ?? []).flatMap(({ name, at }) =>
      at === undefined ? [] : [name],
    ),
    ...(rule ? { rule } : {}),
    ...(sent ? { sent } : {}),
    ...(hashes ? { dependsOn: hashes } : {}),
  };
}

const endOf = ({
  receiver,
  contactPoint,
}: NonNullable<PageExpectation['escalatesTo']>): NonNullable<AlertLine['escalatesTo']> => ({
  receiver,
  ...(contactPoint === undefined ? {} : { contactPoint }),
});

/** A drill that broke proves nothing, whatever single checks say. */
function outcomeOf({ outcome, attached }: DrillRecord, own: readonly Verdict[]): AlertLine['outcome'] {
  if (outcome !== 'pass' && outcome !== 'fail') return 'broken';
  const outcomes = own.map((verdict) => verdict.outcome);
  if (outcomes.includes('fail')) return 'fail';
  // That a page arrived was not seen, so the alert is not proven.
  if (attached?.pages === 'until-notifier') return 'broken';
  return outcomes.length === 0 || outcomes.includes('broken') ? 'broken' : 'pass';
}

/** Each alert once for each receiver and label set. */
function noiseOf(record: DrillRecord): DrillLine['noise'] {
  const ofFault = otherPages(record)
    .filter(({ page }) => page.status === 'firing' && isShown(page))
    .map(({ page: { alert, receiver, labels } }) => ({ alert, receiver, labels }));
  const beforeFault = (record.rules?.noise ?? []).flatMap(({ name: alert, labels, receivers }) =>
    receivers.length === 0 ? [{ alert, labels }] : receivers.map((receiver) => ({ alert, receiver, labels })),
  );
  return [...new Map([...ofFault, ...beforeFault].map((one) => [JSON.stringify(one), one])).values()];
}
