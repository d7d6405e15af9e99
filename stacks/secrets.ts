import { parse } from 'yaml';
import { parseEnv } from './configure-env.ts';
import { eachValue } from './confine-address.ts';

/** Less could be any word, whose every occurrence would be taken for the secret. */
const shortest = 8;

const secretKey =
  /(token|password|secret|credentials|authorization|(routing|service|integration|api)_?key)$/i;
const secretPart = /(^|\.)(headers|http_headers|secureJsonData)\./;
const urlKey = /(^|_)url$/i;

/**
 * What is secret in a configuration as it is written, so that it can be kept out of what a drill leaves: values of
 * settings that are named so, headers, and of addresses the password and what in path or query looks made by a machine.
 *
 * @param files texts by path; what is no YAML has none, for its faults are told elsewhere.
 */
export function secretsIn(files: ReadonlyMap<string, string>): string[] {
  const found = [...files].flatMap(([file, text]) =>
    file.endsWith('.env') ? inEnv(text) : inYaml(file, text),
  );
  const bare = found.map((secret) => secret.replace(/^(bearer|basic|token)\s+/i, ''));
  const encoded = [...found, ...bare].map(encodeURIComponent);
  // The longest first: a part of one may be another.
  return [...new Set([...found, ...bare, ...encoded])]
    .filter(({ length }) => length >= shortest)
    .sort((a, b) => b.length - a.length);
}

/** Rules and dashboards are for everybody to read. */
const mayHold = (file: string): boolean =>
  /\.(ya?ml|json)$/.test(file) && !/^prometheus\/rules\/|\/dashboards\//.test(file);

function inYaml(file: string, text: string): string[] {
  if (!mayHold(file)) return [];
  return eachValue(parsed(text)).flatMap(({ path, key, value }) => {
    if (typeof value !== 'string') return [];
    if (secretKey.test(key) || secretPart.test(path)) return [value];
    return urlKey.test(key) ? inUrl(value) : [];
  });
}

function parsed(text: string): unknown {
  try {
    return parse(text, { merge: true, logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

function inUrl(address: string): string[] {
  const url = URL.parse(address);
  if (!url) return [];
  const parts = url.pathname.split('/').filter((part) => part.length >= 16 && /[A-Z0-9]/.test(part));
  return [url.password, ...url.searchParams.values(), ...parts];
}

const inEnv = (text: string): string[] =>
  Object.entries(parseEnv(text)).flatMap(([key, value]) => {
    if (key.endsWith('_HEADERS')) return value.split(',').map((header) => header.replace(/^[^=]*=/, ''));
    return secretKey.test(key) ? [value] : [];
  });
