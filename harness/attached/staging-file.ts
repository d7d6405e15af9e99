import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readUserYaml } from '../../configuration/files/read-yaml.ts';
import { unreadable } from '../../core/file-errors.ts';
import type { Path, WhereOf } from '../../core/path.ts';
import { Problems } from '../../core/problems.ts';
import { shownPath } from '../../core/shown-path.ts';
import {
  type BackEnd,
  type BackEndName,
  backEndsOf,
  parseStaging,
  type SecretPlace,
} from '../../core/staging.ts';
import type { Identity, TlsFiles } from '../../signals/readers/http.ts';
import type { Staging } from './staging.ts';

/**
 * Reads the description of a staging, and the secrets and certificates that it names.
 *
 * @param env the environment with the variables that it names.
 * @throws FiredrillError `bad-input` with every problem.
 */
export async function readStagingFile(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Staging> {
  const path = resolve(file);
  const { input, whereOf } = await readUserYaml(
    path,
    shownPath(path),
    'expected the description of a staging',
  );
  const { secret, ...staging } = parseStaging(input, whereOf);
  const texts = new NamedTexts(dirname(path), env, whereOf);
  const identities = new Map<BackEndName, Identity>();
  for (const [name, backEnd] of backEndsOf({ ...staging, secret }))
    identities.set(name, await identityOf(name, backEnd, texts));
  const { config } = staging.prometheus;
  const prometheusConfig =
    config === undefined ? undefined : await texts.file(['prometheus', 'config'], config);
  const ofFaults = secret && (await texts.secret(['secret'], secret));
  texts.problems.refuse();
  return {
    ...staging,
    ...{ file: path, whereOf, identities, secret: ofFaults ?? '' },
    ...(prometheusConfig === undefined ? {} : { prometheusConfig }),
    secrets: [...texts.secrets].sort((a, b) => b.length - a.length),
  };
}

/**
 * VictoriaMetrics hides what is younger than 30 s unless it is asked otherwise; others ignore the parameter.
 * https://docs.victoriametrics.com/victoriametrics/#prometheus-querying-api-enhancements
 */
const freshSamples = { latency_offset: '1ms' };

async function identityOf(name: BackEndName, backEnd: BackEnd, texts: NamedTexts): Promise<Identity> {
  const { bearer, basic, headers, tls } = backEnd;
  const own: Record<string, string> = {};
  for (const [header, value] of Object.entries(headers))
    own[header] =
      typeof value === 'string' ? value : ((await texts.secret([name, 'headers', header], value)) ?? '');
  const token = bearer && (await texts.secret([name, 'bearer'], bearer));
  if (token !== undefined) own.authorization = `Bearer ${token}`;
  const password = basic && (await texts.secret([name, 'basic', 'password'], basic.password));
  if (basic && password !== undefined) {
    const pair = Buffer.from(`${basic.user}:${password}`).toString('base64');
    texts.secrets.add(pair);
    own.authorization = `Basic ${pair}`;
  }
  return {
    headers: own,
    ...(name === 'prometheus' ? { parameters: freshSamples } : {}),
    ...(tls ? { tls: await tlsOf(name, tls, texts) } : {}),
  };
}

async function tlsOf(
  name: BackEndName,
  { name: servername, ...files }: NonNullable<BackEnd['tls']>,
  texts: NamedTexts,
): Promise<TlsFiles> {
  const found: Partial<Record<keyof TlsFiles, string>> = {};
  for (const key of ['ca', 'cert', 'key'] as const) {
    const file = files[key];
    const text = file === undefined ? undefined : await texts.file([name, 'tls', key], file);
    if (text !== undefined) found[key] = text;
  }
  return { ...found, ...(servername === undefined ? {} : { servername }) };
}

/** Reads what a file names. Every problem is collected. */
class NamedTexts {
  readonly problems = new Problems();
  readonly secrets = new Set<string>();
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #whereOf: WhereOf;

  constructor(folder: string, env: Readonly<Record<string, string | undefined>>, whereOf: WhereOf) {
    this.#folder = folder;
    this.#env = env;
    this.#whereOf = whereOf;
  }

  async file(at: Path, file: string): Promise<string | undefined> {
    return await readFile(resolve(this.#folder, file), 'utf8').catch((error: unknown) => {
      this.problems.add({ where: this.#whereOf(at), message: `${file}: ${unreadable(error)}` });
      return undefined;
    });
  }

  async secret(at: Path, { env, file, inline }: SecretPlace): Promise<string | undefined> {
    const text =
      env !== undefined
        ? this.#env[env]
        : file !== undefined
          ? (await this.file([...at, 'file'], file))?.trim()
          : inline;
    if (text === undefined && env !== undefined)
      this.problems.add({
        where: this.#whereOf([...at, 'env']),
        message: `the environment has no variable ${env}`,
        hint: `set it where firedrill is started: ${env}=… firedrill run --attach …`,
      });
    if (text === '')
      this.problems.add({ where: this.#whereOf(at), message: `${env ?? file} is empty; expected a secret` });
    else if (text !== undefined && /[\r\n\0]/.test(text))
      this.problems.add({
        where: this.#whereOf(at),
        message: `${env ?? file} has several lines; expected one`,
      });
    else if (text !== undefined) {
      this.secrets.add(text);
      this.secrets.add(encodeURIComponent(text));
    }
    return text;
  }
}
