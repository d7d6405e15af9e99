import { type Document, isMap, isSeq } from 'yaml';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { FiredrillError, messageOf } from '../../core/errors.ts';
import {
  areCounted,
  defaultStepMs,
  isExpression,
  lengthOf,
  ownIntervalOf,
  rangeOf,
} from '../../core/grafana-query.ts';
import type { Path } from '../../core/path.ts';
import type { Problems } from '../../core/problems.ts';
import { withStandInOrigin } from '../../core/receivers/origins.ts';
import { kindOfGrafana } from '../../core/receivers/receivers.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { readYaml } from '../files/read-yaml.ts';
import { changeValues, fits, type Value } from '../files/walk-yaml.ts';
import { map, maps } from '../files/yaml.ts';
import { ruleQueryOf } from '../rules/grafana-expression.ts';
import { countedQuery, limitsOfRule } from './counted-query.ts';
import { unfilledVariable } from './fill-variables.ts';
import { type Language, type Languages, languageOf, languageOfType } from './query-language.ts';
import { scaleQuery, scaleWindow, tickMs } from './scale-query.ts';
import type { Paced, Source } from './source.ts';

/*
 * The one step between Grafana's provisioning files as they are written and as a run uses them. It changes durations
 * (divided by the pace), the addresses of data sources, and where webhooks lead. Contact points of vendors stay byte for
 * byte: in a drill their hosts answer through the proxy. Dashboards stay as they are.
 */

/** How the values at a path change. */
interface Change {
  readonly path: string;
  readonly to: (value: Value, at: Path, document: Document) => Value;
}

/** What Grafana assumes where a policy is silent: written out, so that the pace applies to it. */
const policyDefaults = { group_wait: '30s', group_interval: '5m', repeat_interval: '4h' } as const;

/**
 * @param problems gets every fault of the file; what is at fault stays as it is written.
 * @returns `undefined` of a file that cannot be read at all.
 */
export function configureGrafana(
  { path, text, place }: Source,
  paced: Paced,
  problems: Problems,
): string | undefined {
  if (!isProvisioned(path)) return text;
  const document = problems.read(() => readYaml(path, text, place));
  if (!document) return undefined;
  let changed = writeDefaults(document);
  changed = paceSteps(document, paced.factor) || changed;
  const changes = changesFor(paced);
  changeValues(document, (value, at) => {
    const change = changes.find(({ path }) => fits(path, at));
    if (!change) return value;
    try {
      const next = change.to(value, at, document);
      changed ||= next !== value;
      return next;
    } catch (error) {
      const { message, hint } = faultOf(error, value);
      problems.add(place.to(...at).problem(message, hint));
      return value;
    }
  });
  return changed ? document.toString({ lineWidth: 0 }) : text;
}

/** What is wrong with a value, and what to do about it. */
function faultOf(error: unknown, value: Value): { message: string; hint?: string | undefined } {
  const [problem] = error instanceof FiredrillError ? error.problems : [];
  const hint = /\$[a-z_{]/i.test(String(value)) ? 'write out what it stands for' : problem?.hint;
  return { message: problem ? `${problem.where}: ${problem.message}` : messageOf(error), hint };
}

function changesFor({ factor, rewriteAddresses, languages = new Map(), sources }: Paced): Change[] {
  const scale = (value: Value) => scaleText(value, (ms) => ms / factor);
  return [
    { path: 'groups.*.interval', to: (value) => scaleText(value, (ms) => groupInterval(ms, factor)) },
    { path: 'groups.*.rules.*.for', to: scale },
    {
      path: 'groups.*.rules.*.data.*.model.expr',
      to: (value, at, document) => {
        // Of a data source that is not there nothing is known; it is told where data sources are checked.
        if (sources?.has(uidAt(document, at)) === false) return value;
        const language = languageAt(document, at, languages);
        const unfilled = unfilledVariable(String(value), language);
        if (unfilled !== undefined) throw new Error(unfilled);
        // Loki takes more than its published grammar: what stays as it is, is left to Loki.
        if (factor === 1 && language !== 'promql') return value;
        const known = language ?? languageOf(String(value));
        const rule = document.getIn(at.slice(0, 4));
        const limits = limitsOfRule(
          map(isMap(rule) ? rule.toJSON() : rule),
          document.getIn([...at.slice(0, -2), 'refId']),
        );
        const { expr } = countedQuery(String(value), factor, known, limits);
        return scaleQuery(expr, factor, known);
      },
    },
    {
      path: 'groups.*.rules.*.data.*.relativeTimeRange.from',
      to: (value) =>
        typeof value === 'number' ? Math.ceil(scaleWindow(value * 1000, factor) / 1000) : value,
    },
    {
      path: 'groups.*.rules.*.data.*.relativeTimeRange.to',
      to: (value) => (typeof value === 'number' ? Math.floor(value / factor) : value),
    },
    ...Object.keys(policyDefaults).map((key) => ({ path: `policies.*.**.${key}`, to: scale })),
    { path: 'datasources.*.jsonData.timeInterval', to: scale },
    { path: 'datasources.*.url', to: (value) => rewriteAddresses(String(value)) },
    {
      path: 'contactPoints.*.receivers.*.settings.*',
      to(value, at, document) {
        const kind = kindOfGrafana(document.getIn([...at.slice(0, -2), 'type']));
        const { address, furtherAddresses = [] } = kind?.grafana ?? {};
        const isAddress = [address?.setting, ...furtherAddresses].includes(String(at.at(-1)));
        return kind?.anywhere && isAddress
          ? rewriteAddresses(withStandInOrigin(kind.name, String(value)))
          : value;
      },
    },
  ];
}

/** Grafana takes whole multiples of its tick; what is written as one stays at real pace. */
const groupInterval = (ms: number, factor: number): number =>
  factor === 1 ? ms : Math.max(1, Math.ceil(ms / factor / tickMs)) * tickMs;

function scaleText(value: Value, to: (ms: number) => number): string {
  const ms = parseDuration(String(value));
  if (ms === undefined) throw new Error(`"${value}" is no duration; expected one such as 15s or 2m`);
  const target = ms === 0 ? 0 : Math.max(1, Math.round(to(ms)));
  return target === ms ? String(value) : formatDuration(target);
}

/** The data source that the query at a path names. */
const uidAt = (document: Document, at: Path): string =>
  String(document.getIn([...at.slice(0, -2), 'datasourceUid']));

/** The language of the query at a path: its data source's, else the one that the query or the uid says. */
function languageAt(document: Document, at: Path, languages: Languages): Language | undefined {
  const uid = uidAt(document, at);
  const type = document.getIn([...at.slice(0, -1), 'datasource', 'type']);
  return languages.get(uid) ?? languageOfType(type) ?? languageOfType(uid);
}

/**
 * Divides how far the points of a range are apart by as much as the range will be, where there would else be few of them,
 * or fewer to count.
 *
 * @returns whether there was any.
 */
function paceSteps(document: Document, factor: number): boolean {
  let changed = false;
  maps(map(document.toJS()).groups).forEach((group, g) => {
    maps(group.rules).forEach((rule, r) => {
      const queries = maps(rule.data).map(ruleQueryOf);
      queries.forEach((query, q) => {
        const { refId, model } = query;
        const rangeMs = rangeOf(query);
        const given = lengthOf(model.interval);
        const stepMs = given ?? ownIntervalOf(model);
        if (isExpression(query) || rangeMs === 0 || !(stepMs > defaultStepMs || areCounted(queries, refId)))
          return;
        const target = Math.max(1, Math.round((stepMs * scaleWindow(rangeMs, factor)) / rangeMs));
        if (target === stepMs) return;
        const [key, value] = given ? ['interval', formatDuration(target)] : ['intervalMs', target];
        document.setIn(['groups', g, 'rules', r, 'data', q, 'model', key], value);
        changed = true;
      });
    });
  });
  return changed;
}

/** @returns whether there was any to write. */
function writeDefaults(document: Document): boolean {
  const policies = document.get('policies');
  if (!isSeq(policies)) return false;
  let written = false;
  for (const policy of policies.items) {
    if (!isMap(policy)) continue;
    for (const [key, value] of Object.entries(policyDefaults)) {
      if (policy.has(key)) continue;
      policy.set(key, document.createNode(value));
      written = true;
    }
  }
  return written;
}
