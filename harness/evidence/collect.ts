import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AlertEvidence, Evidence } from '../../core/record.ts';
import { type Counter, troubleSince } from '../../signals/readers/own-counters.ts';
import type { Parts } from '../parts.ts';
import type { OpenFault } from '../phases/open-fault.ts';
import { aboutAlert } from './about-alert.ts';
import { failedNotifications } from './failed-notifications.ts';
import { contactPointComplaints } from './grafana-log.ts';

/** Counters of the components' own trouble, as they were before the fault. */
export interface TroubleBefore {
  readonly counters: readonly Counter[];
}

export async function readTrouble({ prometheus, alertmanager, grafana }: Parts): Promise<TroubleBefore> {
  const each = await Promise.all([prometheus.trouble(), alertmanager.trouble(), grafana?.trouble() ?? []]);
  return { counters: each.flat() };
}

/** Collects what the verdicts and the autopsy need, before the stack is gone. */
export async function collectEvidence(
  parts: Parts,
  fault: OpenFault,
  before: TroubleBefore,
): Promise<Evidence> {
  const { scenario, prometheus, recorder, proxy, logs } = parts;
  const alerts: AlertEvidence[] = [];
  for (const expectation of scenario.expectations) {
    recorder.saw(`what every component knows of ${expectation.alert}`);
    alerts.push(await aboutAlert(parts, fault, expectation));
  }
  const after = await readTrouble(parts);
  return {
    alerts,
    targets: await prometheus.targets(),
    notifierErrors: [
      ...troubleSince(before.counters, after.counters),
      ...(await contactPointErrors(parts)),
      ...(await grafanaComplaints(parts, fault.injectedAt, logs)),
      ...failedLooks(parts),
    ],
    failedNotifications: await failedNotifications(parts, fault.injectedAt, logs),
    exporterErrors: await collectorErrors(parts, fault.injectedAt, logs),
    // Collected by who proves.
    proofs: [],
    refusedHosts: (proxy?.requests() ?? [])
      .filter(({ outcome }) => outcome !== 'led')
      .map(({ at, target, outcome, reason }) => ({ at, target, reason: reason ?? outcome })),
  };
}

const contactPointErrors = async ({ grafana }: Parts): Promise<string[]> =>
  ((await grafana?.contactPoints()) ?? []).flatMap(({ name, integrations }) =>
    integrations
      .filter(({ lastError }) => lastError !== '')
      .map(
        ({ type, lastError }) => `Grafana: contact point ${name} (${type}) failed last with: ${lastError}`,
      ),
  );

async function grafanaComplaints({ grafana }: Parts, since: number, logs: string): Promise<string[]> {
  return grafana ? contactPointComplaints(await readFile(join(logs, 'grafana.log'), 'utf8'), since) : [];
}

function failedLooks({ watch, grafanaWatch }: Parts): string[] {
  const looks = [
    ['Alertmanager', watch.lastProblem()],
    ['Grafana', grafanaWatch?.lastProblem()],
  ];
  return looks.flatMap(([at, problem]) => (problem ? [`a look at ${at} failed: ${problem}`] : []));
}

/** Error lines that the Collectors logged during the fault. */
async function collectorErrors({ stack }: Parts, since: number, logs: string): Promise<string[]> {
  const found: string[] = [];
  for (const { spec } of stack.components.filter(({ spec }) => spec.config?.split('/')[0] === 'collector')) {
    const text = await readFile(join(logs, `${spec.name}.log`), 'utf8');
    for (const line of text.split('\n')) {
      const entry = parseLogLine(line);
      if (entry && entry.at >= since) found.push(`${spec.name}: ${entry.message}`);
    }
  }
  return [...new Set(found)].slice(0, 20);
}

function parseLogLine(line: string): { at: number; message: string } | undefined {
  if (!line.startsWith('{') || !line.includes('"level":"error"')) return undefined;
  try {
    const { ts, msg, error } = JSON.parse(line) as { ts?: string | number; msg?: string; error?: string };
    const at = typeof ts === 'number' ? ts * 1000 : Date.parse(ts ?? '');
    return { at, message: [msg, error].filter(Boolean).join(': ') };
  } catch {
    return undefined;
  }
}
