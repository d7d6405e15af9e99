import type { DrillOutcome, Unjudged, Verdict } from '../core/record.ts';
import { type BoundCheck, boundChecks, checkSubject } from './checks.ts';
import { escalates } from './escalation.ts';
import type { Finding } from './finding.ts';
import { handedOver } from './handed-over.ts';
import { nothingLeft } from './nothing-left.ts';
import { notifications } from './notifications.ts';
import { arrives, labels, resolved, runbook } from './page-verdicts.ts';
import { proofFinding } from './proofs/proof-verdicts.ts';
import { noOtherPage, pendingOnly } from './quiet-verdicts.ts';
import { endedByNoise } from './rules-noise.ts';
import { rulesFinding } from './rules-verdict.ts';
import { says } from './says.ts';
import { stays } from './stays.ts';
import { suppressed } from './suppressed.ts';
import { switchArrives } from './switch-verdicts.ts';
import { whyUnproven } from './unproven.ts';

export { impossibleTargets, targetsByChance } from './targets.ts';

export interface Judgement {
  /** One for each check of the scenario, in the order of `checksOf`. */
  readonly verdicts: Verdict[];
  readonly outcome: DrillOutcome;
}

/**
 * Judges a drill by its record alone. If the drill proves nothing, every verdict is `broken`. If the stack left something
 * behind, the outcome is `broken` even if every expectation held, because the remains may disturb the next drill. If the
 * drill ended because rules were noisy while nothing was broken, the check `rules` fails and all other verdicts are
 * `broken`. A check without the evidence that it needs never passes.
 */
export function judge(record: Unjudged): Judgement {
  const reasons = whyUnproven(record);
  const verdicts = boundChecks(record.scenario, record).map((check): Verdict => {
    const { id, title } = check;
    const finding: Finding =
      reasons.length > 0 && !(check.name === 'rules' && endedByNoise(record))
        ? { outcome: 'broken', message: `not judged: ${reasons[0]}`, evidence: reasons }
        : findingOf(check, record);
    return { id, title, ...checkSubject(check, record.scenario), ...finding };
  });
  return { verdicts, outcome: outcomeOf(record, verdicts) };
}

function findingOf(check: BoundCheck, record: Unjudged): Finding {
  switch (check.name) {
    case 'arrives':
      return check.of?.kind === 'dead-mans-switch'
        ? switchArrives(record, check.expectation)
        : arrives(record, check.expectation);
    case 'handed-over':
      return handedOver(record, check.expectation);
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
    case 'notifications':
      return notifications(record, check.expectation);
    case 'escalates':
      return escalates(record, check.expectation, check.escalation);
    case 'pending-only':
      return pendingOnly(record, check.expectation);
    case 'suppressed':
      return suppressed(record, check.suppressed);
    case 'proof':
      return proofFinding(record, check.index);
    case 'no-other-page':
      return noOtherPage(record);
    case 'rules':
      return rulesFinding(record);
    case 'nothing-left':
      return nothingLeft(record);
  }
}

function outcomeOf(record: Unjudged, verdicts: readonly Verdict[]): DrillOutcome {
  if (record.problem) return record.problem.kind;
  const outcomes = verdicts.map(({ outcome }) => outcome);
  const left = record.phases.some(({ name, outcome }) => name === 'tear down' && outcome === 'failed');
  if (left || record.teardownFailures.length > 0) return 'broken';
  // The other checks are broken, because they were not tested. The noisy rules are the reason, so the drill fails.
  if (endedByNoise(record)) return 'fail';
  if (outcomes.includes('broken')) return 'broken';
  return outcomes.includes('fail') ? 'fail' : 'pass';
}
