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
import type { DrillRecord, Floor } from '../../core/record.ts';
import type { Scenario, Telemetry } from '../../core/scenario.ts';
import { conditionOf } from './condition.ts';
import { joinedGroup } from './joined-group.ts';
import { type Signal, telemetryInputs } from './telemetry.ts';

/** The same configuration as it is written, by folder of the configuration and path, and what the run divided it by. */
export interface Paced {
  readonly written: WrittenFiles;
  readonly factor: number;
}

/** The routes that an alert with these labels takes through the run's Alertmanager. */
export const routesFor = (files: Files, labels: Readonly<Record<string, string>>): TakenRoute[] =>
  routeOf(files.yaml('alertmanager/alertmanager.yml'), labels);

/** What the floors of a scenario follow from. */
interface Situation {
  readonly scenario: Scenario;
  readonly files: Files;
  /** The same as written, which names the pods that are scraped. */
  readonly written: Files;
  /** Failing share of the journey's requests while the fault lasts, where the fault has one. */
  readonly errorRatio: number | undefined;
  /** Healthy traffic before the fault. */
  readonly historyMs: number;
  /** By which durations of the scenario are divided. */
  readonly factor: number;
  readonly rules: readonly WrittenRule[];
}

/**
 * The floors of every expectation, from the configuration as used, under the key of `floorKey`. An alert without a
 * rule, or whose rule the fault cannot make true, has none: the drill will show why.
 *
 * @param errorRatio failing share of the journey's requests while the fault lasts, where the fault has one.
 * @param historyMs healthy traffic before the fault.
 * @param paced what tells how much of a floor the pace could not divide. Default: nothing was divided.
 */
export function floorsOf(
  scenario: Scenario,
  files: Files,
  errorRatio: number | undefined,
  historyMs: number,
  paced?: Paced,
): DrillRecord['floors'] {
  const written = paced?.written ?? files;
  const factor = paced?.factor ?? 1;
  const used = { scenario, files, written, errorRatio, historyMs, factor, rules: alertingRules(files) };
  const isPaced = paced !== undefined && paced.factor !== 1;
  const real = isPaced
    ? {
        ...used,
        files: written,
        historyMs: historyMs * paced.factor,
        factor: 1,
        rules: alertingRules(written),
      }
    : undefined;
  const floors: DrillRecord['floors'] = {};
  for (const expectation of alertsWithEvidence(scenario.expectations)) {
    const found = floorsIn(used, expectation);
    if (!found) continue;
    const { detect, resolve, rule } = found;
    // Prometheus and Alertmanager go as fast as they are told.
    const unpaced = real && rule.manager === 'grafana' ? floorsIn(real, expectation) : undefined;
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
  { scenario, files, written, errorRatio, historyMs, factor }: Situation,
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
  const signal = signalOf(reads, fault.telemetry);
  const way = telemetryInputs(files, signal, { written, expr });
  const rate = fault.hits ? (load.rates[fault.hits.journey] ?? 0) : 0;
  const traffic =
    errorRatio === undefined || !fault.hits ? {} : { traffic: { rates: load.rates, fault, errorRatio } };
  const read = { scrapeMs: way.scrapeMs, evaluationMs: prometheusSettings(files).evaluationMs };
  return {
    ...ofRule,
    ...way,
    failingPerSecond: rate * (errorRatio ?? 1),
    // A series that is gone is missed at once, however long it is remembered to have been there.
    condition: signal === 'absence' ? {} : conditionOf(expr, { ...traffic, ...read, logs }),
    ...(errorRatio === undefined ? {} : { errorRatio }),
    healthyHistoryMs: historyMs,
    groupWaitMs: route?.groupWaitMs ?? 0,
    groupIntervalMs: route?.groupIntervalMs ?? 0,
    ...(silencedMs > 0 ? { silencedMs } : {}),
  };
}
