import { type Matcher, selectorsOf } from '../../core/promql/selectors-of.ts';

/*
 * The stages of a log query, by its text: https://grafana.com/docs/loki/latest/query/log_queries/
 */

/** Strings may contain whatever begins a stage; after them `|`, and `!=` or `!~`, are stepped to one by one. */
const token = /"(?:[^"\\]|\\.)*"|`[^`]*`|\|[=~>]?|![=~>]|[^"`|!]+|!/g;
/** Stages that are complete without more, so that a `!=` behind them is a line filter. */
const complete = /^(?:(?:\|[=~>]|![=~>]).*["`)]|\|\s*(?:json|logfmt|unpack|decolorize))\s*$/s;

/** A log query's selector, and each stage behind it as written. */
export function stagesOf(logs: string, selector: string): string[] {
  const stages: string[] = [];
  for (const [text] of logs.slice(logs.indexOf(selector) + selector.length).matchAll(token)) {
    const last = stages.at(-1);
    const begins =
      text.startsWith('|') || (text.startsWith('!') && (last === undefined || complete.test(last)));
    if (begins) stages.push(text);
    else if (last !== undefined) stages[stages.length - 1] = last + text;
  }
  return stages.map((stage) => stage.trim());
}

/** The matchers of a stream selector, which are written as PromQL's are; none for one that cannot be read. */
export function matchersOf(selector: string): readonly Matcher[] {
  try {
    return selectorsOf(selector)[0]?.matchers ?? [];
  } catch {
    return [];
  }
}
