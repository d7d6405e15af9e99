import { badInput, tryRead } from '../../core/errors.ts';
import { parseLogql } from '../../core/logql/parse.ts';
import { parsePromql } from '../../core/promql/parse.ts';
import { dataSources } from '../files/data-sources.ts';
import type { Files } from '../files/files.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { requireYaml } from '../files/read-yaml.ts';

/** The language of a query. */
export type Language = 'promql' | 'logql';

/** The languages of Grafana's data sources by their uids. */
export type Languages = ReadonlyMap<string, Language>;

const languages: Readonly<Record<string, Language>> = { prometheus: 'promql', loki: 'logql' };

/** Of a data source of another type nothing is known. */
export const languageOfType = (type: unknown): Language | undefined => languages[String(type)];

export const languagesIn = (files: Files): Languages =>
  new Map(
    [...dataSources(files)].flatMap(([uid, { type }]) => {
      const language = languageOfType(type);
      return language ? [[uid, language] as const] : [];
    }),
  );

/** Uids of all of Grafana's data sources; nothing where a file cannot be read, which may have others. */
export function sourcesIn(files: Files): { readonly sources?: ReadonlySet<string> } {
  const isUnread = [...files].some(
    ([path, text]) =>
      path.startsWith('grafana/provisioning/datasources/') &&
      isProvisioned(path) &&
      tryRead(() => requireYaml(path, text)) === undefined,
  );
  return isUnread ? {} : { sources: new Set(dataSources(files).keys()) };
}

/**
 * The language of a query whose data source does not tell it: PromQL if it parses as such.
 *
 * @throws FiredrillError `bad-input` for one in neither.
 */
export function languageOf(query: string): Language {
  if (tryRead(() => parsePromql(query))) return 'promql';
  if (tryRead(() => parseLogql(query))) return 'logql';
  throw badInput({
    where: 'query',
    message: 'it is neither PromQL nor LogQL, so the pace cannot divide its durations',
    hint: 'name the type of its data source in model.datasource.type, or drill it with --pace real',
  });
}
