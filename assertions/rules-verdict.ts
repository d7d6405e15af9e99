import { humanDuration } from '../core/duration.ts';
import type { AlwaysFiring, RuleHealthEvidence, Unjudged } from '../core/record.ts';
import { isPageOf } from './always-firing.ts';
import type { Finding } from './finding.ts';
import { churnText, labelChurn } from './label-churn.ts';
import { endedByNoise, mostSevereFirst, noiseEvidence, noiseLine, ruleText } from './rules-noise.ts';

/** One thing that is wrong with a rule: the line that counts, and what shows it. */
interface Fault {
  readonly line: string;
  readonly evidence: readonly string[];
}

/** Every rule evaluates, is quiet while nothing is broken, and keeps its identity; what is to fire always does. */
export function everyRule(record: Unjudged): Finding {
  const { rules } = record;
  if (!rules) {
    return { outcome: 'broken', message: 'the health of the rules was not recorded', evidence: [] };
  }
  const faults: Fault[] = [
    ...mostSevereFirst(rules.noise).map((one) => ({ line: noiseLine(one), evidence: noiseEvidence(one) })),
    ...rules.health.filter(isFailing).map(failure),
    // A drill that ended early gave its pages no time to come.
    ...(endedByNoise(record) ? [] : rules.alwaysFiring.flatMap((one) => stopped(record, one))),
    ...churning(record),
  ];
  const [first] = faults;
  if (first) {
    const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
    return {
      outcome: 'fail',
      message: `${first.line}${more}`,
      // One fault is told by the message already.
      evidence: faults.length > 1 ? faults.flatMap((one) => one.evidence) : first.evidence.slice(1),
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

/** A single evaluation may fail by a query that timed out on a busy machine; a rule that is wrong fails again. */
const isFailing = ({ failed, evaluations }: RuleHealthEvidence): boolean =>
  failed > 1 || (failed > 0 && failed === evaluations);

function failure(rule: RuleHealthEvidence): Fault {
  const { failed, evaluations, lastError, query, kind } = rule;
  const what = kind === 'recording' ? 'recording rule' : 'rule';
  const line = `the ${what} ${ruleText(rule)} fails to evaluate: ${lastError || 'no reason given'}`;
  return {
    line,
    evidence: [
      line,
      `  ${failed} of the ${evaluations} evaluations that were seen failed${rule.failing ? ', also the last' : ''}`,
      `  expression: ${query.replace(/\s+/g, ' ').trim()}`,
    ],
  };
}

/** What is to fire all the time shows that the way of alerts works: it must neither pause nor fail to arrive. */
function stopped(record: Unjudged, one: AlwaysFiring): Fault[] {
  const tell = (what: string, ...evidence: string[]): Fault[] => {
    const line = `${ruleText(one)} is to fire all the time, and ${what}`;
    return [{ line, evidence: [line, ...evidence.map((text) => `  ${text}`)] }];
  };
  const { firing } = one;
  const [first, second] = firing;
  const last = firing.at(-1);
  const to = record.rules?.to ?? Number.NaN;
  if (!first || !last) return tell('did not fire');
  if (second) {
    return tell(
      `paused after ${humanDuration(first.to - first.from)}`,
      `it fired in ${firing.length} stretches`,
    );
  }
  if (last.to < to) return tell(`stopped ${humanDuration(to - last.to)} before the end of the drill`);
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
    return tell(`no page of it arrived at ${where}`);
  }
  return [];
}

function churning({ evidence, faultWindow }: Unjudged): Fault[] {
  const injectedAt = faultWindow?.injectedAt ?? Number.NEGATIVE_INFINITY;
  const each = new Map((evidence?.alerts ?? []).map((alert) => [alert.alert, alert]));
  return [...each.values()].flatMap((alert): Fault[] => {
    const churn = labelChurn(alert, injectedAt);
    if (!churn || !alert.rule) return [];
    const { file, group } = alert.rule;
    const rule = ruleText({ name: alert.alert, manager: alert.manager, file, group });
    const line = `the labels of ${rule} change while it is active: each change is a new alert`;
    return [{ line, evidence: [line, ...churnText(churn).map((text) => `  ${text}`)] }];
  });
}
