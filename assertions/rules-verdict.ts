import { humanDuration } from '../core/duration.ts';
import type { AlertEvidence, AlwaysFiring, RuleHealthEvidence, Unjudged } from '../core/record.ts';
import { isPageOf } from './always-firing.ts';
import type { Finding } from './finding.ts';
import { churnText, labelChurn } from './label-churn.ts';
import { endedByNoise, mostSevereFirst, noiseEvidence, noiseLine, oneLine, ruleText } from './rules-noise.ts';

/** A problem with a rule: a summary line, and the evidence. */
interface RuleProblem {
  readonly line: string;
  readonly evidence: readonly string[];
}

/**
 * Judges that every rule evaluates, is quiet while nothing is broken and keeps its labels while active, and that the rules
 * that are meant to fire all the time do.
 */
export function rulesFinding(record: Unjudged): Finding {
  const { rules } = record;
  if (!rules) {
    return { outcome: 'broken', message: 'the health of the rules was not recorded', evidence: [] };
  }
  const problems: RuleProblem[] = [
    ...mostSevereFirst(rules.noise).map((one) => ({
      line: noiseLine(one, record),
      evidence: noiseEvidence(one, record),
    })),
    ...rules.health.filter(isFailing).map(failureProblem),
    // If the drill ended early, pages had no time to arrive.
    ...(endedByNoise(record) ? [] : rules.alwaysFiring.flatMap((one) => alwaysFiringProblems(record, one))),
    ...labelChurnProblems(record),
  ];
  const [first] = problems;
  if (first) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    return {
      outcome: 'fail',
      message: `${first.line}${more}`,
      // With a single problem, the message already contains its summary line.
      evidence: problems.length > 1 ? problems.flatMap((one) => one.evidence) : first.evidence.slice(1),
    };
  }
  const seen = rules.health.filter(({ evaluations }) => evaluations > 0);
  const watched = rules.alwaysFiring.map(({ name }) => `${name} fired all the time, as it is to`);
  if (seen.length < rules.health.length && seen.length === 0) {
    return { outcome: 'broken', message: 'no evaluation of any rule was seen', evidence: [] };
  }
  return {
    outcome: 'pass',
    message: `${seen.length} rules were evaluated without an error`,
    evidence: watched,
  };
}

/** A single evaluation may fail because its query times out on a busy machine. A wrong rule fails repeatedly. */
const isFailing = ({ failed, evaluations }: RuleHealthEvidence): boolean =>
  failed > 1 || (failed > 0 && failed === evaluations);

function failureProblem(rule: RuleHealthEvidence): RuleProblem {
  const { failed, evaluations, lastError, query, kind } = rule;
  const what = kind === 'recording' ? 'recording rule' : 'rule';
  const line = `the ${what} ${ruleText(rule)} fails to evaluate: ${lastError || 'no reason given'}`;
  return {
    line,
    evidence: [
      line,
      `  ${failed} of the ${evaluations} evaluations that were seen failed${rule.failing ? ', also the last' : ''}`,
      `  expression: ${oneLine(query)}`,
    ],
  };
}

/** A rule that is meant to fire all the time proves that alerting works: it must not pause, and its page must arrive. */
function alwaysFiringProblems(record: Unjudged, one: AlwaysFiring): RuleProblem[] {
  const problem = (what: string, ...evidence: string[]): RuleProblem[] => {
    const line = `${ruleText(one)} is to fire all the time, and ${what}`;
    return [{ line, evidence: [line, ...evidence.map((text) => `  ${text}`)] }];
  };
  const { firing } = one;
  const [first, second] = firing;
  const last = firing.at(-1);
  const to = record.rules?.to ?? Number.NaN;
  if (!first || !last) return problem('did not fire');
  // The fault is to silence it, which the dead-man's switch notices.
  const maySilence = record.scenario.expectations.some(({ kind }) => kind === 'dead-mans-switch');
  if (second && !maySilence) {
    return problem(
      `paused after ${humanDuration(first.to - first.from)}`,
      `it fired in ${firing.length} stretches`,
    );
  }
  if (last.to < to) return problem(`stopped ${humanDuration(to - last.to)} before the end of the drill`);
  const isPaged =
    record.pages.some((page) => page.status === 'firing' && isPageOf(one, page)) ||
    (record.notifications ?? []).some(
      ({ contactPoint, delivery, alerts, kind }) =>
        delivery !== undefined &&
        one.contactPoints.includes(contactPoint) &&
        (one.receiver === undefined || one.receiver === kind) &&
        alerts.some(({ labels, status }) => status === 'firing' && labels.alertname === one.name),
    );
  if ((one.notifies || one.receiver) && !isPaged) {
    const where = one.receiver ?? one.contactPoints.join(' and ');
    return problem(`no page of it arrived at ${where}`);
  }
  return [];
}

function labelChurnProblems({ evidence, faultWindow }: Unjudged): RuleProblem[] {
  const injectedAt = faultWindow?.injectedAt ?? Number.NEGATIVE_INFINITY;
  // A rule with several expectations is looked at once; rules of one name are different rules.
  const keyOf = ({ alert, rule }: AlertEvidence) =>
    JSON.stringify([alert, rule?.file, rule?.group, rule?.index]);
  const each = new Map((evidence?.alerts ?? []).map((alert) => [keyOf(alert), alert]));
  return [...each.values()].flatMap((alert): RuleProblem[] => {
    const churn = labelChurn(alert, injectedAt);
    if (!churn || !alert.rule) return [];
    const { file, group } = alert.rule;
    const rule = ruleText({ name: alert.alert, manager: alert.manager, file, group });
    const line = `the labels of ${rule} change while it is active: each change is a new alert`;
    return [{ line, evidence: [line, ...churnText(churn).map((text) => `  ${text}`)] }];
  });
}
