import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { alertsWithEvidence } from '../../core/expected-alerts.ts';
import type { AlertEvidence, Evidence, Suppression } from '../../core/record.ts';
import { budgetsOf } from '../../signals/readers/budgets-evidence.ts';
import { complaintsIn } from '../../signals/readers/component-log.ts';
import { type Counter, failuresSince } from '../../signals/readers/failure-counters.ts';
import { suppressionsOf } from '../../signals/readers/suppressions.ts';
import type { InjectedFault } from '../phases/injected-fault.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { ReadyStack } from '../stack/ready-stack.ts';
import { evidenceForExpectation } from './expectation-evidence.ts';
import { failedNotifications } from './failed-notifications.ts';
import { contactPointErrorsIn } from './grafana-log.ts';
import { handOvers } from './handed-over.ts';
import { tailedFiles } from './log-files.ts';
import { silencesSince, withSilences } from './silences.ts';

/** Values of the components' own error counters before the fault. */
export interface FailureCounters {
  readonly counters: readonly Counter[];
}

export async function readFailureCounters({
  prometheus,
  alertmanager,
  grafana,
}: Pick<RunningDrill, 'prometheus' | 'alertmanager' | 'grafana'>): Promise<FailureCounters> {
  const each = await Promise.all([
    prometheus.failureCounters(),
    alertmanager.reader.failureCounters(),
    grafana?.reader.failureCounters() ?? [],
  ]);
  return { counters: each.flat() };
}

/** Collects the evidence for the verdicts and the autopsy while the stack still runs. */
export async function collectEvidence(
  drill: RunningDrill,
  fault: InjectedFault,
  before: FailureCounters,
): Promise<Evidence> {
  const { options, prometheus, recorder, stack } = drill;
  const { injectedAt } = fault;
  const alerts: AlertEvidence[] = [];
  for (const expectation of alertsWithEvidence(options.scenario.expectations)) {
    recorder.saw(`evidence of ${expectation.alert} from every component`);
    alerts.push(await evidenceForExpectation(drill, fault, expectation));
  }
  const after = await readFailureCounters(drill);
  const silences = await silencesSince(drill, injectedAt);
  const reconfigured = await stack.reconfigured?.();
  if (reconfigured) options.tell({ type: 'note', message: reconfiguredText(reconfigured) });
  const logFiles = await tailedFiles({
    system: options.placement.system,
    loki: drill.loki,
    logs: stack.logs,
    since: recorder.record.startedAt,
  });
  const now = Date.now();
  // A sixth of the range shows the budget before the fault.
  const fromMs = Math.max(recorder.record.startedAt, injectedAt - (now - injectedAt) / 5);
  return {
    alerts: alerts.map((alert) => ({ ...alert, alertmanager: withSilences(alert, silences) })),
    ...(silences.length > 0 ? { silences } : {}),
    ...handOvers(drill),
    ...(reconfigured ? { reconfigured } : {}),
    suppressions: await suppressions(drill, injectedAt),
    budgets: await budgetsOf(prometheus, alerts, fromMs, now),
    targets: await prometheus.targets(),
    notifierErrors: [
      ...failuresSince(before.counters, after.counters),
      ...(await contactPointErrors(drill)),
      ...(await grafanaContactPointErrors(drill, injectedAt)),
      ...failedPolls(drill),
    ],
    failedNotifications: await failedNotifications(drill, injectedAt),
    exporterErrors: await collectorErrors(stack, injectedAt),
    ...(logFiles.length > 0 ? { logFiles } : {}),
    // Filled in later from the scenario's proofs.
    proofs: [],
    refusedHosts: stack.listeners.proxy
      .requests()
      .filter(({ outcome }) => outcome !== 'forwarded')
      .map(({ at, target, outcome, reason }) => ({ at, target, reason: reason ?? outcome })),
  };
}

const reconfiguredText = ({ files, copiesGone }: NonNullable<Evidence['reconfigured']>): string =>
  [
    'the staging is not configured as when the drill began',
    ...(files.length > 0 ? [`other files: ${files.join(', ')}`] : []),
    ...copiesGone.map((name) => `the copy of contact point ${name} is not there any more`),
  ].join('; ');

/** What kept alerts of either manager from being notified since the fault. */
async function suppressions(
  { alertmanager, grafana }: Pick<RunningDrill, 'alertmanager' | 'grafana'>,
  since: number,
): Promise<Suppression[]> {
  const managers = [
    { manager: 'prometheus' as const, ...alertmanager },
    ...(grafana ? [{ manager: 'grafana' as const, ...grafana }] : []),
  ];
  const each = managers.map(async ({ manager, watch, reader }) => {
    const alerts = watch.alerts();
    const silences = alerts.some(({ silencedBy }) => silencedBy.length > 0) ? await reader.silences() : [];
    return suppressionsOf(manager, alerts, silences, since);
  });
  return (await Promise.all(each)).flat();
}

const contactPointErrors = async ({ grafana }: Pick<RunningDrill, 'grafana'>): Promise<string[]> =>
  ((await grafana?.reader.contactPoints()) ?? []).flatMap(({ name, integrations }) =>
    integrations
      .filter(({ lastError }) => lastError !== '')
      .map(
        ({ type, lastError }) => `Grafana: contact point ${name} (${type}) failed last with: ${lastError}`,
      ),
  );

async function grafanaContactPointErrors(
  { grafana }: Pick<RunningDrill, 'grafana'>,
  since: number,
): Promise<string[]> {
  return grafana?.log === undefined ? [] : contactPointErrorsIn(await readFile(grafana.log, 'utf8'), since);
}

function failedPolls({
  alertmanager,
  grafana,
  notifiers,
}: Pick<RunningDrill, 'alertmanager' | 'grafana' | 'notifiers'>): string[] {
  const looks = [
    ['Alertmanager', alertmanager.watch.lastProblem()],
    ['Grafana', grafana?.watch.lastProblem()],
    ['the counters of Alertmanager', notifiers?.lastProblem()],
  ];
  return looks.flatMap(([at, problem]) => (problem ? [`reading ${at} failed: ${problem}`] : []));
}

/** Returns up to 20 error lines that the Collectors logged since the fault. `since` in epoch milliseconds. */
async function collectorErrors(
  { components, logs }: Pick<ReadyStack, 'components' | 'logs'>,
  since: number,
): Promise<string[]> {
  const found: string[] = [];
  for (const { spec } of components.filter(({ spec }) => spec.config?.split('/')[0] === 'collector')) {
    const text = await readFile(join(logs, `${spec.name}.log`), 'utf8');
    for (const { level, message, error } of complaintsIn(text, since)) {
      if (level === 'error') found.push(`${spec.name}: ${[message, error].filter(Boolean).join(': ')}`);
    }
  }
  return [...new Set(found)].slice(0, 20);
}
