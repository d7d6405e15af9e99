import type { DrillRecord, Replacement } from '../core/record.ts';
import { count } from './text.ts';

/** So many are told one by one on the console. */
const most = 3;

/** Where something was replaced, for a person: `mine/prometheus/prometheus.yml:14: scrape_configs[web].tls_config`. */
export function replacementPlace({ file, line, path }: Replacement): string {
  const at = line === undefined ? file : `${file}:${line}`;
  return path === '' ? at : `${at}: ${path}`;
}

/** A replacement as one sentence. */
const replacementText = (one: Replacement): string => `${replacementPlace(one)}: ${one.what}: ${one.why}`;

/** What was replaced in the user's files, in short; many are only counted. */
export function replacementLines({ replacements = [] }: Pick<DrillRecord, 'replacements'>): string[] {
  if (replacements.length <= most) return replacements.map(replacementText);
  return [`${count(replacements.length, 'replacement')} in your files, see the report`];
}
