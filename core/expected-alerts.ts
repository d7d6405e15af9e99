import { switchPage } from './dead-mans-switch.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { hasLabels } from './labels.ts';
import type { Path } from './path.ts';
import type { AlertEvidence, DrillRecord } from './record.ts';
import type { Expectation, PageExpectation, PendingOnlyExpectation, Scenario } from './scenario.ts';

/** One alert of a `suppressed` expectation. */
export interface SuppressedAlert {
  readonly kind: 'suppressed';
  readonly alert: string;
  /** The alert that must inhibit it. Absent: this is that alert. */
  readonly by?: string;
}

/** What is expected of one alert. */
export type AlertExpectation = PageExpectation | PendingOnlyExpectation | SuppressedAlert;

/** An alert that a scenario has an expectation of, and the place of that expectation. */
export interface ExpectedAlert {
  readonly expectation: AlertExpectation;
  readonly at: Path;
  /** Whether it is the page at the second receiver (`escalatesTo`). */
  readonly isEscalation?: true;
}

/** Every alert that the expectations are about, in their order; an alert may occur several times. */
export const expectedAlerts = (expectations: readonly Expectation[]): ExpectedAlert[] =>
  expectations.flatMap((expectation, i): ExpectedAlert[] => {
    const at = ['expectations', i];
    // No rule and no manager has the alert of the dead-man's switch.
    if (expectation.kind === 'dead-mans-switch') return [];
    if (expectation.kind === 'suppressed') {
      const { kind, alerts, by } = expectation;
      return [
        ...alerts.map(
          (alert, k): ExpectedAlert => ({ expectation: { kind, alert, by }, at: [...at, 'alerts', k] }),
        ),
        { expectation: { kind, alert: by }, at: [...at, 'by'] },
      ];
    }
    const own: ExpectedAlert = { expectation, at };
    const escalation = expectation.kind === 'page' ? escalationOf(expectation) : undefined;
    return escalation
      ? [own, { expectation: escalation, at: [...at, 'escalatesTo'], isEscalation: true }]
      : [own];
  });

/** Whether an alert, such as one on a spent error budget, is expected to be on at the end of the drill. */
export const outlastsDrill = ({ resolvedWithin }: Pick<PageExpectation, 'resolvedWithin'>): boolean =>
  resolvedWithin === 'outlasts';

/** Whether an active alert is one that is expected to outlast the drill. */
export const isExpectedToLast = (
  { expectations }: Pick<Scenario, 'expectations'>,
  active: { readonly alert: string; readonly labels: Readonly<Record<string, string>> },
): boolean =>
  expectedPages(expectations).some(
    (expectation) =>
      outlastsDrill(expectation) &&
      expectation.alert === active.alert &&
      hasLabels(active.labels, expectation.labels),
  );

/**
 * Every page that the expectations want, each followed by the page of its escalation; at the end the pages of the
 * dead-man's switch.
 */
export const expectedPages = (expectations: readonly Expectation[]): PageExpectation[] => [
  ...expectedAlerts(expectations).flatMap(({ expectation }) =>
    expectation.kind === 'page' ? [expectation] : [],
  ),
  ...expectations.flatMap((expectation) =>
    expectation.kind === 'dead-mans-switch' ? [switchPage(expectation)] : [],
  ),
];

/**
 * Returns the page at the second receiver as an expectation of its own. Its target, like that of every page, counts from
 * the first request hit: the target of the first page and the time after which it escalates.
 */
export function escalationOf(expectation: PageExpectation): PageExpectation | undefined {
  const { escalatesTo, within, ...rest } = expectation;
  const { notifications: _, urgency: __, contactPoint: ___, notBefore: ____, ...page } = rest;
  if (!escalatesTo) return undefined;
  const { after, labels = page.labels, ...to } = escalatesTo;
  return { ...page, ...to, labels, within: formatDuration(msOf(within) + msOf(after)) };
}

const msOf = (duration: string): number => parseDuration(duration) ?? 0;

/**
 * The alerts about which a drill collects evidence, in the order of the record's `evidence.alerts`: one for each expected
 * page, pending alert and suppressed alert. An alert that suppresses others is left out if it is among these.
 */
export function alertsWithEvidence(expectations: readonly Expectation[]): AlertExpectation[] {
  const all = expectedAlerts(expectations).map(({ expectation }) => expectation);
  const isSource = (one: AlertExpectation) => one.kind === 'suppressed' && one.by === undefined;
  return all.filter(
    (one, i) =>
      !isSource(one) || all.every((other, j) => other.alert !== one.alert || (isSource(other) && j >= i)),
  );
}

/** Returns the evidence of an expected alert; of several with its name, its own. */
export function evidenceOf(
  {
    evidence,
    scenario,
  }: Pick<DrillRecord, 'evidence'> & { readonly scenario: Pick<Scenario, 'expectations'> },
  expectation: AlertExpectation,
): AlertEvidence | undefined {
  const alerts = evidence?.alerts ?? [];
  const key = expectationKey(expectation);
  const own =
    alerts[alertsWithEvidence(scenario.expectations).findIndex((one) => expectationKey(one) === key)];
  return own?.alert === expectation.alert ? own : alerts.find(({ alert }) => alert === expectation.alert);
}

/**
 * A key that tells apart the expectations of one alert: of a page, the alert's name with receiver, contact point and
 * labels; else the name. Expectations that agree in all of these share a key.
 */
export function expectationKey(expectation: AlertExpectation): string {
  const { alert } = expectation;
  if (expectation.kind !== 'page') return alert;
  const { receiver, contactPoint = '', labels } = expectation;
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const shown = sorted.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ');
  return `${alert}@${receiver}${contactPoint && `/${contactPoint}`}{${shown}}`;
}
