import { contactPointPart, isAbout } from '../../assertions/pages.ts';
import { map } from '../../configuration/files/yaml.ts';
import { withoutNotifier } from '../../configuration/routes/contact-points.ts';
import { missedRoutes, routeOf, type TakenRoute } from '../../configuration/routes/route.ts';
import { mutingTimes } from '../../configuration/routes/time-intervals.ts';
import { asRoute, lokiTenant } from '../../configuration/rules/grafana-rules.ts';
import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import type { AlertExpectation } from '../../core/expected-alerts.ts';
import { firingHops, resolvingHops } from '../../core/hops.ts';
import type { AlertEvidence, Hop, Page, Route, Unjudged } from '../../core/record.ts';
import type { Telemetry } from '../../core/scenario.ts';
import { namesNearby } from '../../core/similar-names.ts';
import { collectAlertEvidence } from '../../signals/readers/alert-evidence.ts';
import type { EvidenceRequest } from '../../signals/readers/evidence-request.ts';
import { collectGrafanaEvidence, dataSourceOf } from '../../signals/readers/grafana-evidence.ts';
import { chooseRule, type RuleLabels } from '../../signals/readers/rule-identity.ts';
import { storedHop } from '../../signals/readers/stored-telemetry.ts';
import type { InjectedFault } from '../phases/injected-fault.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { ReadyStack } from '../stack/ready-stack.ts';
import { alertmanagersConfigured, configuredBy, sentByPrometheus } from './alert-configuration.ts';
import { withInhibitors } from './inhibition.ts';
import { routesTo, withMuting } from './muting.ts';

/** Collects everything that the alert's manager, the harness and the receivers know about the alert of an expectation. */
export async function evidenceForExpectation(
  drill: RunningDrill,
  fault: InjectedFault,
  expectation: AlertExpectation,
): Promise<AlertEvidence> {
  const found = await managerEvidence(drill, await requestFor(drill, fault, expectation));
  const routing = found.rule ? await routingOf(drill, found) : undefined;
  const routes = routing ? routeOf(routing.config, routing.labels) : [];
  const contactPoints = contactPointsFor(drill.stack, found);
  const leading = expectation.kind === 'page' ? routesTo(expectation, contactPoints, routes) : [];
  const missed =
    routing && expectation.kind === 'page' && leading.length === 0
      ? routesTo(expectation, contactPoints, missedRoutes(routing.config, routing.labels))
      : [];
  const [route] = [...leading, ...routes];
  const { telemetry } = drill.options.scenario.fault;
  const hops = telemetryInOrder(
    [...found.hops, ...(await hopsOutsideManager(drill.recorder.record, fault, expectation, found.hops))],
    readsSignal(telemetry, found),
  ).map(notesOtherSignal(telemetry, found));
  const order = [...firingHops, ...resolvingHops];
  return {
    ...found,
    alertmanager: withInhibitorsOf(
      drill,
      await withMuting(drill.grafana?.reader, found, expectation, routes),
      expectation,
    ),
    contactPoints,
    ...(route ? { route: { ...recordedRoute(route), ...silentTimes(leading) } } : {}),
    ...(missed.length > 0 ? { missedRoutes: missed } : {}),
    hops: hops.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
  };
}

/** How much too late a busy machine may see a sample in its store. */
const seenLateMs = 2_000;

/**
 * Moves the telemetry hops back where they are later than what follows from them. What the rule reads must be stored before
 * the rule is true, and a stored sample must have been exported before. On a busy machine, stores and exporters may be read
 * too late to show it.
 *
 * @param isRead whether the rule reads the signal that shows the fault.
 */
export function telemetryInOrder(hops: readonly Hop[], isRead: boolean): Hop[] {
  const at = (name: Hop['name']) => hops.find((hop) => hop.name === name)?.at ?? Number.POSITIVE_INFINITY;
  const trueAt =
    isRead && at('sample stored') - at('expression true') <= seenLateMs ? at('expression true') : Infinity;
  const latest: Partial<Record<Hop['name'], number>> = {
    'sample stored': trueAt,
    'telemetry exported': Math.min(at('sample stored'), trueAt),
  };
  return hops.map((hop) => {
    const limit = latest[hop.name];
    return limit !== undefined && hop.at !== undefined && hop.at > limit ? { ...hop, at: limit } : hop;
  });
}

type Reads = Pick<AlertEvidence, 'selectors'>;

const readsLogsOnly = ({ selectors }: Reads): boolean =>
  selectors.length > 0 && selectors.every(({ tenant }) => tenant !== undefined);

/** Whether the rule reads the signal that shows the fault. */
const readsSignal = ({ signal }: Telemetry, reads: Reads): boolean =>
  signal === 'log' ? !reads.selectors.some(({ metric }) => metric !== '') : !readsLogsOnly(reads);

/**
 * Returns a function that marks the telemetry hops when the rule reads another signal than the one that shows the fault.
 * Such a rule may be true before these hops.
 */
function notesOtherSignal(telemetry: Telemetry, found: Reads): (hop: Hop) => Hop {
  const { signal } = telemetry;
  const readsLogs = readsLogsOnly(found);
  if (readsSignal(telemetry, found)) return (hop) => hop;
  const aside = `of the fault's ${signal === 'log' ? 'log' : 'metric'}; the rule reads ${readsLogs ? 'logs' : 'metrics'}`;
  return (hop) =>
    hop.name === 'telemetry exported' || hop.name === 'sample stored'
      ? { ...hop, detail: [hop.detail, aside].filter(Boolean).join('; ') }
      : hop;
}

async function requestFor(
  { options: { scenario, pace }, stack: { files, written }, prometheus }: RunningDrill,
  fault: InjectedFault,
  expectation: AlertExpectation,
): Promise<EvidenceRequest> {
  const { injectedAt } = fault;
  const evaluationMs = prometheusSettings(files).evaluationMs;
  const window = {
    injectedAt,
    fromMs: injectedAt - 5 * evaluationMs,
    toMs: Date.now(),
    stepMs: Math.min(1_000, Math.max(100, evaluationMs / 10)),
  };
  const stored =
    (await storedHop(prometheus, scenario.fault.telemetry, { ...window, pace })) ?? (await fault.stored);
  return {
    alert: expectation.alert,
    labels: expectation.kind === 'page' ? expectation.labels : {},
    revertedAt: (await fault.revert()).revertedAt,
    configured: configuredBy(files, written, pace.factor),
    ...window,
    ...(stored ? { stored } : {}),
  };
}

async function managerEvidence(drill: RunningDrill, request: EvidenceRequest): Promise<AlertEvidence> {
  const { prometheus, alertmanager, grafana, loki, stack } = drill;
  const { alert } = request;
  const ofPrometheus = await prometheus.rules();
  const ofGrafana = (await grafana?.reader.rules()) ?? [];
  const names = [...ofPrometheus, ...ofGrafana].map(({ name }) => name);
  // Both managers may have a rule with this name.
  const rule = chooseRule<RuleLabels>([...ofPrometheus, ...ofGrafana], alert, request.labels);
  const grafanaRule = ofGrafana.find((one) => one === rule);
  if (grafana && grafanaRule) {
    const { reader, watch } = grafana;
    const sources = {
      grafana: reader,
      watch,
      prometheus: grafana.prometheusOf(await dataSourceOf(reader, grafanaRule, 'prometheus')),
      loki,
      tenant: lokiTenant(stack.files),
    };
    return await collectGrafanaEvidence(sources, grafanaRule, names, request);
  }
  const found = await collectAlertEvidence(prometheus, alertmanager.watch.alerts(), request);
  const notifying = await notifyingEvidence(drill, found);
  return { ...found, rulesNearby: namesNearby(alert, names), ...(notifying ? { notifying } : {}) };
}

/** How Prometheus sends the alert to Alertmanager, according to the configuration and Prometheus' list of Alertmanagers. */
async function notifyingEvidence(
  { prometheus, stack: { files } }: Pick<RunningDrill, 'prometheus' | 'stack'>,
  { firing, pending, rule, alert }: AlertEvidence,
): Promise<AlertEvidence['notifying']> {
  const known = await prometheus.alertmanagers();
  if (!known) return undefined;
  const { active, dropped } = known;
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

/** Adds the inhibiting alerts. Only the Alertmanager of Prometheus has inhibition rules. */
const withInhibitorsOf = (
  { alertmanager: { watch }, stack: { files } }: Pick<RunningDrill, 'alertmanager' | 'stack'>,
  held: AlertEvidence['alertmanager'],
  expectation: AlertExpectation,
) =>
  withInhibitors(
    held,
    watch.alerts(),
    files.get('alertmanager/alertmanager.yml') ?? '',
    expectation.kind === 'suppressed' ? expectation.by : undefined,
  );

/**
 * Returns the contact points of the alert's manager according to the configuration; for Grafana, those that are running.
 */
function contactPointsFor(
  { contactPoints, files }: Pick<ReadyStack, 'contactPoints' | 'files'>,
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
  // A contact point that could not be provisioned is in the files only.
  const there = all.filter(({ name }) => running.some((point) => point.name === name));
  return [...there, ...running.filter(({ name }) => !all.some((point) => point.name === name))];
}

interface Routing {
  /** As a parsed alertmanager.yml. */
  readonly config: unknown;
  readonly labels: Readonly<Record<string, string>>;
}

/** Returns what decides which routes the alert takes; `undefined` without an Alertmanager. */
async function routingOf(
  { stack: { files }, grafana }: Pick<RunningDrill, 'stack' | 'grafana'>,
  { alert, manager, rule, firing, notifying }: AlertEvidence,
): Promise<Routing | undefined> {
  // A rule's labels may be templates, so the labels of the firing alert take precedence, and before these the relabelled ones.
  const labels = notifying?.sent ?? { ...rule?.labels, ...firing[0]?.labels, alertname: alert };
  if (manager === 'grafana' && grafana)
    return {
      config: { route: asRoute(map(await grafana.reader.policy())) },
      labels: { grafana_folder: rule?.file ?? '', ...labels },
    };
  const file = 'alertmanager/alertmanager.yml';
  return files.has(file) ? { config: files.yaml(file), labels } : undefined;
}

/** Returns when none of these routes sends, by the names of its times. A route without such times always sends. */
function silentTimes(routes: readonly TakenRoute[]): Pick<Route, 'silent'> {
  const each = routes.map(mutingTimes);
  const silent = [...new Set(each.flat())];
  return silent.length > 0 && each.every((times) => times.length > 0) ? { silent } : {};
}

const recordedRoute = ({
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

/**
 * Returns the hops that are known from the harness, k6, the Collectors and the receivers.
 *
 * @param ofManager the hops that the alert's manager knows.
 */
async function hopsOutsideManager(
  { faultWindow, pages, scenario }: Pick<Unjudged, 'faultWindow' | 'pages' | 'scenario'>,
  fault: InjectedFault,
  expectation: AlertExpectation,
  ofManager: readonly Hop[],
): Promise<Hop[]> {
  // The fault window of a fault without hits has a firstHitAt too, which is no request.
  const { hits } = scenario.fault;
  const k6 = "k6's samples, at the end of the request";
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
  const about = pages.filter((page) => isAbout(page, expectation) && page.receivedAt >= fault.injectedAt);
  const resolvedAt = ofManager.find(({ name }) => name === 'resolved')?.at;
  const clock = `receiver ${expectation.receiver}${contactPointPart(expectation)}, when the request's headers had arrived`;
  return [
    ...own,
    hop('page received', clock, about.find(({ status }) => status === 'firing')?.receivedAt),
    hop('resolved page received', clock, resolvedPageAt(about, [resolvedAt, faultWindow?.revertedAt])),
  ];
}

/**
 * When the resolved page of an alert was received. An alert may be resolved several times: while its fault comes and goes,
 * and when it fires again afterwards.
 *
 * @param pages of this alert, since the fault was injected.
 * @param since the page is the first one after the first of these times that a page follows; otherwise, it is the first of
 *   all.
 */
export function resolvedPageAt(
  pages: readonly Pick<Page, 'status' | 'receivedAt'>[],
  since: readonly (number | undefined)[],
): number | undefined {
  const resolved = pages.filter(({ status }) => status === 'resolved').map(({ receivedAt }) => receivedAt);
  for (const from of since) {
    const at = from === undefined ? undefined : resolved.find((receivedAt) => receivedAt >= from);
    if (at !== undefined) return at;
  }
  return resolved[0];
}
