import { type AlertExpectation, evidenceOf } from '../../core/expected-alerts.ts';
import type { HopName } from '../../core/hops.ts';
import type { AlertEvidence, Page, Unjudged } from '../../core/record.ts';
import { countedPage, mislabelledPage } from '../pages.ts';

/** Input of an autopsy: one alert that did not page as expected. */
export interface Case {
  readonly record: Unjudged;
  readonly expectation: AlertExpectation;
  readonly alert: AlertEvidence;
  /** The page by which the expectation is judged. It is examined only if it came late. */
  readonly late?: Page;
  /** A page that only lacks the right labels. */
  readonly mislabelled?: Page;
  /** When the fault was injected, in epoch milliseconds. */
  readonly injectedAt: number;
}

/** Returns the case of an expected alert; `undefined` when nothing was collected about the alert. */
export function caseOf(record: Unjudged, expectation: AlertExpectation): Case | undefined {
  const alert = evidenceOf(record, expectation);
  const injectedAt = record.faultWindow?.injectedAt ?? Number.NEGATIVE_INFINITY;
  return alert && { record, expectation, alert, injectedAt, ...pagesForCase(record, expectation) };
}

function pagesForCase(record: Unjudged, expectation: AlertExpectation): Pick<Case, 'late' | 'mislabelled'> {
  if (expectation.kind !== 'page') return {};
  const counted = countedPage(record, expectation);
  if (counted) return { late: counted };
  const mislabelled = mislabelledPage(record, expectation);
  return mislabelled ? { mislabelled } : {};
}

/** A cause for a lost or late page. Causes are tried in order; the first one with evidence applies. */
export interface Cause {
  readonly hop: HopName | ((alertCase: Case) => HopName);
  readonly cause: string | ((alertCase: Case) => string);
  /** Lines that show the cause; `undefined` or empty when it does not apply. */
  readonly evidence: (alertCase: Case) => readonly string[] | undefined;
}

/** Returns the name of the component that sends this alert's pages. */
export const notifierOf = ({ alert }: Case): string =>
  alert.manager === 'grafana' ? "Grafana's Alertmanager" : 'Alertmanager';

/** Returns the firing stretches since the injection. */
export const firedSince = ({ alert, injectedAt }: Case) =>
  alert.firing.filter(({ from }) => from >= injectedAt);

export const hopAt = ({ alert }: Case, name: HopName): number | undefined =>
  alert.hops.find((hop) => hop.name === name)?.at;

/** Whether a hop was watched and not reached. */
export const isHopMissed = ({ alert }: Case, name: HopName): boolean => {
  const hop = alert.hops.find((candidate) => candidate.name === name);
  return hop !== undefined && hop.at === undefined;
};
