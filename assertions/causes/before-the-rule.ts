import { labelsText } from '../../core/labels.ts';
import { limitText } from '../../core/metric-telemetry.ts';
import type { Selector, TailedFile } from '../../core/record.ts';
import type { Telemetry } from '../../core/scenario.ts';
import { type Case, type Cause, hopAt, isHopMissed } from './case.ts';

/*
 * Causes before the rule: the fault's telemetry, and whether the rule reads data that exists. Except for a paused or
 * failing rule, they apply only when the expression was never true since the fault.
 */

export const noSuchRule: Cause = {
  hop: 'expression true',
  cause: 'no such rule',
  evidence: ({ alert, expectation }) => {
    if (alert.rule) return undefined;
    const nearest = alert.rulesNearby.slice(0, 5).join(', ') || 'none at all';
    return [`no loaded rule is called ${expectation.alert}`, `loaded rules, nearest first: ${nearest}`];
  },
};

/** Prometheus reports `err`, Grafana `error`. */
const unhealthy = ['err', 'error'];

export const ruleFailed: Cause = {
  // The data may exist although the rule failed, because Grafana queries its data source itself.
  hop: (alertCase) => (wasTrue(alertCase) ? 'pending' : 'expression true'),
  cause: 'the rule failed to evaluate',
  evidence: ({ alert: { rule } }) =>
    rule && (unhealthy.includes(rule.health) || rule.lastError !== '')
      ? [`${rule.file}, group ${rule.group}: ${rule.lastError || `health ${rule.health}`}`, rule.query]
      : undefined,
};

/** Grafana lists a rule that is paused as healthy, and never evaluates it. */
export const rulePaused: Cause = {
  hop: (alertCase) => (wasTrue(alertCase) ? 'pending' : 'expression true'),
  cause: 'the rule is paused',
  evidence: ({ alert: { rule } }) =>
    rule?.health === 'paused'
      ? [
          `${rule.file}, group ${rule.group}: isPaused is set, so that Grafana does not evaluate it`,
          rule.query,
        ]
      : undefined,
};

export const notExported: Cause = {
  hop: (alertCase) =>
    hopAt(alertCase, 'telemetry exported') === undefined ? 'telemetry exported' : 'sample stored',
  cause: 'the telemetry was not exported',
  evidence: (alertCase) => {
    const { evidence, scenario } = alertCase.record;
    if (hopAt(alertCase, 'sample stored') !== undefined) return undefined;
    const down = (evidence?.targets ?? []).filter(({ health }) => health !== 'up');
    const targets = down.map(
      ({ job, instance, health, lastError }) =>
        `target ${instance} (${job}) is ${health}${lastError && `: ${lastError}`}`,
    );
    const errors = evidence?.exporterErrors ?? [];
    // If the rule reads a metric that does not exist, that is the more likely cause, and is reported by `noSuchSeries`.
    const existing = alertCase.alert.selectors.every(
      ({ series, absence }) => series > 0 || absence !== undefined,
    );
    const still = isHopMissed(alertCase, 'sample stored') && (existing || targets.length + errors.length > 0);
    const counter = still ? [notStoredText(scenario.fault.telemetry)] : [];
    return [...targets, ...errors, ...counter];
  },
};

function notStoredText(telemetry: Telemetry): string {
  if (telemetry.signal === 'log') return `Loki had no line of ${telemetry.query} after the fault`;
  if (telemetry.signal === 'query') return `${telemetry.query} had no result after the fault`;
  const series = `${telemetry.metric}{${labelsText(telemetry.labels)}}`;
  if (telemetry.signal === 'absence') return `${series} did not go away after the fault`;
  const limit = limitText(telemetry);
  if (limit === '') return `no stored sample of ${series} rose after the fault`;
  return telemetry.rateOver === undefined
    ? `no stored sample of ${series} was ${limit} after the fault`
    : `the rate of ${series} over ${telemetry.rateOver} was never ${limit} after the fault`;
}

/** Log files of services from which no line came to Loki. */
const silentFiles = ({ record }: Pick<Case, 'record'>): TailedFile[] =>
  (record.evidence?.logFiles ?? []).filter(({ lines }) => lines === 0);

export const silentFileText = ({ service, instance, file, isThere }: TailedFile): string =>
  `nothing of ${file} of ${instance} arrived: ${
    isThere ? `${service} wrote no line to it` : 'there is no such file, or it cannot be read'
  }`;

/** A log query finds nothing, and a service has brought no line of any of its log files. */
export const noLineOfFile: Cause = {
  hop: 'sample stored',
  cause: 'no line of a log file arrived',
  evidence: (alertCase) => {
    const { alert, record } = alertCase;
    const asksLogs = alert.selectors.some(({ tenant, series }) => tenant !== undefined && series === 0);
    if (!asksLogs) return undefined;
    const silent = silentFiles(alertCase);
    const spoke = new Set(
      (record.evidence?.logFiles ?? []).flatMap(({ service, lines }) => (lines > 0 ? service : [])),
    );
    return silent.filter(({ service }) => !spoke.has(service)).map(silentFileText);
  },
};

/** A log query finds nothing in the tenant that Grafana queries. */
export const noSuchLogs: Cause = {
  hop: 'expression true',
  cause: ({ alert }) =>
    alert.selectors.some(({ tenant, nearest }) => tenant !== undefined && nearest.length > 0)
      ? 'the rule asks another Loki tenant than the one that has the logs'
      : 'the log query of the rule matches nothing',
  evidence: (alertCase) => {
    const lines = alertCase.alert.selectors
      .filter(({ tenant, series }) => tenant !== undefined && series === 0)
      .flatMap(({ text, tenant, nearest, labelsFound, ...selector }) => [
        `${text}: no line of tenant ${tenant}`,
        ...nearest.map((other) => `tenant ${other} has such lines`),
        ...whyNoLine(selector),
        ...(labelsFound.length > 0
          ? labelsFound.slice(0, 5).map((labels) => `tenant ${tenant} has {${labelsText(labels)}}`)
          : [`tenant ${tenant} has no logs at all`]),
      ]);
    return lines.length > 0 ? [...lines, ...silentFiles(alertCase).map(silentFileText)] : lines;
  },
};

/** Describes the pipeline stage or the matcher that no line passes, and the fields of the lines. */
function whyNoLine({
  emptied,
  unmet = [],
  fields = {},
}: Pick<Selector, 'emptied' | 'unmet' | 'fields'>): string[] {
  const quoted = (values: readonly string[]) => values.map((value) => JSON.stringify(value)).join(', ');
  const named = Object.entries(fields).filter(
    ([name]) =>
      new RegExp(`\\b${name.replaceAll('.', '\\.')}\\b`).test(emptied?.stage ?? '') ||
      unmet.some(({ label }) => label === name),
  );
  const shown = named.length > 0 ? named : Object.entries(fields).slice(0, 8);
  return [
    ...(emptied
      ? [`${emptied.before} has ${emptied.lines} lines; ${emptied.stage} lets none of them through`]
      : []),
    ...unmet.map(({ matcher, label, values }) =>
      values.length > 0
        ? `no stream has ${matcher}; values of ${label}, nearest first: ${quoted(values)}`
        : `no stream has a label ${label}`,
    ),
    ...shown.map(
      ([name, values]) => `its lines have ${name}, not as a label of the stream: ${quoted(values)}`,
    ),
  ];
}

export const wasTrue = ({ alert, injectedAt }: Case): boolean =>
  alert.trueStretches.some(({ to }) => to >= injectedAt) ||
  [...alert.pending, ...alert.firing].some(({ to }) => to >= injectedAt);
