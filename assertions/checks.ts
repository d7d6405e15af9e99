import { switchPage } from '../core/dead-mans-switch.ts';
import { humanDuration } from '../core/duration.ts';
import { escalationOf, outlastsDrill, type SuppressedAlert } from '../core/expected-alerts.ts';
import { labelsText } from '../core/labels.ts';
import { type Pace, paced } from '../core/pace.ts';
import { type CheckName, type DrillRecord, recordVersion, type Verdict } from '../core/record.ts';
import {
  awaitsResolution,
  type Expectation,
  type PageExpectation,
  type PendingOnlyExpectation,
  type Proof,
  type Scenario,
  type SuppressedExpectation,
} from '../core/scenario.ts';
import { contactPointPart } from './pages.ts';
import { proofTitle } from './proofs/proof-verdicts.ts';
import { targetOf } from './targets.ts';

/** One thing that is judged. The checks follow from the scenario, so they are known before the drill. */
export interface Check {
  /** Unique in the scenario, e.g. `HighErrorRate@slack/arrives`. */
  readonly id: string;
  readonly title: string;
}

/** A check with the expectation or proof that it judges. */
export type BoundCheck = Check &
  (
    | {
        readonly name:
          | 'arrives'
          | 'handed-over'
          | 'labels'
          | 'says'
          | 'runbook'
          | 'stays'
          | 'resolved'
          | 'notifications';
        readonly expectation: PageExpectation;
        /** The expectation of the scenario that it comes from, if that is another one. */
        readonly of?: Expectation;
      }
    | {
        readonly name: 'escalates';
        readonly expectation: PageExpectation;
        /** The page at the second receiver. */
        readonly escalation: PageExpectation;
      }
    | { readonly name: 'pending-only'; readonly expectation: PendingOnlyExpectation }
    | {
        readonly name: 'suppressed';
        readonly expectation: SuppressedExpectation;
        readonly suppressed: SuppressedAlert;
      }
    /** `index`: position in the scenario's proofs. */
    | { readonly name: 'proof'; readonly index: number }
    | { readonly name: 'no-other-page' | 'rules' | 'nothing-left' }
  );

/**
 * Returns the checks of a scenario in the order in which they are judged and shown: first those of each expectation, then
 * those of each proof, and at the end that nothing else paged, that every rule is in order and that no alert is left active.
 *
 * @param pace of the drill. The titles show the targets at this pace. Default: real pace.
 * @param floors of the drill, which may raise targets at fast pace.
 * @param attached the staging of the drill. Default: firedrill started the stack.
 */
export function checksOf(
  scenario: Scenario,
  pace: Pick<Pace, 'factor'> = { factor: 1 },
  floors: DrillRecord['floors'] = {},
  attached?: DrillRecord['attached'],
): Check[] {
  return boundChecks(scenario, { scenario, pace, floors, attached }).map(({ id, title }) => ({ id, title }));
}

/** The parts of a drill on which its checks depend. Without a version, the current version of the record is assumed. */
type CheckContext = Parameters<typeof targetOf>[0] & {
  readonly version?: DrillRecord['version'];
  readonly attached?: DrillRecord['attached'] | undefined;
};

/** The first version of the record that has the evidence for a check. Checks that are not listed exist in all versions. */
const firstVersion: Partial<Record<CheckName, DrillRecord['version']>> = {
  says: 3,
  stays: 3,
  rules: 3,
  'nothing-left': 3,
};

export function boundChecks({ fault, expectations, proofs }: Scenario, drill: CheckContext): BoundCheck[] {
  const { version = recordVersion } = drill;
  const seen = new Map<string, number>();
  const unique = (subject: string) => {
    const nth = (seen.get(subject) ?? 0) + 1;
    seen.set(subject, nth);
    return nth > 1 ? `${subject}#${nth}` : subject;
  };
  const checks = expectations.flatMap((expectation) => expectationChecks(expectation, unique, drill));
  const all: BoundCheck[] = [
    ...checks,
    ...proofs.map(proofCheck),
    { name: 'no-other-page', id: 'drill/no-other-page', title: 'no other page' },
    {
      name: 'rules',
      id: 'drill/rules',
      title: 'every rule evaluates, and is quiet while nothing is broken',
    },
    { name: 'nothing-left', id: 'drill/nothing-left', title: 'nothing is left pending or firing' },
  ];
  // A fault of fixed length is not held after its page, so it cannot show whether the alert stays.
  const isNotJudged = (name: CheckName) =>
    (name === 'stays' && fault.lasts !== undefined) ||
    // Where no page is received, there may be any number of others.
    (name === 'no-other-page' && isUntilNotifier(drill));
  return all.filter(({ name }) => version >= (firstVersion[name] ?? version) && !isNotJudged(name));
}

/** @param unique makes the subject of an id unique in the scenario. */
function expectationChecks(
  expectation: Expectation,
  unique: (subject: string) => string,
  drill: CheckContext,
): BoundCheck[] {
  switch (expectation.kind) {
    case 'page':
      return pageChecks(unique(`${expectation.alert}@${expectation.receiver}`), expectation, drill);
    case 'pending-only':
      return [pendingCheck(unique(expectation.alert), expectation)];
    case 'suppressed':
      return expectation.alerts.map((alert) => suppressedCheck(unique(alert), expectation, alert));
    case 'dead-mans-switch': {
      const page = switchPage(expectation);
      return pageChecks(unique(`${page.alert}@${page.receiver}`), page, drill)
        .filter(({ name }) => name === 'arrives' || name === 'resolved')
        .map((check) => ({ ...check, of: expectation }));
    }
  }
}

/** Returns the expectation or proof of a check in the form of a verdict. */
export function checkSubject(
  check: BoundCheck,
  { expectations }: Pick<Scenario, 'expectations'>,
): Pick<Verdict, 'check' | 'expectation' | 'alert' | 'receiver' | 'proof'> {
  if ('index' in check) return { check: check.name, proof: check.index };
  if (!('expectation' in check)) return { check: check.name };
  const { name, expectation } = check;
  return {
    check: name,
    expectation: expectations.indexOf(('of' in check && check.of) || expectation),
    alert: 'suppressed' in check ? check.suppressed.alert : check.expectation.alert,
    ...(expectation.kind === 'page' ? { receiver: expectation.receiver } : {}),
  };
}

const pendingCheck = (subject: string, expectation: PendingOnlyExpectation): BoundCheck => ({
  name: 'pending-only',
  id: `${subject}/pending-only`,
  title: `${expectation.alert} becomes pending and does not fire`,
  expectation,
});

const suppressedCheck = (subject: string, expectation: SuppressedExpectation, alert: string): BoundCheck => ({
  name: 'suppressed',
  id: `${subject}/suppressed`,
  title: `${alert} is inhibited by ${expectation.by} and notifies nobody`,
  expectation,
  suppressed: { kind: 'suppressed', alert, by: expectation.by },
});

/** If there are several proofs of one kind, the id contains the number among them. */
function proofCheck(proof: Proof, index: number, all: readonly Proof[]): BoundCheck {
  const nth = all.slice(0, index + 1).filter(({ kind }) => kind === proof.kind).length;
  const subject = nth > 1 ? `${proof.kind}#${nth}` : proof.kind;
  return { name: 'proof', id: `${subject}/proof`, title: proofTitle(proof), index };
}

/** Whether pages are judged up to the notifier only. */
export const isUntilNotifier = ({ attached }: Pick<CheckContext, 'attached'>): boolean =>
  attached?.pages === 'until-notifier';

function resolvedTitle(expectation: PageExpectation, target: string): string {
  const { alert, receiver } = expectation;
  if (outlastsDrill(expectation)) return `${alert} is still on at the end`;
  return awaitsResolution(expectation)
    ? `${alert} is resolved at ${receiver} within ${target}`
    : `${receiver} is not told that ${alert} is over`;
}

function pageChecks(subject: string, expectation: PageExpectation, drill: CheckContext): BoundCheck[] {
  const { alert, receiver, labels, runbook } = expectation;
  const target = (key: 'within' | 'resolvedWithin') => humanDuration(targetOf(drill, expectation, key).ms);
  const titles = {
    'handed-over': `${alert} is handed over to a notifier of ${receiver}${contactPointPart(expectation)} within ${target('within')}; its arrival is not seen`,
    arrives: `${alert} reaches ${receiver}${contactPointPart(expectation)} within ${target('within')}${notBeforeText(expectation, drill)}`,
    labels: `${alert} at ${receiver} carries ${labelsText(labels) || 'its name'}`,
    says: `${alert} at ${receiver} says what its rule says`,
    runbook: `the runbook of ${alert} at ${receiver} opens`,
    stays: `${alert} stays on while the fault lasts`,
    resolved: resolvedTitle(expectation, target('resolvedWithin')),
    notifications: `${alert} notifies ${receiver} ${notificationsText(expectation, drill)}`,
  };
  const ofPage = [
    'arrives',
    'labels',
    'says',
    ...(runbook ? (['runbook'] as const) : []),
    'stays',
    'resolved',
    ...(expectation.notifications ? (['notifications'] as const) : []),
  ] as const;
  // Everything else is about a page that arrived.
  const names = isUntilNotifier(drill) ? (['handed-over'] as const) : ofPage;
  const own = names.map(
    (name): BoundCheck => ({ name, id: `${subject}/${name}`, title: titles[name], expectation }),
  );
  const escalation = isUntilNotifier(drill) ? undefined : escalationOf(expectation);
  return escalation ? [...own, escalationCheck(subject, expectation, escalation, drill)] : own;
}

function escalationCheck(
  subject: string,
  expectation: PageExpectation,
  escalation: PageExpectation,
  drill: CheckContext,
): BoundCheck {
  const to = `${escalation.receiver}${contactPointPart(escalation)}`;
  const after = humanDuration(paced(expectation.escalatesTo?.after ?? '0', drill.pace));
  const target = humanDuration(targetOf(drill, escalation, 'within').ms);
  return {
    name: 'escalates',
    id: `${subject}/escalates`,
    title: `${expectation.alert} escalates to ${to} ${after} after ${expectation.receiver}, within ${target}`,
    expectation,
    escalation,
  };
}

/** E.g. `, not before 24.0 s`. */
const notBeforeText = ({ notBefore }: PageExpectation, { pace }: CheckContext): string =>
  notBefore === undefined ? '' : `, not before ${humanDuration(paced(notBefore, pace))}`;

/** E.g. `2 to 4 times, with 4 alerts in the first message, again every 16.0 s`. */
function notificationsText({ notifications = {} }: PageExpectation, { pace }: CheckContext): string {
  const { atMost, atLeast, alertsInOne, repeatsEvery } = notifications;
  const times = (count: number) => (count === 1 ? 'once' : `${count} times`);
  const count =
    atLeast === undefined
      ? atMost !== undefined && `at most ${times(atMost)}`
      : atMost === undefined
        ? `at least ${times(atLeast)}`
        : atLeast === atMost
          ? `exactly ${times(atMost)}`
          : `${atLeast} to ${atMost} times`;
  const parts = [
    count,
    alertsInOne !== undefined &&
      `with ${alertsInOne} alert${alertsInOne === 1 ? '' : 's'} in the first message`,
    repeatsEvery !== undefined && `again every ${humanDuration(paced(repeatsEvery, pace))}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}
