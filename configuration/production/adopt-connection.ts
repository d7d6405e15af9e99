import { posix } from 'node:path';
import type { YAMLMap } from 'yaml';
import type { Place } from '../files/place.ts';
import { leadsOut } from '../files/read-files.ts';
import { eachValue } from '../files/walk-yaml.ts';
import type { Yaml } from '../files/yaml.ts';
import type { Adopting } from './adopting.ts';

/** How a client asks others for leave or for the way: nobody of them is in a drill. */
const asksOthers =
  /^(oauth2|sigv4|azuread|google_iam|proxy_url|no_proxy|proxy_from_environment|proxy_connect_header)$/;
/** Settings that may name files of production. */
const mayNameFiles = /^(tls_config|authorization|basic_auth|bearer_token_file|http_headers)$/;

interface Context {
  readonly adopting: Adopting;
  readonly folder: string;
}

/**
 * Leaves out how production's targets are connected to.
 *
 * @param isOther whether the targets are other ones than production's.
 */
export function adoptConnection(
  node: YAMLMap,
  settings: Yaml,
  place: Place,
  { adopting, folder }: Context,
  isOther: boolean,
): void {
  const leaveOut = (key: string, why: string) => {
    node.delete(key);
    adopting.list(place.to(key), { what: 'left out', why });
  };
  for (const key of Object.keys(settings)) {
    if (asksOthers.test(key)) leaveOut(key, 'a drill asks nobody outside of its own stack');
    else if (key === 'scrape_failure_log_file') leaveOut(key, 'a drill writes no files of production');
    else if (key === 'tls_config' && isOther) leaveOut(key, 'the services of a drill are asked without TLS');
    else if (mayNameFiles.test(key)) {
      const missing = filesIn({ [key]: settings[key] }).some(
        (file) => leadsOut(file) || !adopting.texts.has(posix.join(folder, file)),
      );
      if (missing) leaveOut(key, 'a file that it names is not among the files of the drill');
    }
  }
  if (settings.scheme !== 'https' || node.has('tls_config')) return;
  if (isOther || settings.tls_config !== undefined)
    leaveOut('scheme', 'the services of a drill are asked without TLS');
}

/** The files that a setting names. */
const filesIn = (settings: Yaml): string[] =>
  eachValue(settings).flatMap(({ key, value, path }) =>
    typeof value === 'string' && (/_file$/.test(key) || /\.files\[\d+\]$/.test(path)) ? [value] : [],
  );
