import { humanDuration } from '../../core/duration.ts';
import type { Labels } from '../../core/labels.ts';
import type { AlertmanagerAlert } from '../../core/record.ts';
import { type Case, type Cause, caseOf, firedSince } from './case.ts';
import {
  alertsAtNotifier,
  inhibitRuleText,
  lackedByBoth,
  suppressedText,
  suppressionLines,
} from './delivery.ts';

/* Causes for an alert that should be inhibited by another one: it was sent, or it was inhibited in vain. */

type Comparison = NonNullable<AlertmanagerAlert['notInhibitedBy']>[number];
/** Returns the name of the alert that should inhibit this one. */
const sourceName = ({ expectation }: Case): string =>
  (expectation.kind === 'suppressed' ? expectation.by : undefined) ?? '';

/** The case of the inhibiting alert itself. */
const sourceCase = (alertCase: Case): Case | undefined =>
  caseOf(alertCase.record, { kind: 'suppressed', alert: sourceName(alertCase) });

/** Returns when a message of the firing alert was first sent or received, in epoch milliseconds. */
export function sentAt({ record, expectation: { alert } }: Case): number | undefined {
  const times = [
    ...record.pages
      .filter((page) => page.alert === alert && page.status === 'firing')
      .map((page) => page.receivedAt),
    ...(record.notifications ?? [])
      .filter(({ alerts }) =>
        alerts.some(({ status, labels }) => status === 'firing' && labels.alertname === alert),
      )
      .map(({ at }) => at),
  ];
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Whether the manager says of every alert of this name that the right alert inhibited it. */
export function isInhibited(alertCase: Case): boolean {
  const held = alertsAtNotifier(alertCase);
  return held.length > 0 && held.every((one) => inhibitorsOf(alertCase, one).length > 0);
}

/** Returns the inhibiting alerts of the right name, with the rules that applied. */
const inhibitorsOf = (alertCase: Case, { inhibitors = [] }: AlertmanagerAlert) =>
  inhibitors.flatMap(({ labels, rule }) =>
    labels?.alertname === sourceName(alertCase) ? [{ labels, rule }] : [],
  );

/** Says which alerts inhibit this one, and by which rules. */
export const inhibitedLines = (alertCase: Case): string[] =>
  alertsAtNotifier(alertCase).flatMap((one) => [
    suppressedText(one, 'inhibited', one.inhibitedBy),
    ...inhibitorsOf(alertCase, one).flatMap(({ rule }) => (rule ? [inhibitRuleText(rule)] : [])),
  ]);

export const otherManager: Cause = {
  hop: 'page received',
  cause: 'no Alertmanager with inhibit rules has both alerts',
  evidence: (alertCase) => {
    const both = [alertCase, sourceCase(alertCase)].flatMap((one) => one?.alert ?? []);
    return both
      .filter(({ manager }) => manager === 'grafana')
      .map(({ alert }) => `${alert} is an alert of Grafana, whose own Alertmanager has no inhibit rules`);
  },
};

export const sourceDidNotFire: Cause = {
  hop: 'page received',
  cause: (alertCase) => `${sourceName(alertCase)}, which should inhibit it, did not fire`,
  evidence: (alertCase) => {
    const source = sourceCase(alertCase);
    if (!source || firedSince(source).length > 0) return undefined;
    const { pending, rule } = source.alert;
    const since = pending.filter(({ from }) => from >= alertCase.injectedAt);
    return [
      since.length > 0
        ? `${source.alert.alert} was pending, and its \`for\` is ${humanDuration(rule?.forMs ?? Number.NaN)}`
        : `${source.alert.alert} did not become pending`,
    ];
  },
};

export const sourceNotAtNotifier: Cause = {
  hop: 'page received',
  cause: (alertCase) => `Alertmanager never got ${sourceName(alertCase)}, which should inhibit it`,
  evidence: (alertCase) => {
    const source = sourceCase(alertCase);
    if (!source || alertsAtNotifier(source).length > 0) return undefined;
    return [`${source.alert.alert} fired, and was never seen in Alertmanager`];
  },
};

/** Returns how many conditions of the rule do not hold. */
export const missesOf = ({ unmet: { source, target, equal }, mutual }: Comparison): number =>
  source.length + target.length + equal.length + (mutual ? 1 : 0);

/**
 * Sorts the rule first that comes nearest to inhibiting an alert: fewest conditions do not hold, of these fewest matchers, and
 * most of its target matchers match. A rule that is meant for another alert comes last.
 */
export const byNearness = (a: Comparison, b: Comparison): number =>
  missesOf(a) - missesOf(b) || missedMatchers(a) - missedMatchers(b) || matchedTargets(b) - matchedTargets(a);

const missedMatchers = ({ unmet: { source, target } }: Comparison): number => source.length + target.length;
const matchedTargets = ({ rule, unmet }: Comparison): number => rule.target.length - unmet.target.length;

/** Returns the rule that came nearest to inhibiting an alert; `undefined` when there is none, or one applies. */
function nearestMiss({ notInhibitedBy = [] }: AlertmanagerAlert): Comparison | undefined {
  const [nearest] = notInhibitedBy.toSorted(byNearness);
  return nearest && missesOf(nearest) > 0 ? nearest : undefined;
}

/** Returns the alerts to which no inhibit rule applies, each with the nearest rule; that is absent if there is no rule. */
const missed = (alertCase: Case): { readonly held: AlertmanagerAlert; readonly miss?: Comparison }[] =>
  alertsAtNotifier(alertCase).flatMap((held) => {
    if (held.notInhibitedBy?.length === 0) return [{ held }];
    const miss = nearestMiss(held);
    return miss ? [{ held, miss }] : [];
  });

export const noRuleApplies: Cause = {
  hop: 'page received',
  cause: (alertCase) => {
    const [{ miss } = {}] = missed(alertCase);
    const source = sourceName(alertCase);
    if (!miss) return 'Alertmanager has no inhibit rule';
    const { unmet } = miss;
    const { alert } = alertCase.expectation;
    if (unmet.source.length > 0) return `the source matchers of the inhibit rule do not match ${source}`;
    if (unmet.target.length > 0) return `the target matchers of the inhibit rule do not match ${alert}`;
    if (unmet.equal.length > 0) {
      return `\`equal\` of the inhibit rule names ${unmet.equal.join(', ')}, in which ${alert} and ${source} differ`;
    }
    return `both alerts match both sides of the inhibit rule, and such alerts do not inhibit each other`;
  },
  evidence: (alertCase) => [
    ...new Set(
      missed(alertCase).flatMap(({ held, miss }) =>
        miss ? missLines(miss, held.labels) : ['inhibit_rules is empty'],
      ),
    ),
  ],
};

function missLines({ labels: source, rule, unmet }: Comparison, target: Labels): string[] {
  const valueIn = (labels: Labels, label: string) =>
    `${labels.alertname} has ${labels[label] === undefined ? 'none' : JSON.stringify(labels[label])}`;
  const labelOf = (matcher: string) => matcher.replace(/(=~|!=|!~|=).*$/s, '');
  const unsatisfied = (matchers: readonly string[], labels: Labels) =>
    matchers.map((matcher) => `${matcher}: ${valueIn(labels, labelOf(matcher))}`);
  return [
    inhibitRuleText(rule),
    ...unsatisfied(unmet.source, source),
    ...unsatisfied(unmet.target, target),
    ...unmet.equal.map((label) => `${label}: ${valueIn(source, label)}, ${valueIn(target, label)}`),
  ];
}

/** The rule applies, but the message was sent while the inhibiting alert was not at Alertmanager. */
export const sourceNotThere: Cause = {
  hop: 'page received',
  cause: (alertCase) => {
    const way = timesOf(alertCase)?.isBefore ? 'before Alertmanager got' : 'after the end of';
    return `it was sent ${way} ${sourceName(alertCase)}, which should inhibit it`;
  },
  evidence: (alertCase) => timesOf(alertCase)?.lines,
};

interface Times {
  readonly isBefore: boolean;
  readonly lines: readonly string[];
}

function timesOf(alertCase: Case): Times | undefined {
  const source = sourceCase(alertCase);
  const at = sentAt(alertCase);
  if (!source || at === undefined) return undefined;
  const name = source.alert.alert;
  const { route } = alertCase.alert;
  const gotAt = Math.min(...alertsAtNotifier(source).map(({ receivedAt }) => receivedAt));
  const endedAt = Math.max(...firedSince(source).map((one) => one.endedAt ?? Number.POSITIVE_INFINITY));
  const time = (ms: number) => new Date(ms).toISOString();
  if (at <= gotAt) {
    const wait = route ? `; group_wait is ${humanDuration(route.groupWaitMs)}` : '';
    const lines = [`sent at ${time(at)}, and Alertmanager got ${name} at ${time(gotAt)}${wait}`];
    return { isBefore: true, lines };
  }
  if (at < endedAt) return undefined;
  return { isBefore: false, lines: [`sent at ${time(at)}, and ${name} ended at ${time(endedAt)}`] };
}

/** Nobody is told: the alert that stands for the others is not sent either. */
export const sourceInhibited: Cause = {
  hop: 'page received',
  cause: (alertCase) => `${sourceName(alertCase)} is inhibited itself`,
  evidence: (alertCase) => {
    const source = sourceCase(alertCase);
    const isExpected = alertCase.record.scenario.expectations.some(
      (one) => one.kind === 'suppressed' && one.alerts.includes(sourceName(alertCase)),
    );
    if (!source || isExpected) return undefined;
    return alertsAtNotifier(source).flatMap((one) =>
      one.inhibitedBy.length > 0 ? suppressionLines(one, 'inhibited', one.inhibitedBy) : [],
    );
  },
};

/** Until the suppressed alert has ended too, a notification of it is a matter of when its group is flushed. */
export const sourceEndedFirst: Cause = {
  hop: 'page received',
  cause: (alertCase) => {
    const { alert } = alertCase.expectation;
    const { gapMs = Number.NaN } = gapAtEnd(alertCase) ?? {};
    return `it ended ${humanDuration(gapMs)} before ${alert}, which would be sent in that time`;
  },
  evidence: (alertCase) => gapAtEnd(alertCase)?.lines,
};

function gapAtEnd(
  alertCase: Case,
): { readonly gapMs: number; readonly lines: readonly string[] } | undefined {
  const source = sourceCase(alertCase);
  if (!source) return undefined;
  const sourceEnd = Math.max(...firedSince(source).map(({ endedAt = Number.POSITIVE_INFINITY }) => endedAt));
  const ownEnd = Math.max(...firedSince(alertCase).flatMap(({ endedAt }) => endedAt ?? []));
  // Rule groups are evaluated at different times.
  const togetherMs = Math.max(...[source, alertCase].map(({ alert }) => alert.rule?.intervalMs ?? 0));
  const gapMs = ownEnd - sourceEnd;
  if (!Number.isFinite(gapMs) || gapMs <= togetherMs) return undefined;
  const ended = ({ alert }: Case, at: number) => `${alert.alert} ended at ${new Date(at).toISOString()}`;
  const { keepFiringForMs = 0 } = source.alert.rule ?? {};
  const keeps = `; its keep_firing_for is ${humanDuration(keepFiringForMs)}`;
  return { gapMs, lines: [ended(source, sourceEnd) + keeps, ended(alertCase, ownEnd)] };
}

/** Such a label restricts nothing: the rule inhibits as if `equal` did not name it. */
export const equalsWhatBothLack: Cause = {
  hop: 'page received',
  cause: (alertCase) =>
    `\`equal\` of the inhibit rule names ${lackedIn(alertCase).join(', ')}, which neither alert has: it counts as equal`,
  evidence: (alertCase) => (lackedIn(alertCase).length > 0 ? inhibitedLines(alertCase) : undefined),
};

const lackedIn = (alertCase: Case): string[] => [
  ...new Set(
    alertsAtNotifier(alertCase).flatMap((one) =>
      inhibitorsOf(alertCase, one).flatMap(({ labels, rule }) =>
        rule ? lackedByBoth(rule, labels, one.labels) : [],
      ),
    ),
  ),
];
