import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AlertEvidence, Evidence } from '../../core/record.ts';
import { complaintsIn } from '../../signals/readers/component-log.ts';
import { type Counter, troubleSince } from '../../signals/readers/own-counters.ts';
import type { OpenFault } from '../phases/open-fault.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { ServedStack } from '../stack/served-stack.ts';
import { aboutAlert } from './about-alert.ts';
import { failedNotifications } from './failed-notifications.ts';
import { contactPointComplaints } from './grafana-log.ts';

/** Counters of the components' own trouble, as they were before the fault. */
export interface TroubleBefore {
  readonly counters: readonly Counter[];
}

export async function readTrouble({
  prometheus,
  alertmanager,
  grafana,
}: Pick<RunningDrill, 'prometheus' | 'alertmanager' | 'grafana'>): Promise<TroubleBefore> {
  const each = await Promise.all([
    prometheus.trouble(),
    alertmanager.reader.trouble(),
    grafana?.reader.trouble() ?? [],
  ]);
  return { counters: each.flat() };
}

/** Collects what the verdicts and the autopsy need, before the stack is gone. */
export async function collectEvidence(
  drill: RunningDrill,
  fault: OpenFault,
  before: TroubleBefore,
): Promise<Evidence> {
  const { options, prometheus, recorder, stack } = drill;
  const { injectedAt } = fault;
  const alerts: AlertEvidence[] = [];
  for (const expectation of options.scenario.expectations) {
    recorder.saw(`what every component knows of ${expectation.alert}`);
    alerts.push(await aboutAlert(drill, fault, expectation));
  }
  const after = await readTrouble(drill);
  return {
    alerts,
    targets: await prometheus.targets(),
    notifierErrors: [
      ...troubleSince(before.counters, after.counters),
      ...(await contactPointErrors(drill)),
      ...(await grafanaComplaints(drill, injectedAt)),
      ...failedLooks(drill),
    ],
    failedNotifications: await failedNotifications(drill, injectedAt),
    exporterErrors: await collectorErrors(stack, injectedAt),
    // Collected by who proves.
    proofs: [],
    refusedHosts: (stack.listeners.proxy?.requests() ?? [])
      .filter(({ outcome }) => outcome !== 'led')
      .map(({ at, target, outcome, reason }) => ({ at, target, reason: reason ?? outcome })),
  };
}

const contactPointErrors = async ({ grafana }: Pick<RunningDrill, 'grafana'>): Promise<string[]> =>
  ((await grafana?.reader.contactPoints()) ?? []).flatMap(({ name, integrations }) =>
    integrations
      .filter(({ lastError }) => lastError !== '')
      .map(
        ({ type, lastError }) => `Grafana: contact point ${name} (${type}) failed last with: ${lastError}`,
      ),
  );

async function grafanaComplaints(
  { grafana }: Pick<RunningDrill, 'grafana'>,
  since: number,
): Promise<string[]> {
  return grafana ? contactPointComplaints(await readFile(grafana.log, 'utf8'), since) : [];
}

function failedLooks({ alertmanager, grafana }: Pick<RunningDrill, 'alertmanager' | 'grafana'>): string[] {
  const looks = [
    ['Alertmanager', alertmanager.watch.lastProblem()],
    ['Grafana', grafana?.watch.lastProblem()],
  ];
  return looks.flatMap(([at, problem]) => (problem ? [`a look at ${at} failed: ${problem}`] : []));
}

/** Error lines that the Collectors logged during the fault. */
async function collectorErrors(
  { components, logs }: Pick<ServedStack, 'components' | 'logs'>,
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
