import { decodeUri } from '../../core/decode-uri.ts';
import { type Path, pathText } from '../../core/path.ts';
import {
  alertmanagerKinds,
  grafanaKinds,
  receiverKinds,
  wordsBeforeSecrets,
} from '../../core/receivers/receivers.ts';
import type { WrittenFiles } from '../files/files.ts';
import { dataOf } from '../files/parse-yaml.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { parseEnv } from '../paced/configure-env.ts';
import { looksMachineMade, shortestSecret } from './machine-made.ts';

const secretKey =
  /(tokens?|passw(or)?d|passphrase|pwd|secrets?|credentials|authorization|connection_?string|(routing|service|integration|api|access|account|private|secret)[_-]?keys?)$/i;
/** Names of settings that may be secrets or identifiers. The value decides which. */
const mayBeSecret = /(pass|key|key_?id|dsn)$/i;
const secretPart = /(^|\.)(secureJsonData|secureSettings)\./;
/** Settings of an HTTP client: as a map by name, or as a list of name and value. */
const headerPart = /(?:^|\.)(?:http_)?headers(?:\.([^.[]+)|\[\d+\]\.value$)/;
/** Users and passwords, one pair per line. */
const usersPart = /(^|\.)htpasswd\.inline$/;
/** Headers that say what a request is about, not who asks. */
const plainHeader = /^(x-scope-orgid|content-type|content-encoding|accept(-\w+)?|user-agent|host|origin)$/i;
const secretParameter =
  /(token|password|passwd|pwd|secret|sig|signature|key|auth|authorization|code|credentials?)$/i;

/** What everybody who is paged reads: texts, links and labels. */
const shownPart = /(^|\.)(annotations|labels|derivedFields)(\.|\[)/;
const shownKey =
  /^(runbook|runbook_url|title_link|image_url|thumb_url|icon_url|footer_icon|client_url|external_url|href|link|text|title|message|description|pretext|fallback|footer|expr|query|template)$/;

const kinds = Object.values(receiverKinds);

/** Secret settings of notifiers, by their paths. */
const ofNotifiers = new RegExp(
  [
    ...alertmanagerKinds.flatMap(({ alertmanager: { key, secrets } }) =>
      secrets.map((setting) => `receivers\\[\\d+\\]\\.${key}\\[\\d+\\]\\.${setting}$`),
    ),
    ...grafanaKinds.flatMap(({ grafana: { secrets } }) =>
      secrets.map((setting) => `receivers\\[\\d+\\]\\.settings\\.${setting}$`),
    ),
  ].join('|'),
);

/** A name that is written in place of a secret tells nothing, and errors have to name it. */
const variableName = /^\$\{[A-Z_][A-Z0-9_]*\}$/;

/** A vendor's word may stand right before a secret, in the same part of a path: Telegram's `bot`. */
const beforeSecret = new RegExp(`^(?:${wordsBeforeSecrets.join('|')})`, 'i');

/**
 * What is secret in a configuration as it is written, by where it stands: values of settings that are named so, headers,
 * and of addresses the user, what a vendor keeps its token in, parameters that are named so, and what looks made by a
 * machine. A secret of less than eight characters could be any word and is left out.
 *
 * @param files texts by path; what is no YAML has none, for its faults are told elsewhere.
 */
export function secretsIn(files: ReadonlyMap<string, string>): string[] {
  const found = [...files].flatMap(([file, text]) =>
    file.endsWith('.env') ? inEnv(text) : inYaml(file, text),
  );
  const bare = found.map((secret) => secret.replace(/^(bearer|basic|token)\s+/i, ''));
  const plain = [...found, ...bare].filter((value) => !variableName.test(value));
  return [...new Set([...plain, ...plain.map(encodeURIComponent), ...plain.map(decodeUri)])]
    .filter(({ length }) => length >= shortestSecret)
    .sort(longestFirst);
}

/** A part of one may be another. */
const longestFirst = (a: string, b: string) => b.length - a.length;

/** The same of the user's files, also of what a drill leaves out of them. */
export const secretsOf = (written: WrittenFiles): string[] =>
  [...new Set([...secretsIn(written.adoption.originals), ...secretsIn(written)])].sort(longestFirst);

/** Rules and dashboards are for everybody to read. */
const mayHold = (file: string): boolean =>
  /\.(ya?ml|json)$/.test(file) && !/^(meta-)?prometheus\/rules\/|\/dashboards\//.test(file);

function inYaml(file: string, text: string): string[] {
  if (!mayHold(file)) return [];
  const values = eachValue(parsed(text));
  const tenants = new Set(
    values
      .filter(({ value }) => typeof value === 'string' && plainHeader.test(value))
      .map(({ path }) => path.replace(/jsonData\.httpHeaderName(\d+)$/, 'secureJsonData.httpHeaderValue$1')),
  );
  return values.flatMap(({ path, key: own, value }) => {
    if (shownPart.test(path) || tenants.has(path)) return [];
    // In a list, the name is before the index.
    const key = /^\d+$/.test(own) ? (/([^.[\]]+)(?:\[\d+\])+$/.exec(path)?.[1] ?? own) : own;
    // A key of digits alone is a number to YAML.
    if (typeof value === 'number')
      return secretKey.test(key) || ofNotifiers.test(path) ? [String(value)] : [];
    if (typeof value !== 'string') return [];
    if (isSecret(key, value) || secretPart.test(path) || ofNotifiers.test(path)) return linesOf(value);
    if (usersPart.test(path)) return value.split('\n').map((line) => line.replace(/^[^:]*:/, ''));
    const header = headerPart.exec(path);
    if (header) return plainHeader.test(header[1] ?? '') ? [] : [value];
    return shownKey.test(key) ? [] : inText(value);
  });
}

const isSecret = (key: string, value: string): boolean =>
  secretKey.test(key) ||
  (mayBeSecret.test(key) && (looksMachineMade(value) || value.includes('PRIVATE KEY-----')));

const isSecretSetting = (path: string, key: string): boolean =>
  secretKey.test(key) || secretPart.test(path) || ofNotifiers.test(path);

/** A configuration in which settings that are secret by their names or places, and headers, have no values. */
export const withoutSecretSettings = (config: unknown): unknown => withoutSecretsBelow(config, []);

function withoutSecretsBelow(value: unknown, at: Path): unknown {
  if (Array.isArray(value)) return value.map((item, i) => withoutSecretsBelow(item, [...at, i]));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, withoutSecretsBelow(item, [...at, key])]),
    );
  }
  const path = pathText(at);
  const key = at.findLast((part) => typeof part === 'string') ?? '';
  if (value === undefined || shownPart.test(path)) return value;
  return isSecretSetting(path, String(key)) || headerPart.test(path) ? null : value;
}

/** Returns the value. For a value of several lines, such as a private key, also each line except the BEGIN and END markers. */
const linesOf = (value: string): string[] => [
  value,
  ...(value.trim().includes('\n') ? value.split('\n').filter((line) => !line.startsWith('-----')) : []),
];

function parsed(text: string): unknown {
  try {
    return dataOf(text);
  } catch {
    return undefined;
  }
}

/** Of every address in a value, which may be a list of them. */
const inText = (value: string): string[] =>
  (value.match(/[a-z][\w+.-]*:\/\/[^\s,;'"]+/gi) ?? []).flatMap((address) => inUrl(address));

function inUrl(address: string): string[] {
  const url = URL.parse(address);
  if (!url) return [];
  const parameters = [...url.searchParams]
    .filter(([name, value]) => secretParameter.test(name) || looksMachineMade(value))
    .map(([, value]) => value);
  const user = url.password === '' || looksMachineMade(url.username) ? url.username : '';
  const fragment = url.hash.slice(1);
  return [
    user,
    url.password,
    ...parameters,
    ...inPath(url),
    ...(looksMachineMade(fragment) ? [fragment] : []),
  ];
}

function inPath({ hostname, pathname }: URL): string[] {
  const parts = pathname.split('/');
  const vendor = kinds.find(({ hosts }) => hosts.includes(hostname));
  if (vendor?.secretPath) return vendor.secretPath.exec(pathname)?.[1]?.split('/') ?? [];
  return parts.map((part) => part.replace(beforeSecret, '')).filter(looksMachineMade);
}

const inEnv = (text: string): string[] =>
  Object.entries(parseEnv(text)).flatMap(([key, value]) => {
    if (key.endsWith('_HEADERS')) {
      return value.split(',').flatMap((header) => {
        const [, name = '', content = ''] = /^\s*([^=]*?)\s*=(.*)$/.exec(header) ?? [];
        return plainHeader.test(name) ? [] : [content];
      });
    }
    return isSecret(key, value) ? [value] : inText(value);
  });
