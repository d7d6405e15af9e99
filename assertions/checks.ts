import { humanDuration } from '../core/duration.ts';
import { type Pace, paced } from '../core/pace.ts';
import type { Expectation, PageExpectation, Scenario } from '../core/scenario.ts';

/** What is looked at of one expectation, or of the drill as a whole. */
export type CheckName = 'arrives' | 'labels' | 'runbook' | 'resolved' | 'pending-only' | 'no-other-page';

/** One thing that is judged; the same for every drill of a scenario, so that it is known before the drill. */
export interface Check {
  /** Unique in the scenario, e.g. `CheckoutErrorRateHigh@slack/arrives`. */
  readonly id: string;
  readonly title: string;
}

/** A check with what it is about. */
export type BoundCheck = Check &
  (
    | { readonly name: 'arrives' | 'labels' | 'runbook' | 'resolved'; readonly expectation: PageExpectation }
    | { readonly name: 'pending-only'; readonly expectation: Expectation & { kind: 'pending-only' } }
    | { readonly name: 'no-other-page' }
  );

export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ');

/**
 * The checks of a scenario, in the order in which they are judged and shown: those of each expectation, then
 * that nothing else paged.
 *
 * @param pace that of the drill; the titles show targets as they are measured. Default: as written.
 */
export function checksOf(scenario: Scenario, pace: Pick<Pace, 'factor'> = { factor: 1 }): Check[] {
  return boundChecks(scenario, pace).map(({ id, title }) => ({ id, title }));
}

export function boundChecks({ expectations }: Scenario, pace: Pick<Pace, 'factor'>): BoundCheck[] {
  const seen = new Map<string, number>();
  const checks = expectations.flatMap((expectation) => {
    const subject =
      expectation.kind === 'page' ? `${expectation.alert}@${expectation.receiver}` : expectation.alert;
    const nth = (seen.get(subject) ?? 0) + 1;
    seen.set(subject, nth);
    const unique = nth > 1 ? `${subject}#${nth}` : subject;
    return expectation.kind === 'page'
      ? pageChecks(unique, expectation, pace)
      : [pendingCheck(unique, expectation)];
  });
  return [...checks, { name: 'no-other-page', id: 'drill/no-other-page', title: 'no other page' }];
}

const pendingCheck = (subject: string, expectation: Expectation & { kind: 'pending-only' }): BoundCheck => ({
  name: 'pending-only',
  id: `${subject}/pending-only`,
  title: `${expectation.alert} becomes pending and does not fire`,
  expectation,
});

function pageChecks(subject: string, expectation: PageExpectation, pace: Pick<Pace, 'factor'>): BoundCheck[] {
  const { alert, receiver, labels, runbook, within, resolvedWithin } = expectation;
  const target = (text: string) => humanDuration(paced(text, pace));
  const titles = {
    arrives: `${alert} reaches ${receiver} within ${target(within)}`,
    labels: `${alert} at ${receiver} carries ${labelsText(labels) || 'its name'}`,
    runbook: `the runbook of ${alert} at ${receiver} opens`,
    resolved: `${alert} is resolved at ${receiver} within ${target(resolvedWithin)}`,
  };
  const names = ['arrives', 'labels', ...(runbook ? (['runbook'] as const) : []), 'resolved'] as const;
  return names.map((name) => ({ name, id: `${subject}/${name}`, title: titles[name], expectation }));
}
