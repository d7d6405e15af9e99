import { isMap } from 'yaml';
import { armsOf, type RuleQuery } from '../../core/grafana-condition.ts';
import { multiplyLogCounts } from '../../core/logql/counts.ts';
import { type Counted, type Limit, multiplyCounts } from '../../core/promql/counts.ts';
import { map, maps } from '../files/yaml.ts';
import type { Language } from './query-language.ts';
import { scaleWindow } from './scale-query.ts';

const dividedBy = (factor: number) => (ms: number) => (ms === 0 ? 1 : ms / scaleWindow(ms, factor));

/**
 * A query of a rule of Grafana's whose counts are those of the real pace, before its durations are divided.
 *
 * @param limit what another expression of the rule compares its value with.
 * @throws FiredrillError `bad-input`, with the position, for a query that does not parse.
 */
export const countedQuery = (query: string, factor: number, language: Language, limit?: Limit): Counted =>
  (language === 'logql' ? multiplyLogCounts : multiplyCounts)(query, dividedBy(factor), limit);

/** What a rule compares a query's value with; `undefined` where its condition is of a form that is not known. */
export function limitOfRule(rule: unknown, query: string): Limit | undefined {
  const { condition, data } = map(isMap(rule) ? rule.toJSON() : rule);
  const queries = maps(data).map((one): RuleQuery => {
    const { refId, datasourceUid, model } = one;
    return { refId: String(refId), datasourceUid: String(datasourceUid), model: map(model) };
  });
  const arm = armsOf(String(condition), queries).find(({ expr }) => expr === query.trim());
  return arm && { operator: arm.operator, limit: arm.threshold };
}
