import { parseDuration } from '../../core/duration.ts';
import { messageOf, type Problem } from '../../core/errors.ts';
import { isExpression, referencesOf } from '../../core/grafana-query.ts';
import { parsePromql } from '../../core/promql/parse.ts';
import { nameHint } from '../../core/similar-names.ts';
import type { Place } from '../files/place.ts';
import { map, maps, text, type Yaml } from '../files/yaml.ts';
import { tickMs } from '../paced/scale-query.ts';
import { ruleQueryOf } from '../rules/grafana-expression.ts';
import { templateProblems } from './go-template.ts';
import { missing } from './strict-form.ts';

/** Types by uid of the data sources that the files provision; absent where a file cannot be read, which may have others. */
type Sources = ReadonlyMap<string, string> | undefined;

export function checkRules(file: Place, config: Yaml, sources: Sources): Problem[] {
  return maps(config.groups).flatMap((group, i) => {
    const at = file.to('groups', i);
    return [
      ...missing(at, group, ['name', 'folder', 'interval']),
      ...checkInterval(at, text(group.interval)),
      ...maps(group.rules).flatMap((rule, n) => checkRule(at.to('rules', n), rule, sources)),
    ];
  });
}

/** Grafana ends at a group that its tick does not divide. */
function checkInterval(at: Place, interval: string | undefined): Problem[] {
  const ms = interval === undefined ? tickMs : parseDuration(interval);
  if (ms !== undefined && ms > 0 && ms % tickMs === 0) return [];
  const message = `"${interval}" is no interval that Grafana can evaluate at`;
  return [at.to('interval').problem(message, 'use a multiple of 10s')];
}

function checkRule(at: Place, rule: Yaml, sources: Sources): Problem[] {
  const queries = maps(rule.data);
  const refIds = queries.map(({ refId }) => String(refId));
  const problems = missing(at, rule, ['uid', 'title', 'for', 'condition'], {
    condition: 'name the refId of the expression that decides',
  });
  const condition = text(rule.condition);
  if (condition !== undefined && !queries.some(({ refId }) => refId === condition)) {
    const message = `no query or expression has the refId "${condition}"`;
    problems.push(at.to('condition').problem(message, nameHint(condition, refIds)));
  }
  queries.forEach((query, i) => {
    problems.push(...checkReferences(at.to('data', i), query, refIds, i));
    problems.push(...checkQuery(at.to('data', i), query, sources));
  });
  return [...problems, ...templateProblems(at, rule)];
}

/** Checks that every query an expression uses exists, and that no two queries share a `refId`. */
function checkReferences(at: Place, query: Yaml, refIds: readonly string[], index: number): Problem[] {
  const own = ruleQueryOf(query);
  const unknown = isExpression(own) ? referencesOf(own).filter((refId) => !refIds.includes(refId)) : [];
  return [
    ...(refIds.indexOf(own.refId) < index
      ? [at.to('refId').problem(`another query of the rule also has the refId "${own.refId}"`)]
      : []),
    ...unknown.map((refId) =>
      at.to('model').problem(`no query or expression has the refId "${refId}"`, nameHint(refId, refIds)),
    ),
  ];
}

function checkQuery(at: Place, query: Yaml, sources: Sources): Problem[] {
  const uid = String(query.datasourceUid ?? '');
  if (isExpression({ datasourceUid: uid }) || !sources) return [];
  const type = sources.get(uid);
  if (type === undefined) {
    const message = uid === '' ? 'is missing' : `there is no data source "${uid}"`;
    const known = `${nameHint(uid, [...sources.keys()])}; expressions have __expr__`;
    return [at.to('datasourceUid').problem(message, known)];
  }
  const { expr } = map(query.model);
  if (type !== 'prometheus' || typeof expr !== 'string') return [];
  const place = at.to('model', 'expr');
  try {
    parsePromql(expr);
    return [];
  } catch (error) {
    return [place.problem(messageOf(error))];
  }
}
