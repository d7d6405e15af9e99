import { detectionFloor, resolveFloor } from '../../assertions/floor.ts';
import type { Files, WrittenFiles } from '../../configuration/files/files.ts';
import { routeOf, type TakenRoute } from '../../configuration/routes/route.ts';
import { matches } from '../../configuration/routes/route-matcher.ts';
import { alertingRules, expectedLabels, routeFor, rulesFor } from '../../configuration/rules/choose-rule.ts';
import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import type { WrittenRule } from '../../configuration/rules/rule.ts';
import { type AlertExpectation, alertsWithEvidence } from '../../core/expected-alerts.ts';
import { floorKey } from '../../core/floor-for.ts';
import type { FloorInputs } from '../../core/floor-inputs.ts';
import { paced as pacedMs } from '../../core/pace.ts';
import { selectorsOf } from '../../core/promql/selectors-of.ts';
import type { DrillRecord, Floor } from '../../core/record.ts';
import type { Scenario, Telemetry } from '../../core/scenario.ts';
import type { KnownSystem } from '../../systems/known-system.ts';
import { conditionOf, type Read } from './condition.ts';
import { joinedGroup } from './joined-group.ts';
import { heldWindowMs, longestOffsetMs } from './reach.ts';
import { type Signal, telemetryInputs } from './telemetry.ts';

/** The same configuration as it is written, by folder of the configuration and path, and what the run divided it by. */
export interface Paced {
  readonly written: WrittenFiles;
  readonly factor: number;
}

/** What is drilled, and how. */
export interface FloorOptions {
  /** `undefined`: nothing is known of the system. */
  readonly known: KnownSystem | undefined;
  /** What tells how much of a floor the pace could not divide. Default: nothing was divided. */
  readonly paced?: Paced;
}

/** The routes that an alert with these labels takes through the run's Alertmanager; none without an Alertmanager. */
export const routesFor = (files: Files, labels: Readonly<Record<string, string>>): TakenRoute[] =>
  files.has(alertmanagerFile) ? routeOf(files.yaml(alertmanagerFile), labels) : [];

const alertmanagerFile = 'alertmanager/alertmanager.yml';

/** What a fault does to the requests, as far as that is known in advance. */
export interface FaultEffect {
  /** Failing share of the journey's requests while the fault lasts. */
  readonly errorRatio?: number | undefined;
  /** What the fault multiplies the load by. */
  readonly loadFactor?: number | undefined;
  /** Pods whose service does no work while the fault lasts. */
  readonly stopped?: readonly string[];
}

/** What the floors of a scenario follow from. */
interface Situation {
  readonly scenario: Scenario;
  readonly files: Files;
  /** The same as written, which names the pods that are scraped. */
  readonly written: Files;
  readonly effect: FaultEffect;
  readonly known: KnownSystem | undefined;
  /** Healthy traffic before the fault. */
  readonly historyMs: number;
  readonly rules: readonly WrittenRule[];
  /** What the files and the durations of the scenario are divided by. */
  readonly factor: number;
}

/**
 * The floors of every expectation, from the configuration as used, under the key of `floorKey`. An alert without a
 * rule, or whose rule the fault cannot make true, has none: the drill will show why.
 *
 * @param historyMs healthy traffic before the fault.
 */
export function floorsOf(
  scenario: Scenario,
  files: Files,
  effect: FaultEffect,
  historyMs: number,
  { known, paced }: FloorOptions,
): DrillRecord['floors'] {
  const written = paced?.written ?? files;
  const factor = paced?.factor ?? 1;
  const used = { scenario, files, written, effect, known, historyMs, rules: alertingRules(files), factor };
  let atRealPace: Situation | undefined;
  // Only Grafana's rules need it, and it reads every rule once more.
  const real = () => {
    atRealPace ??= {
      ...used,
      files: written,
      historyMs: historyMs * factor,
      rules: alertingRules(written),
      factor: 1,
    };
    return atRealPace;
  };
  const floors: DrillRecord['floors'] = {};
  for (const expectation of alertsWithEvidence(scenario.expectations)) {
    const found = floorsIn(used, expectation);
    if (!found) continue;
    const { detect, resolve, rule } = found;
    // Prometheus and Alertmanager go as fast as they are told.
    const unpaced = factor !== 1 && rule.manager === 'grafana' ? floorsIn(real(), expectation) : undefined;
    floors[floorKey(scenario, expectation)] = {
      detect: beyondPace(detect, unpaced?.detect, paced),
      resolve: beyondPace(resolve, unpaced?.resolve, paced),
    };
  }
  return floors;
}

function beyondPace(floor: Floor, real: Floor | undefined, paced: Paced | undefined): Floor {
  const beyond = real && paced ? Math.round(floor.worst - real.worst / paced.factor) : 0;
  return beyond > 0 ? { ...floor, beyondPaceMs: beyond } : floor;
}

interface FloorsOfRule {
  readonly detect: Floor;
  readonly resolve: Floor;
  readonly rule: WrittenRule;
}

/** Of several rules that may be meant, the one that is true first, and the one that is true for longest. */
function floorsIn(situation: Situation, expectation: AlertExpectation): FloorsOfRule | undefined {
  const found = rulesFor(situation.rules, expectation).flatMap((rule): FloorsOfRule[] => {
    const { expiryMs, ...inputs } = inputsFor(situation, rule, expectation);
    const detect = detectionFloor(expiryMs === undefined ? inputs : { ...inputs, expiryMs });
    // What had gone away comes back with an export like any other.
    const resolve = resolveFloor(inputs);
    return detect && resolve ? [{ detect, resolve, rule }] : [];
  });
  const [first] = found.toSorted((a, b) => a.detect.worst - b.detect.worst);
  const [last] = found.toSorted((a, b) => b.resolve.worst - a.resolve.worst);
  return first && last && { detect: first.detect, resolve: last.resolve, rule: first.rule };
}

/** What the rule reads decides over what the scenario's telemetry is: several rules may notice one fault. */
function signalOf(reads: WrittenRule['reads'], telemetry: Telemetry): Signal {
  if (reads !== 'metrics') return reads === 'logs' ? 'log' : 'scrape';
  // What Prometheus learns by its own scrapes has no way through services and Collectors.
  if (telemetry.signal === 'query') return 'scrape';
  return telemetry.signal === 'log' ? 'metric' : telemetry.signal;
}

function inputsFor(situation: Situation, rule: WrittenRule, expectation: AlertExpectation): FloorInputs {
  const inputs = alone(situation, rule, expectation);
  const joins = joinedGroup(
    { rule, expectation, inputs },
    situation.rules.filter((other) => other !== rule && other.manager === rule.manager),
    (other) => alone(situation, other),
    situation.files,
  );
  return joins ? { ...inputs, joins } : inputs;
}

/** As if no other alert were in its group. */
function alone(
  { scenario, files, written, effect, known, historyMs, factor }: Situation,
  rule: WrittenRule,
  expectation?: AlertExpectation,
): FloorInputs {
  const { reads, expr, logs, ...ofRule } = rule;
  const labels = expectedLabels(files, rule, expectation);
  const route = routeFor(files, rule, labels, expectation);
  // Only Prometheus' Alertmanager has the scenario's silences.
  const silences = rule.manager === 'grafana' ? [] : (scenario.silences ?? []);
  const silencedMs = Math.max(
    ...silences
      .filter(({ matchers }) => matchers.every((matcher) => matches(labels, matcher)))
      .map(({ lasts }) => pacedMs(lasts, { factor })),
  );
  const { fault, load } = scenario;
  const { counter, share } = load.pastFailures ?? {};
  const isRead = selectorsOf(expr).some(({ metric }) => metric === counter);
  const heldMs = heldWindowMs(expr, factor);
  const { failingPerSecond, ...traffic } = trafficUnder(scenario, effect, known);
  const signal = signalOf(reads, fault.telemetry);
  const way = telemetryInputs(files, signal, { written, expr, known });
  const read = {
    scrapeMs: way.scrapeMs,
    evaluationMs: prometheusSettings(files).evaluationMs,
    farOffsetMs: longestOffsetMs / factor,
    ...(known ? { counts: known.counts } : {}),
  };
  return {
    ...ofRule,
    ...way,
    failingPerSecond,
    // A series that is gone is missed at once, however long it is remembered to have been there.
    condition: signal === 'absence' ? {} : conditionOf(expr, { ...read, ...traffic, logs }),
    ...(traffic.errorRatio === undefined ? {} : { errorRatio: traffic.errorRatio }),
    healthyHistoryMs: historyMs,
    ...(share !== undefined && isRead ? { pastErrorRatio: share } : {}),
    ...(heldMs === undefined ? {} : { heldMs }),
    groupWaitMs: route?.groupWaitMs ?? 0,
    groupIntervalMs: route?.groupIntervalMs ?? 0,
    ...(silencedMs > 0 ? { silencedMs } : {}),
  };
}

interface TrafficUnderFault
  extends Pick<Read, 'traffic' | 'growing'>,
    Pick<FloorInputs, 'failingPerSecond' | 'errorRatio'> {}

/**
 * The traffic, and what the fault does to it. A change of the load hits each request that is not sent, or that is sent in
 * addition.
 */
function trafficUnder(
  { fault, load: { rates } }: Scenario,
  { errorRatio, loadFactor, stopped = [] }: FaultEffect,
  known: KnownSystem | undefined,
): TrafficUnderFault {
  if (loadFactor !== undefined) {
    const total = Object.values(rates).reduce((sum, rate) => sum + rate, 0);
    return {
      traffic: { rates, fault, errorRatio: 1, loadFactor },
      errorRatio: 1,
      failingPerSecond: total * Math.abs(1 - loadFactor),
    };
  }
  if (known && stopped.includes(known.queue.worker)) {
    const { queue } = known;
    const perSecond = rates[queue.journey] ?? 0;
    return { failingPerSecond: perSecond, growing: { queue, perSecond } };
  }
  const rate = fault.hits ? (rates[fault.hits.journey] ?? 0) : 0;
  if (errorRatio === undefined) return { failingPerSecond: rate };
  return {
    ...(fault.hits ? { traffic: { rates, fault, errorRatio } } : {}),
    errorRatio,
    failingPerSecond: rate * errorRatio,
  };
}
