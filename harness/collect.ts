import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import axios from 'axios';
import { isAbort, messageOf } from '../core/errors.ts';
import { firingHops, resolvingHops } from '../core/hops.ts';
import type { AlertEvidence, Evidence, Hop, Page, Runbook } from '../core/record.ts';
import type { Expectation } from '../core/scenario.ts';
import { collectAlertEvidence } from '../signals/readers/alert-evidence.ts';
import { type Counter, troubleSince } from '../signals/readers/own-counters.ts';
import { selectorFor } from '../signals/readers/series.ts';
import type { OpenFault } from './fault-window.ts';
import { routesFor } from './floors.ts';
import type { Parts } from './parts.ts';

/** Origin of the runbook links in our rules; the project carries the runbooks themselves. */
const runbookOrigin = 'https://runbooks.internal/';

/** Counters of the components' own trouble, as they were before the fault. */
export interface TroubleBefore {
  readonly prometheus: readonly Counter[];
  readonly alertmanager: readonly Counter[];
}

export async function readTrouble({ prometheus, alertmanager }: Parts): Promise<TroubleBefore> {
  const [ofPrometheus, ofAlertmanager] = await Promise.all([prometheus.trouble(), alertmanager.trouble()]);
  return { prometheus: ofPrometheus, alertmanager: ofAlertmanager };
}

/** Collects what the verdicts and the autopsy need, before the stack is gone. */
export async function collectEvidence(
  parts: Parts,
  fault: OpenFault,
  before: TroubleBefore,
  logs: string,
): Promise<Evidence> {
  const { scenario, prometheus, keeper } = parts;
  const alerts: AlertEvidence[] = [];
  for (const expectation of scenario.expectations) {
    keeper.saw(`what Prometheus knows of ${expectation.alert}`);
    alerts.push(await aboutAlert(parts, fault, expectation));
  }
  const after = await readTrouble(parts);
  const { lastProblem } = parts.watch;
  return {
    alerts,
    targets: await prometheus.targets(),
    notifierErrors: [
      ...troubleSince(before.prometheus, after.prometheus),
      ...troubleSince(before.alertmanager, after.alertmanager),
      ...(lastProblem() ? [`a look at Alertmanager failed: ${lastProblem()}`] : []),
    ],
    exporterErrors: await sidecarErrors(parts, fault.injectedAt, logs),
  };
}

async function aboutAlert(parts: Parts, fault: OpenFault, expectation: Expectation): Promise<AlertEvidence> {
  const { scenario, prometheus, watch, evaluationMs, files } = parts;
  const { alert } = expectation;
  const { metric, labels } = scenario.fault.telemetry;
  const revertedAt = await fault.revert();
  const found = await collectAlertEvidence(prometheus, watch.alerts(), {
    alert,
    labels: expectation.kind === 'page' ? expectation.labels : {},
    injectedAt: fault.injectedAt,
    revertedAt,
    fromMs: fault.injectedAt - 5 * evaluationMs,
    toMs: Date.now(),
    stepMs: Math.min(1_000, Math.max(100, evaluationMs / 10)),
    counter: selectorFor({ __name__: metric, ...labels }),
  });
  const [route] = found.rule
    ? routesFor(files, { ...found.firing[0]?.labels, alertname: alert, ...found.rule.labels })
    : [];
  const hops = [...found.hops, ...(await ownHops(parts, fault, expectation))];
  const order = [...firingHops, ...resolvingHops];
  return {
    ...found,
    ...(route
      ? {
          route: {
            receiver: route.receiver,
            path: route.path,
            groupWaitMs: route.groupWaitMs,
            groupIntervalMs: route.groupIntervalMs,
          },
        }
      : {}),
    hops: hops.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
  };
}

/** The hops that the harness, k6, the sidecars and the receivers know. */
async function ownHops({ keeper }: Parts, fault: OpenFault, expectation: Expectation): Promise<Hop[]> {
  const { faultWindow, pages } = keeper.record;
  const k6 = "k6's samples, at the end of the request";
  const paged = (status: Page['status']) =>
    expectation.kind === 'page'
      ? pages.find(
          (page) =>
            page.alert === expectation.alert &&
            page.receiver === expectation.receiver &&
            page.status === status &&
            page.receivedAt >= fault.injectedAt,
        )?.receivedAt
      : undefined;
  const hop = (name: Hop['name'], source: string, at: number | undefined): Hop => ({
    name,
    source,
    ...(at === undefined ? {} : { at }),
  });
  const own = [
    hop('fault injected', "the harness' clock, before the command", fault.injectedAt),
    hop('first request hit', k6, faultWindow?.firstHitAt),
    await fault.exported,
    hop('fault reverted', "the harness' clock, after the command", faultWindow?.revertedAt),
    hop('last request hit', k6, faultWindow?.lastHitAt),
  ];
  if (expectation.kind !== 'page') return own;
  const clock = `receiver ${expectation.receiver}, when the request's headers had arrived`;
  return [
    ...own,
    hop('page received', clock, paged('firing')),
    hop('resolved page received', clock, paged('resolved')),
  ];
}

/** Error lines that the sidecars logged during the fault. */
async function sidecarErrors({ stack }: Parts, since: number, logs: string): Promise<string[]> {
  const found: string[] = [];
  for (const { spec } of stack.components.filter(({ spec }) => spec.config === 'collector')) {
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

/**
 * Opens the runbook links of every page. Those of our own rules lead to the runbooks in the project; any
 * other is fetched as it is.
 */
export async function openRunbookLinks(parts: Parts, pages: readonly Page[]): Promise<Runbook[]> {
  const links = new Set(
    pages.flatMap(({ annotations, links }) =>
      [annotations.runbook, annotations.runbook_url, ...links].filter(
        (link) => link !== undefined && link !== '',
      ),
    ),
  );
  const runbooks: Runbook[] = [];
  for (const link of links) if (link?.startsWith('http')) runbooks.push(await openLink(parts, link));
  return runbooks;
}

async function openLink({ runbooksUrl, signal }: Parts, link: string): Promise<Runbook> {
  const address = link.startsWith(runbookOrigin)
    ? `${runbooksUrl}/runbooks/${link.slice(runbookOrigin.length)}`
    : link;
  try {
    const { status } = await axios.get(address, { timeout: 5_000, signal, validateStatus: () => true });
    return { url: link, status };
  } catch (error) {
    if (isAbort(error) && signal.aborted) throw error;
    return { url: link, problem: messageOf(error) };
  }
}
