import { isAbout, throughPart } from '../assertions/pages.ts';
import { routeOf, type TakenRoute } from '../assertions/route.ts';
import { firingHops, resolvingHops } from '../core/hops.ts';
import type { AlertEvidence, Hop, Page, Route } from '../core/record.ts';
import type { Expectation, Telemetry } from '../core/scenario.ts';
import { collectAlertEvidence, type EvidenceRequest } from '../signals/readers/alert-evidence.ts';
import { collectGrafanaEvidence } from '../signals/readers/grafana-evidence.ts';
import { byLikeness } from '../signals/readers/nearest.ts';
import { storedHop } from '../signals/readers/stored-telemetry.ts';
import type { OpenFault } from './fault-window.ts';
import { asRoute, lokiTenant } from './floors/grafana-rules.ts';
import { map } from './floors/yaml.ts';
import { routesFor } from './floors.ts';
import { withMuting } from './muting.ts';
import type { Parts } from './parts.ts';

/** Everything that is known of the alert that an expectation is about, by whoever evaluates its rule. */
export async function aboutAlert(
  parts: Parts,
  fault: OpenFault,
  expectation: Expectation,
): Promise<AlertEvidence> {
  const found = await fromManager(parts, await requestFor(parts, fault, expectation));
  const routes = found.rule ? await routesTaken(parts, found) : [];
  const [route] = routes;
  const hops = [...found.hops, ...(await ownHops(parts, fault, expectation))].map(
    ofAnotherSignal(parts.scenario.fault.telemetry, found),
  );
  const order = [...firingHops, ...resolvingHops];
  return {
    ...found,
    alertmanager: await withMuting(parts, found, expectation, routes),
    ...(route ? { route: shown(route) } : {}),
    hops: hops.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
  };
}

/** A fault shows in one telemetry; a rule that reads another signal has no part in its hops, and may be ahead of them. */
function ofAnotherSignal({ signal }: Telemetry, { selectors }: AlertEvidence): (hop: Hop) => Hop {
  const readsLogs = selectors.length > 0 && selectors.every(({ tenant }) => tenant !== undefined);
  const readsMetrics = selectors.some(({ metric }) => metric !== '');
  if (signal === 'log' ? !readsMetrics : !readsLogs) return (hop) => hop;
  const aside = `of the fault's ${signal === 'log' ? 'log' : 'metric'}; the rule reads ${readsLogs ? 'logs' : 'metrics'}`;
  return (hop) =>
    hop.name === 'telemetry exported' || hop.name === 'sample stored'
      ? { ...hop, detail: [hop.detail, aside].filter(Boolean).join('; ') }
      : hop;
}

async function requestFor(
  { scenario, prometheus, evaluationMs }: Parts,
  fault: OpenFault,
  expectation: Expectation,
): Promise<EvidenceRequest> {
  const { injectedAt } = fault;
  const window = {
    injectedAt,
    fromMs: injectedAt - 5 * evaluationMs,
    toMs: Date.now(),
    stepMs: Math.min(1_000, Math.max(100, evaluationMs / 10)),
  };
  const stored = (await storedHop(prometheus, scenario.fault.telemetry, window)) ?? (await fault.stored);
  return {
    alert: expectation.alert,
    labels: expectation.kind === 'page' ? expectation.labels : {},
    revertedAt: await fault.revert(),
    ...window,
    ...(stored ? { stored } : {}),
  };
}

async function fromManager(parts: Parts, request: EvidenceRequest): Promise<AlertEvidence> {
  const { prometheus, watch, grafana, grafanaWatch, loki, files, contactPoints } = parts;
  const { alert } = request;
  const ofPrometheus = (await prometheus.rules()).map(({ name }) => name);
  const ofGrafana = (await grafana?.rules()) ?? [];
  const names = [...ofPrometheus, ...ofGrafana.map(({ name }) => name)];
  const rule = ofGrafana.find(({ name }) => name === alert);
  if (grafana && grafanaWatch && rule && !ofPrometheus.includes(alert)) {
    const sources = { grafana, watch: grafanaWatch, prometheus, loki, tenant: lokiTenant(files) };
    return await collectGrafanaEvidence(sources, rule, names, request);
  }
  const found = await collectAlertEvidence(prometheus, watch.alerts(), request);
  return { ...found, rulesNearby: byLikeness(alert, names), contactPoints: kindsOf(contactPoints) };
}

/** Alertmanager's receivers, each with the kinds of its integrations. */
function kindsOf(contactPoints: Parts['contactPoints']): { name: string; kinds: string[] }[] {
  const own = contactPoints.filter(({ manager }) => manager === 'alertmanager');
  return [...Map.groupBy(own, ({ name }) => name)].map(([name, points]) => ({
    name,
    kinds: [...new Set(points.map(({ kind }) => kind))],
  }));
}

async function routesTaken(
  { files, grafana }: Parts,
  { alert, manager, rule, firing }: AlertEvidence,
): Promise<TakenRoute[]> {
  // Labels of a rule may be templates; those of what fired are not.
  const labels = { ...rule?.labels, ...firing[0]?.labels, alertname: alert };
  return manager === 'grafana' && grafana
    ? routeOf(
        { route: asRoute(map(await grafana.policy())) },
        { grafana_folder: rule?.file ?? '', ...labels },
      )
    : routesFor(files, labels);
}

const shown = ({ receiver, path, groupWaitMs, groupIntervalMs, repeatIntervalMs }: TakenRoute): Route => ({
  receiver,
  path,
  groupWaitMs,
  groupIntervalMs,
  ...(repeatIntervalMs === undefined ? {} : { repeatIntervalMs }),
});

/** The hops that the harness, k6, the Collectors and the receivers know. */
async function ownHops({ keeper }: Parts, fault: OpenFault, expectation: Expectation): Promise<Hop[]> {
  const { faultWindow, pages, scenario } = keeper.record;
  // A fault that hits no request has no first one; the record's window stands for it.
  const { hits } = scenario.fault;
  const k6 = "k6's samples, at the end of the request";
  const paged = (status: Page['status']) =>
    expectation.kind === 'page'
      ? pages.find(
          (page) =>
            isAbout(page, expectation) && page.status === status && page.receivedAt >= fault.injectedAt,
        )?.receivedAt
      : undefined;
  const hop = (name: Hop['name'], source: string, at: number | undefined): Hop => ({
    name,
    source,
    ...(at === undefined ? {} : { at }),
  });
  const own = [
    hop('fault injected', "the harness' clock, before the command", fault.injectedAt),
    hop('first request hit', k6, hits && faultWindow?.firstHitAt),
    await fault.exported,
    hop('fault reverted', "the harness' clock, after the command", faultWindow?.revertedAt),
    hop('last request hit', k6, hits && faultWindow?.lastHitAt),
  ];
  if (expectation.kind !== 'page') return own;
  const clock = `receiver ${expectation.receiver}${throughPart(expectation)}, when the request's headers had arrived`;
  return [
    ...own,
    hop('page received', clock, paged('firing')),
    hop('resolved page received', clock, paged('resolved')),
  ];
}
