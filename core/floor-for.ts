import type { DrillRecord } from './record.ts';
import type { Expectation, Scenario } from './scenario.ts';

/**
 * The key of an expectation's floors in the record: the alert's name, or, where a scenario expects several alerts of
 * one name, the name with receiver, contact point and labels. Expectations that agree in all of these share a key.
 */
export function floorKey({ expectations }: Pick<Scenario, 'expectations'>, expectation: Expectation): string {
  const { alert } = expectation;
  const isOnly = expectations.filter((other) => other.alert === alert).length <= 1;
  if (isOnly || expectation.kind !== 'page') return alert;
  const { receiver, contactPoint = '', labels } = expectation;
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const shown = sorted.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ');
  return `${alert}@${receiver}${contactPoint && `/${contactPoint}`}{${shown}}`;
}

/** The floors of an expectation. Older records have them under the alert's name alone. */
export const floorFor = (
  { scenario, floors }: Pick<DrillRecord, 'floors'> & { readonly scenario: Pick<Scenario, 'expectations'> },
  expectation: Expectation,
): DrillRecord['floors'][string] | undefined =>
  floors[floorKey(scenario, expectation)] ?? floors[expectation.alert];
