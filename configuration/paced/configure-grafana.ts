import { type Document, isMap, isSeq } from 'yaml';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { badInput, FiredrillError, messageOf, type Problem } from '../../core/errors.ts';
import {
  areCounted,
  defaultStepMs,
  isExpression,
  lengthOf,
  ownIntervalOf,
  rangeOf,
} from '../../core/grafana-query.ts';
import { withStandInOrigin } from '../../core/receivers/origins.ts';
import { grafanaKinds } from '../../core/receivers/receivers.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { readYaml } from '../files/read-yaml.ts';
import { changeValues, fits, type Path, type Value } from '../files/walk-yaml.ts';
import { map, maps } from '../files/yaml.ts';
import { ruleQueryOf } from '../rules/grafana-expression.ts';
import { countedQuery, limitsOfRule } from './counted-query.ts';
import { unfilledVariable } from './fill-variables.ts';
import { type Language, type Languages, languageOf, languageOfType } from './query-language.ts';
import type { RewriteAddresses } from './rewrite-addresses.ts';
import { scaleQuery, scaleWindow, tickMs } from './scale-query.ts';

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
 * @param languages of the data sources that queries name.
 * @throws FiredrillError `bad-input` with every fault of the file.
 */
export function configureGrafana(
  file: string,
  text: string,
  factor: number,
  rewriteAddresses: RewriteAddresses,
  languages: Languages = new Map(),
): string {
  if (!isProvisioned(file)) return text;
  const document = readYaml(file, text);
  const problems: Problem[] = [];
  let changed = writeDefaults(document);
  changed = paceSteps(document, factor) || changed;
  const changes = changesFor(factor, rewriteAddresses, languages);
  changeValues(document, (value, at) => {
    const change = changes.find(({ path }) => fits(path, at));
    if (!change) return value;
    try {
      const next = change.to(value, at, document);
      changed ||= next !== value;
      return next;
    } catch (error) {
      problems.push({ where: `${file}: ${dotted(at)}`, ...faultOf(error, value) });
      return value;
    }
  });
  if (problems.length > 0) throw badInput(...problems);
  return changed ? document.toString({ lineWidth: 0 }) : text;
}

/** What is wrong with a value, and what to do about it. */
function faultOf(error: unknown, value: Value): Omit<Problem, 'where'> {
  const [problem] = error instanceof FiredrillError ? error.problems : [];
  const hint = /\$[a-z_{]/i.test(String(value)) ? 'write out what it stands for' : problem?.hint;
  return {
    message: problem ? `${problem.where}: ${problem.message}` : messageOf(error),
    ...(hint ? { hint } : {}),
  };
}

function changesFor(factor: number, rewriteAddresses: RewriteAddresses, languages: Languages): Change[] {
  const scale = (value: Value) => scaleText(value, (ms) => ms / factor);
  return [
    { path: 'groups.*.interval', to: (value) => scaleText(value, (ms) => groupInterval(ms, factor)) },
    { path: 'groups.*.rules.*.for', to: scale },
    {
      path: 'groups.*.rules.*.data.*.model.expr',
      to: (value, at, document) => {
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
    ...grafanaKinds.flatMap(({ name, hosts, grafana: { type, address } }): Change[] =>
      address && hosts.length === 0
        ? [
            {
              path: `contactPoints.*.receivers.*.settings.${address.setting}`,
              to: (value, at, document) =>
                document.getIn([...at.slice(0, -2), 'type']) === type
                  ? rewriteAddresses(withStandInOrigin(name, String(value)))
                  : value,
            },
          ]
        : [],
    ),
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

/** The language of the query at a path: its data source's, else the one that the query or the uid says. */
function languageAt(document: Document, at: Path, languages: Languages): Language | undefined {
  const query = at.slice(0, -2);
  const uid = String(document.getIn([...query, 'datasourceUid']));
  const type = document.getIn([...query, 'model', 'datasource', 'type']);
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

/** `groups[0].rules[1].for` */
const dotted = (at: Path): string =>
  at.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
