import type { DrillRecord } from './record.ts';
import type { Expectation, Scenario } from './scenario.ts';

/**
 * Under which key the record has the floors of an expectation: the alert's name, and where the scenario expects several
 * of one name, which of them. Two expectations of one alert at one receiver with the same labels share them.
 */
export function floorKey({ expectations }: Pick<Scenario, 'expectations'>, expectation: Expectation): string {
  const { alert } = expectation;
  const alone = expectations.filter((other) => other.alert === alert).length <= 1;
  if (alone || expectation.kind !== 'page') return alert;
  const { receiver, contactPoint = '', labels } = expectation;
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const shown = sorted.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ');
  return `${alert}@${receiver}${contactPoint && `/${contactPoint}`}{${shown}}`;
}

/** The floors of an expectation. Records of before have them by the alert's name alone. */
export const floorFor = (
  { scenario, floors }: Pick<DrillRecord, 'floors'> & { readonly scenario: Pick<Scenario, 'expectations'> },
  expectation: Expectation,
): DrillRecord['floors'][string] | undefined =>
  floors[floorKey(scenario, expectation)] ?? floors[expectation.alert];
