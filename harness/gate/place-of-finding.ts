import { alertingRules } from '../../configuration/rules/choose-rule.ts';
import { rulePlace } from '../../configuration/rules/rule-place.ts';
import type { RuleReference } from '../../core/dependencies.ts';
import type { GateFinding } from '../../core/gate.ts';
import type { Judged } from '../command/check-input.ts';
import type { Placed } from '../command/placed.ts';
import type { FoundSet } from './find-set.ts';

/** What the findings are about. */
export interface Places {
  readonly set: FoundSet;
  readonly chosen: readonly Placed[];
  readonly judged: Judged;
}

/** The place in the user's files that a finding is about: the rule of its alert, or else its scenario or the set. */
export function placeOf(finding: GateFinding, { set, chosen, judged }: Places): string {
  switch (finding.kind) {
    case 'too-few-proven':
      return set.whereOf(['thresholds', 'minProven']);
    case 'lost-scenario':
      return set.whereOf(['scenarios']);
    case 'lost-expectation':
    case 'loosened-expectation':
      return ofScenario(finding.scenario, chosen, ['expectations']) ?? set.whereOf([]);
    case 'renamed-alert':
      return (
        ofRule(finding.to, undefined, judged) ??
        ofRule(finding.alert, finding.rule, judged) ??
        ofScenario(finding.scenario, chosen) ??
        set.whereOf([])
      );
    default: {
      const page = 'page' in finding ? finding.page : 'alert' in finding ? finding : undefined;
      const rule = page && 'rule' in page ? page.rule : undefined;
      return (
        (page && ofRule(page.alert, rule, judged)) ?? ofScenario(finding.scenario, chosen) ?? set.whereOf([])
      );
    }
  }
}

const ofScenario = (
  name: string,
  chosen: readonly Placed[],
  at: readonly string[] = [],
): string | undefined => chosen.find(({ scenario }) => scenario.name === name)?.whereOf(at);

/** The rule that a drill took for that of the alert; otherwise the first of its name. */
function ofRule(alert: string, rule: RuleReference | undefined, judged: Judged): string | undefined {
  for (const { written } of judged) {
    const all = alertingRules(written).filter(({ labels }) => labels.alertname === alert);
    const found =
      all.find(
        ({ file, group, index }) => file === rule?.file && group === rule.group && index === rule.index,
      ) ?? all[0];
    if (found) return rulePlace(written, found).where;
  }
  return undefined;
}
