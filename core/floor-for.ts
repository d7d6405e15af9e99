import { type AlertExpectation, alertsWithEvidence, expectationKey } from './expected-alerts.ts';
import type { DrillRecord } from './record.ts';
import type { Scenario } from './scenario.ts';

/**
 * The key of an expectation's floors in the record: the alert's name, or, where a scenario expects several alerts of
 * one name, the key of the expectation.
 */
export function floorKey(
  { expectations }: Pick<Scenario, 'expectations'>,
  expectation: AlertExpectation,
): string {
  const { alert } = expectation;
  const isOnly = alertsWithEvidence(expectations).filter((other) => other.alert === alert).length <= 1;
  return isOnly ? alert : expectationKey(expectation);
}

/** The floors of an expectation. Older records have them under the alert's name alone. */
export const floorFor = (
  { scenario, floors }: Pick<DrillRecord, 'floors'> & { readonly scenario: Pick<Scenario, 'expectations'> },
  expectation: AlertExpectation,
): DrillRecord['floors'][string] | undefined =>
  floors[floorKey(scenario, expectation)] ?? floors[expectation.alert];
