import { badInput, readable } from '../../core/errors.ts';
import { parseLogql } from '../../core/logql/parse.ts';
import { parsePromql } from '../../core/promql/parse.ts';

/** The language of a query. */
export type Language = 'promql' | 'logql';

/**
 * The language of a query whose data source does not tell it: PromQL if it parses as such.
 *
 * @throws FiredrillError `bad-input` for one in neither.
 */
export function languageOf(query: string): Language {
  if (readable(() => parsePromql(query))) return 'promql';
  if (readable(() => parseLogql(query))) return 'logql';
  throw badInput({
    where: 'query',
    message: 'it is neither PromQL nor LogQL, so the pace cannot divide its durations',
    hint: 'name the type of its data source in model.datasource.type, or drill it with --pace real',
  });
}
