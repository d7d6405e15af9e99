import { parseDuration } from '../../core/duration.ts';
import { messageOf, type Problem } from '../../core/errors.ts';
import { isExpression, referencesOf } from '../../core/grafana-query.ts';
import { parsePromql } from '../../core/promql/parse.ts';
import { map, maps, text, type Yaml } from '../files/yaml.ts';
import { tickMs } from '../paced/scale-query.ts';
import { ruleQueryOf } from '../rules/grafana-expression.ts';
import { readTemplate } from './go-template.ts';

/** @param sources type by uid of the data sources that the files provision. */
export function checkRules(file: string, config: Yaml, sources: ReadonlyMap<string, string>): Problem[] {
  return maps(config.groups).flatMap((group, i) => {
    const at = `${file}: groups[${i}]`;
    return [
      ...missing(at, group, ['name', 'folder', 'interval']),
      ...checkInterval(at, text(group.interval)),
      ...maps(group.rules).flatMap((rule, n) => checkRule(`${at}.rules[${n}]`, rule, sources)),
    ];
  });
}

/** Grafana ends at a group that its tick does not divide. */
function checkInterval(at: string, interval: string | undefined): Problem[] {
  const ms = interval === undefined ? tickMs : parseDuration(interval);
  if (ms !== undefined && ms > 0 && ms % tickMs === 0) return [];
  return [
    {
      where: `${at}.interval`,
      message: `"${interval}" is no interval that Grafana can evaluate at`,
      hint: 'use a multiple of 10s',
    },
  ];
}

function checkRule(at: string, rule: Yaml, sources: ReadonlyMap<string, string>): Problem[] {
  const queries = maps(rule.data);
  const problems = missing(at, rule, ['uid', 'title', 'for', 'condition']);
  const condition = text(rule.condition);
  if (condition !== undefined && !queries.some(({ refId }) => refId === condition)) {
    problems.push({
      where: `${at}.condition`,
      message: `no query or expression has the refId "${condition}"`,
      hint: `there are ${queries.map(({ refId }) => String(refId)).join(', ') || 'none'}`,
    });
  }
  const refIds = queries.map(({ refId }) => String(refId));
  queries.forEach((query, i) => {
    problems.push(...checkReferences(`${at}.data[${i}]`, query, refIds, i));
    problems.push(...checkQuery(`${at}.data[${i}]`, query, sources));
  });
  for (const part of ['labels', 'annotations']) {
    for (const [name, value] of Object.entries(map(rule[part]))) {
      const { faults } = readTemplate(String(value), false);
      problems.push(...faults.map(({ message }) => ({ where: `${at}.${part}.${name}`, message })));
    }
  }
  return problems;
}

/** Checks that every query an expression uses exists, and that no two queries share a `refId`. */
function checkReferences(at: string, query: Yaml, refIds: readonly string[], index: number): Problem[] {
  const own = ruleQueryOf(query);
  const hint = `there are ${refIds.join(', ')}`;
  const unknown = isExpression(own) ? referencesOf(own).filter((refId) => !refIds.includes(refId)) : [];
  return [
    ...(refIds.indexOf(own.refId) < index
      ? [{ where: `${at}.refId`, message: `another query of the rule also has the refId "${own.refId}"` }]
      : []),
    ...unknown.map((refId) => ({
      where: `${at}.model`,
      message: `no query or expression has the refId "${refId}"`,
      hint,
    })),
  ];
}

function checkQuery(at: string, query: Yaml, sources: ReadonlyMap<string, string>): Problem[] {
  const uid = String(query.datasourceUid ?? '');
  if (isExpression({ datasourceUid: uid })) return [];
  const type = sources.get(uid);
  if (type === undefined) {
    return [
      {
        where: `${at}.datasourceUid`,
        message: uid === '' ? 'is missing' : `there is no data source "${uid}"`,
        hint: `there are ${[...sources.keys()].join(', ') || 'none'}; expressions have __expr__`,
      },
    ];
  }
  const { expr } = map(query.model);
  if (type !== 'prometheus' || typeof expr !== 'string') return [];
  try {
    parsePromql(expr);
    return [];
  } catch (error) {
    return [{ where: `${at}.model.expr`, message: messageOf(error) }];
  }
}

const missing = (at: string, entry: Yaml, keys: readonly string[]): Problem[] =>
  keys
    .filter((key) => !text(entry[key]))
    .map((key) => ({
      where: `${at}.${key}`,
      message: 'is missing',
      ...(key === 'condition' ? { hint: 'name the refId of the expression that decides' } : {}),
    }));
