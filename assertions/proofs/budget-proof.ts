import { type Pace, paced } from '../../core/pace.ts';
import type { EvidenceOf } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { type Finding, fail, pass, undecided } from '../finding.ts';

/** With fewer failures, one more or less makes a large difference. */
const minFailures = 10;

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/**
 * Judges that the panel's budget fell by what the failures spend of it: F of the λ·T·(1 − objective) failures that the
 * period T allows at the rate λ.
 */
export function budgetFinding(
  { journey, objective, period, panel, tolerance }: ProofOf<'budget'>,
  { query, before, after, failed, perSecond }: EvidenceOf<'budget'>,
  pace: Pick<Pace, 'factor'>,
): Finding {
  if (failed < minFailures)
    return undecided(
      `k6 saw ${failed} failures of ${journey}: too few to compare, which needs ${minFailures}`,
    );
  if (before === undefined || after === undefined)
    return fail(
      `the panel ${panel} shows no budget ${before === undefined ? 'before the fault' : 'at the end'}`,
      [query],
    );
  const allowed = (perSecond * paced(period, pace) * (1 - objective / 100)) / 1000;
  const spent = failed / allowed;
  const shown = before - after;
  const values = `the panel ${panel} went from ${percent(before)} to ${percent(after)}, by ${percent(shown)}; ${failed} failures are ${percent(spent)} of the budget of ${period}`;
  const evidence = [`${Math.round(allowed)} failures of ${journey} use it up; ${query}`];
  return Math.abs(shown - spent) <= tolerance * spent
    ? pass(values, evidence)
    : fail(`${values}, more than ${tolerance * 100} % apart`, evidence);
}
