import type { DrillOutcome, Unjudged, Verdict } from '../core/record.ts';
import { aboutOf, type BoundCheck, boundChecks } from './checks.ts';
import type { Finding } from './finding.ts';
import { nothingLeft } from './nothing-left.ts';
import { arrives, labels, resolved, runbook } from './page-verdicts.ts';
import { proofFinding } from './proofs/proof-verdicts.ts';
import { noOtherPage, pendingOnly } from './quiet-verdicts.ts';
import { endedByNoise } from './rules-noise.ts';
import { everyRule } from './rules-verdict.ts';
import { says } from './says.ts';
import { stays } from './stays.ts';
import { unproven } from './unproven.ts';

export { impossibleTargets, targetsByChance } from './targets.ts';

export interface Judgement {
  /** One for each check of the scenario, in the order of `checksOf`. */
  readonly verdicts: Verdict[];
  readonly outcome: DrillOutcome;
}

/**
 * Judges a drill by its record alone. A drill that proves nothing is `broken` in every verdict; so is what
 * its outcome says when the stack left something behind, even if every expectation held: what is left may
 * disturb the next drill. One that ended because rules were noisy while nothing was broken has failed, by that check;
 * the others are `broken`. Whenever evidence that a pass needs is missing, nothing passes.
 */
export function judge(record: Unjudged): Judgement {
  const reasons = unproven(record);
  const verdicts = boundChecks(record.scenario, record).map((check): Verdict => {
    const { id, title } = check;
    const finding: Finding =
      reasons.length > 0 && !(check.name === 'rules' && endedByNoise(record))
        ? { outcome: 'broken', message: `not judged: ${reasons[0]}`, evidence: reasons }
        : findingOf(check, record);
    return { id, title, ...aboutOf(check, record.scenario), ...finding };
  });
  return { verdicts, outcome: outcomeOf(record, verdicts) };
}

function findingOf(check: BoundCheck, record: Unjudged): Finding {
  switch (check.name) {
    case 'arrives':
      return arrives(record, check.expectation);
    case 'labels':
      return labels(record, check.expectation);
    case 'says':
      return says(record, check.expectation);
    case 'runbook':
      return runbook(record, check.expectation);
    case 'stays':
      return stays(record, check.expectation);
    case 'resolved':
      return resolved(record, check.expectation);
    case 'pending-only':
      return pendingOnly(record, check.expectation);
    case 'proof':
      return proofFinding(record, check.index);
    case 'no-other-page':
      return noOtherPage(record);
    case 'rules':
      return everyRule(record);
    case 'nothing-left':
      return nothingLeft(record);
  }
}

function outcomeOf(record: Unjudged, verdicts: readonly Verdict[]): DrillOutcome {
  if (record.problem) return record.problem.kind;
  const outcomes = verdicts.map(({ outcome }) => outcome);
  const left = record.phases.some(({ name, outcome }) => name === 'tear down' && outcome === 'failed');
  if (left || record.teardownFailures.length > 0) return 'broken';
  // The other checks were not put to the test, and the rules that are why have failed.
  if (endedByNoise(record)) return 'fail';
  if (outcomes.includes('broken')) return 'broken';
  return outcomes.includes('fail') ? 'fail' : 'pass';
}
