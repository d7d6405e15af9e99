import type { HopName } from '../../core/hops.ts';
import type { AlertEvidence, Page, Unjudged } from '../../core/record.ts';
import type { Expectation } from '../../core/scenario.ts';

/** What an autopsy has before it: one alert that did not come as expected. */
export interface Case {
  readonly record: Unjudged;
  readonly expectation: Expectation;
  readonly alert: AlertEvidence;
  /** The page that counts, when it came late. */
  readonly late?: Page;
  /** A page that would count but for its labels. */
  readonly mislabelled?: Page;
  /** Wall time of the injection. */
  readonly injectedAt: number;
}

/** One way in which an alert dies. Causes are asked in order; the first that has evidence is it. */
export interface Cause {
  readonly hop: HopName | ((of: Case) => HopName);
  readonly cause: string | ((of: Case) => string);
  /** Lines that show it; `undefined` or none when this is not the cause. */
  readonly evidence: (of: Case) => readonly string[] | undefined;
}

/** Who sends this alert's pages, for sentences. */
export const notifierOf = ({ alert }: Case): string =>
  alert.manager === 'grafana' ? "Grafana's Alertmanager" : 'Alertmanager';

/** What fired since the injection. */
export const firedSince = ({ alert, injectedAt }: Case) =>
  alert.firing.filter(({ from }) => from >= injectedAt);

export const hopAt = ({ alert }: Case, name: HopName): number | undefined =>
  alert.hops.find((hop) => hop.name === name)?.at;

/** A hop that its source watched for, and that was not reached. */
export const wasMissed = ({ alert }: Case, name: HopName): boolean => {
  const hop = alert.hops.find((candidate) => candidate.name === name);
  return hop !== undefined && hop.at === undefined;
};
