import type { Labels } from '../../core/labels.ts';
import type { AlertEvidence, AlertmanagerAlert, Page, Unjudged } from '../../core/record.ts';
import { at, deliveryOf, pageAt, runbookUrl, scenarioWith, summary } from './basics.ts';
import { evidenceOf, firingState, hopsUntil, notifierAlert, pendingState } from './evidence.ts';
import { recordWith } from './record.ts';

/*
 * For tests: a drill of a database that dies. `DatabaseDown` pages Slack and inhibits `OrdersFailing` and `SearchFailing`,
 * which fire a little later. It is the record of a drill in which every expectation holds; the functions change parts.
 */

export const root = 'DatabaseDown';
export const dependants = ['OrdersFailing', 'SearchFailing'] as const;

export const rootLabels = { alertname: root, severity: 'critical', team: 'payments', database: 'main' };
export const dependantLabels = (alertname: string): Labels => ({
  alertname,
  severity: 'warning',
  team: 'payments',
  database: 'main',
});

/** The inhibit rule as the record has it, with these labels in `equal`. */
export const inhibitRule = (...equal: string[]) => ({
  index: 0,
  source: ['alertname="DatabaseDown"'],
  target: ['severity="warning"'],
  equal,
});

/** A dependant at Alertmanager, inhibited by the root unless changed. */
export const heldDependant = (
  alertname: string,
  changes: Partial<AlertmanagerAlert> = {},
): AlertmanagerAlert =>
  notifierAlert({
    labels: dependantLabels(alertname),
    receivedAt: at(10.6),
    startsAt: at(10.5),
    state: 'suppressed',
    inhibitedBy: ['f1'],
    inhibitors: [{ fingerprint: 'f1', labels: rootLabels, rule: inhibitRule('database') }],
    ...changes,
  });

export const evidenceOfRoot = (changes: Partial<AlertEvidence> = {}): AlertEvidence =>
  stateOf(root, rootLabels, 9.5, {
    alertmanager: [notifierAlert({ labels: rootLabels, fingerprint: 'f1' })],
    ...changes,
  });

export const evidenceOfDependant = (alert: string, changes: Partial<AlertEvidence> = {}): AlertEvidence =>
  stateOf(alert, dependantLabels(alert), 10.5, {
    alertmanager: [heldDependant(alert)],
    hops: hopsUntil('notifier sent', { firing: 10.5, 'notifier sent': 10.6 }).slice(0, -1),
    ...changes,
  });

/** The firing state of the root or a dependant, from this second on. */
export const firingFrom = (
  alert: string,
  from: number,
  changes: Partial<AlertEvidence['firing'][number]> = {},
): AlertEvidence['firing'] => {
  const labels = alert === root ? rootLabels : dependantLabels(alert);
  return [{ ...firingState, labels: { ...labels, alertstate: 'firing' }, from: at(from), ...changes }];
};

/** Evidence of an alert that fires from this second on. */
function stateOf(
  alert: string,
  labels: Labels,
  from: number,
  changes: Partial<AlertEvidence>,
): AlertEvidence {
  return evidenceOf({
    alert,
    pending: [{ ...pendingState, labels: { ...labels, alertstate: 'pending' }, to: at(from) }],
    firing: firingFrom(alert, from),
    contactPoints: [{ name: 'slack', kinds: ['slack'] }],
    ...changes,
  });
}

/** A firing page of a dependant at Slack. */
export const dependantPage = (alert: string, seconds: number, changes: Partial<Page> = {}): Page =>
  pageAt(seconds, { alert, labels: dependantLabels(alert), startsAt: at(10.5), delivery: 2, ...changes });

const message = deliveryOf({ 'attachments[0].title': root, 'attachments[0].text': summary });
const rootPage = (seconds: number, changes: Partial<Page> = {}) =>
  pageAt(seconds, { alert: root, labels: rootLabels, annotations: { runbook: runbookUrl }, ...changes });

interface Parts {
  readonly root?: Partial<AlertEvidence>;
  /** Of the first dependant. */
  readonly dependant?: Partial<AlertEvidence>;
  /** In addition to those of the root. */
  readonly pages?: readonly Page[];
}

/** The record of the drill, with these changes. */
export const cascade = ({ root: ofRoot = {}, dependant = {}, pages = [] }: Parts = {}): Unjudged =>
  recordWith({
    version: 4,
    scenario: scenarioWith({
      title: 'The database dies',
      expectations: [
        { kind: 'page', alert: root, receiver: 'slack', within: '5m', resolvedWithin: '10m' },
        { kind: 'suppressed', alerts: [...dependants], by: root },
      ],
    }),
    deliveries: [message, { ...message, at: at(25), monotonicMs: 25_000 }, message],
    pages: [rootPage(10.5), rootPage(25, { status: 'resolved', delivery: 1 }), ...pages],
    evidence: {
      alerts: [
        evidenceOfRoot(ofRoot),
        evidenceOfDependant(dependants[0], dependant),
        evidenceOfDependant(dependants[1]),
      ],
    },
  });
