import { detectionFloor, type FloorInputs, resolveFloor } from '../assertions/floor.ts';
import { routeOf, type TakenRoute } from '../assertions/route.ts';
import type { DrillRecord, Floor } from '../core/record.ts';
import type { Scenario, Telemetry } from '../core/scenario.ts';
import { grafanaRule, policyConfig } from './floors/grafana-rules.ts';
import { prometheusRule } from './floors/prometheus-rules.ts';
import type { WrittenRule } from './floors/rule.ts';
import { type Signal, telemetryInputs } from './floors/telemetry.ts';
import { parsed } from './floors/yaml.ts';

/** Configuration as the run uses it, by component and path, e.g. `prometheus/prometheus.yml`. */
export type UsedFiles = ReadonlyMap<string, string>;

/** The same configuration as it is written, by folder of the configuration and path, and what the run divided it by. */
export interface Paced {
  readonly written: UsedFiles;
  readonly factor: number;
}

/** The routes that an alert with these labels takes through the run's Alertmanager. */
export const routesFor = (files: UsedFiles, labels: Readonly<Record<string, string>>): TakenRoute[] =>
  routeOf(parsed(files.get('alertmanager/alertmanager.yml')), labels);

/**
 * The floors of every alert that the scenario expects something of, from the configuration as used. An alert
 * without a rule, or whose threshold the fault cannot cross, has none: the drill will show why.
 *
 * @param errorRatio failing share of the journey's requests while the fault lasts, where the fault has one.
 * @param historyMs healthy traffic before the fault.
 * @param paced what tells how much of a floor the pace could not divide. Default: nothing was divided.
 */
export function floorsOf(
  scenario: Scenario,
  files: UsedFiles,
  errorRatio: number | undefined,
  historyMs: number,
  paced?: Paced,
): DrillRecord['floors'] {
  const floors: DrillRecord['floors'] = {};
  for (const alert of new Set(scenario.expectations.map((expectation) => expectation.alert))) {
    const used = floorsIn(scenario, files, alert, errorRatio, historyMs);
    if (!used) continue;
    const { detect, resolve, rule } = used;
    // Prometheus and Alertmanager go as fast as they are told.
    const real =
      paced && paced.factor !== 1 && rule.manager === 'grafana'
        ? floorsIn(scenario, paced.written, alert, errorRatio, historyMs * paced.factor)
        : undefined;
    floors[alert] = {
      detect: beyondPace(detect, real?.detect, paced),
      resolve: beyondPace(resolve, real?.resolve, paced),
    };
  }
  return floors;
}

function beyondPace(floor: Floor, real: Floor | undefined, paced: Paced | undefined): Floor {
  const beyond = real && paced ? Math.round(floor.worst - real.worst / paced.factor) : 0;
  return beyond > 0 ? { ...floor, beyondPaceMs: beyond } : floor;
}

function floorsIn(
  scenario: Scenario,
  files: UsedFiles,
  alert: string,
  errorRatio: number | undefined,
  historyMs: number,
): { readonly detect: Floor; readonly resolve: Floor; readonly rule: WrittenRule } | undefined {
  const rule = prometheusRule(files, alert) ?? grafanaRule(files, alert);
  if (!rule) return undefined;
  const { expiryMs, ...inputs } = inputsFor(scenario, files, rule, errorRatio, historyMs);
  const detect = detectionFloor(expiryMs === undefined ? inputs : { ...inputs, expiryMs });
  // What had gone away comes back with an export like any other.
  const resolve = resolveFloor(inputs);
  return detect && resolve && { detect, resolve, rule };
}

/** What the rule reads decides over what the scenario's telemetry is: several rules may notice one fault. */
function signalOf(reads: WrittenRule['reads'], telemetry: Telemetry): Signal {
  if (reads !== 'metrics') return reads === 'logs' ? 'log' : 'scrape';
  return telemetry.signal === 'log' ? 'metric' : telemetry.signal;
}

function inputsFor(
  scenario: Scenario,
  files: UsedFiles,
  rule: WrittenRule,
  errorRatio: number | undefined,
  healthyHistoryMs: number,
): FloorInputs {
  const { manager, reads, windowMs, labels, ...ofRule } = rule;
  const config =
    manager === 'grafana' ? policyConfig(files) : parsed(files.get('alertmanager/alertmanager.yml'));
  const [route] = routeOf(config, labels);
  const { hits, telemetry } = scenario.fault;
  const signal = signalOf(reads, telemetry);
  const rate = hits ? (scenario.load.rates[hits.journey] ?? 0) : 0;
  // A series that is gone is missed at once, however long it is remembered to have been there.
  const hasWindow = windowMs > 0 && signal !== 'absence';
  return {
    ...ofRule,
    ...telemetryInputs(files, signal),
    failingPerSecond: rate * (errorRatio ?? 1),
    ...(hasWindow ? { windowMs } : {}),
    ...(errorRatio === undefined ? {} : { errorRatio }),
    healthyHistoryMs,
    groupWaitMs: route?.groupWaitMs ?? 0,
    groupIntervalMs: route?.groupIntervalMs ?? 0,
  };
}
