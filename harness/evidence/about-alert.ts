import { isAbout, throughPart } from '../../assertions/pages.ts';
import { map } from '../../configuration/files/yaml.ts';
import { withoutNotifier } from '../../configuration/routes/contact-points.ts';
import { routeOf, type TakenRoute } from '../../configuration/routes/route.ts';
import { asRoute, lokiTenant } from '../../configuration/rules/grafana-rules.ts';
import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import { firingHops, resolvingHops } from '../../core/hops.ts';
import type { AlertEvidence, Hop, Page, Route, Unjudged } from '../../core/record.ts';
import type { Expectation, Telemetry } from '../../core/scenario.ts';
import { collectAlertEvidence } from '../../signals/readers/alert-evidence.ts';
import type { EvidenceRequest } from '../../signals/readers/evidence-request.ts';
import { collectGrafanaEvidence } from '../../signals/readers/grafana-evidence.ts';
import { chooseRule, type RuleLabels } from '../../signals/readers/rule-identity.ts';
import { bySimilarity } from '../../signals/readers/similar-names.ts';
import { storedHop } from '../../signals/readers/stored-telemetry.ts';
import { routesFor } from '../floors/floors.ts';
import type { OpenFault } from '../phases/open-fault.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { ServedStack } from '../stack/served-stack.ts';
import { alertmanagersConfigured, configuredBy, sentByPrometheus } from './alert-configuration.ts';
import { withInhibitors } from './inhibition.ts';
import { withMuting } from './muting.ts';

/** Everything that is known of the alert that an expectation is about, by whoever evaluates its rule. */
export async function aboutAlert(
  drill: RunningDrill,
  fault: OpenFault,
  expectation: Expectation,
): Promise<AlertEvidence> {
  const found = await fromManager(drill, await requestFor(drill, fault, expectation));
  const routes = found.rule ? await routesTaken(drill, found) : [];
  const [route] = routes;
  const hops = exportedByThen([
    ...found.hops,
    ...(await ownHops(drill.recorder.record, fault, expectation)),
  ]).map(ofAnotherSignal(drill.options.scenario.fault.telemetry, found));
  const order = [...firingHops, ...resolvingHops];
  return {
    ...found,
    alertmanager: inhibited(drill, await withMuting(drill.grafana?.reader, found, expectation, routes)),
    contactPoints: contactPointsFor(drill.stack, found),
    ...(route ? { route: shown(route) } : {}),
    hops: hops.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
  };
}

/** What is stored had been exported, also where a busy machine delayed the look that would have shown it. */
export function exportedByThen(hops: readonly Hop[]): Hop[] {
  const storedAt = hops.find(({ name }) => name === 'sample stored')?.at ?? Number.POSITIVE_INFINITY;
  return hops.map((hop) =>
    hop.name === 'telemetry exported' && hop.at !== undefined && hop.at > storedAt
      ? { ...hop, at: storedAt }
      : hop,
  );
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
  { options: { scenario, pace }, stack: { files, written }, prometheus }: RunningDrill,
  fault: OpenFault,
  expectation: Expectation,
): Promise<EvidenceRequest> {
  const { injectedAt } = fault;
  const evaluationMs = prometheusSettings(files).evaluationMs;
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
    revertedAt: (await fault.revert()).revertedAt,
    configured: configuredBy(files, written, pace.factor),
    ...window,
    ...(stored ? { stored } : {}),
  };
}

async function fromManager(drill: RunningDrill, request: EvidenceRequest): Promise<AlertEvidence> {
  const { prometheus, alertmanager, grafana, stack } = drill;
  const { alert } = request;
  const ofPrometheus = await prometheus.rules();
  const ofGrafana = (await grafana?.reader.rules()) ?? [];
  const names = [...ofPrometheus, ...ofGrafana].map(({ name }) => name);
  // Both managers may have a rule of the name.
  const rule = chooseRule<RuleLabels>([...ofPrometheus, ...ofGrafana], alert, request.labels);
  const grafanas = ofGrafana.find((one) => one === rule);
  if (grafana && grafanas) {
    const { reader, watch, loki } = grafana;
    const sources = { grafana: reader, watch, prometheus, loki, tenant: lokiTenant(stack.files) };
    return await collectGrafanaEvidence(sources, grafanas, names, request);
  }
  const found = await collectAlertEvidence(prometheus, alertmanager.watch.alerts(), request);
  return {
    ...found,
    rulesNearby: bySimilarity(alert, names),
    notifying: await notifyingOf(drill, found),
  };
}

/** The way of an alert of Prometheus' to Alertmanager, by the configuration. */
async function notifyingOf(
  { prometheus, stack: { files } }: Pick<RunningDrill, 'prometheus' | 'stack'>,
  { firing, pending, rule, alert }: AlertEvidence,
): Promise<AlertEvidence['notifying']> {
  const { active, dropped } = await prometheus.alertmanagers();
  const labels = [...firing, ...pending][0]?.labels ?? { ...rule?.labels, alertname: alert };
  const sent = sentByPrometheus(files, labels);
  return {
    active: active.length,
    dropped: dropped.length,
    configured: alertmanagersConfigured(files),
    ...(sent && 'droppedBy' in sent ? { droppedBy: sent.droppedBy } : {}),
    ...(sent && 'labels' in sent ? { sent: sent.labels } : {}),
  };
}

/** Grafana's Alertmanager inhibits nothing. */
const inhibited = (
  { alertmanager: { watch }, stack: { files } }: Pick<RunningDrill, 'alertmanager' | 'stack'>,
  held: AlertEvidence['alertmanager'],
) => withInhibitors(held, watch.alerts(), files.get('alertmanager/alertmanager.yml') ?? '');

/**
 * What the alert's manager can notify, by the configuration; of Grafana also what its running Alertmanager has besides.
 */
function contactPointsFor(
  { contactPoints, files }: Pick<ServedStack, 'contactPoints' | 'files'>,
  { manager, contactPoints: running = [] }: AlertEvidence,
): NonNullable<AlertEvidence['contactPoints']> {
  const isOwn = (point: { readonly manager: string }) =>
    (point.manager === 'grafana') === (manager === 'grafana');
  const known = [...Map.groupBy(contactPoints.filter(isOwn), ({ name }) => name)].map(([name, points]) => {
    const kindsOf = (some: typeof points) => [...new Set(some.map(({ kind }) => kind))];
    const noResolved = kindsOf(points.filter((point) => point.noResolved));
    return { name, kinds: kindsOf(points), ...(noResolved.length > 0 ? { noResolved } : {}) };
  });
  const empty = withoutNotifier(files)
    .filter(isOwn)
    .map(({ name }) => ({ name, kinds: [] }));
  const all = [...known, ...empty];
  if (manager !== 'grafana') return all;
  // One that could not be provisioned is in the files alone.
  const there = all.filter(({ name }) => running.some((point) => point.name === name));
  return [...there, ...running.filter(({ name }) => !all.some((point) => point.name === name))];
}

async function routesTaken(
  { stack: { files }, grafana }: Pick<RunningDrill, 'stack' | 'grafana'>,
  { alert, manager, rule, firing, notifying }: AlertEvidence,
): Promise<TakenRoute[]> {
  // Labels of a rule may be templates; those of what fired are not, and relabelling may change them on the way.
  const labels = notifying?.sent ?? { ...rule?.labels, ...firing[0]?.labels, alertname: alert };
  return manager === 'grafana' && grafana
    ? routeOf(
        { route: asRoute(map(await grafana.reader.policy())) },
        { grafana_folder: rule?.file ?? '', ...labels },
      )
    : routesFor(files, labels);
}

const shown = ({
  receiver,
  path,
  groupWaitMs,
  groupIntervalMs,
  groupBy,
  repeatIntervalMs,
}: TakenRoute): Route => ({
  receiver,
  path,
  groupWaitMs,
  groupIntervalMs,
  groupBy: [...groupBy],
  ...(repeatIntervalMs === undefined ? {} : { repeatIntervalMs }),
});

/** The hops that the harness, k6, the Collectors and the receivers know. */
async function ownHops(
  { faultWindow, pages, scenario }: Pick<Unjudged, 'faultWindow' | 'pages' | 'scenario'>,
  fault: OpenFault,
  expectation: Expectation,
): Promise<Hop[]> {
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
