import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { badInput } from '../../../core/errors.ts';
import type { Daemon } from './docker-api.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the user's daemon without contacting it: the one that Testcontainers uses
 * (https://node.testcontainers.org/supported-container-runtimes/), which ignores Docker contexts, or else the one of
 * the current context.
 *
 * @returns `undefined` if none is configured and none of the usual sockets exists.
 * @throws FiredrillError `bad-input` if the current context does not exist or names no daemon.
 */
export async function findDaemon(env: Environment, home = homedir()): Promise<Daemon | undefined> {
  const properties = await propertiesIn(join(home, '.testcontainers.properties'));
  const own = properties.get('tc.host');
  if (own !== undefined) return { url: own };
  // An empty variable counts as unset, as for the docker command.
  const url = env.DOCKER_HOST || properties.get('docker.host');
  if (url !== undefined) {
    const verified = env.DOCKER_TLS_VERIFY ?? properties.get('docker.tls.verify');
    const certificates = env.DOCKER_CERT_PATH ?? properties.get('docker.cert.path');
    return { url, ...(verified === '1' && certificates !== undefined ? { certificates } : {}) };
  }
  return (await ofContext(env, env.DOCKER_CONFIG || join(home, '.docker'))) ?? onSocket(env, home);
}

/** The current context, as set by `docker context use`; see `docker context inspect`. */
async function ofContext(env: Environment, folder: string): Promise<Daemon | undefined> {
  const config = await jsonIn<{ currentContext?: string }>(join(folder, 'config.json'));
  const name = env.DOCKER_CONTEXT || config?.currentContext || 'default';
  if (name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await jsonIn<{ Endpoints?: { docker?: { Host?: string } } }>(
    join(folder, 'contexts', 'meta', id, 'meta.json'),
  );
  const url = meta?.Endpoints?.docker?.Host;
  if (url === undefined)
    throw badInput({
      where: env.DOCKER_CONTEXT ? 'DOCKER_CONTEXT' : join(folder, 'config.json'),
      message: `there is no Docker context "${name}" that names a daemon`,
      hint: '`docker context ls` lists the contexts; or use --runtime process',
    });
  const certificates = join(folder, 'contexts', 'tls', id, 'docker');
  return { url, ...(existsSync(certificates) ? { certificates } : {}) };
}

function onSocket({ XDG_RUNTIME_DIR }: Environment, home: string): Daemon | undefined {
  const sockets = [
    '/var/run/docker.sock',
    ...(XDG_RUNTIME_DIR === undefined ? [] : [join(XDG_RUNTIME_DIR, 'docker.sock')]),
    join(home, '.docker', 'run', 'docker.sock'),
    join(home, '.docker', 'desktop', 'docker.sock'),
    `/run/user/${userInfo().uid}/docker.sock`,
  ];
  const path = sockets.find((candidate) => existsSync(candidate));
  return path === undefined ? undefined : { url: `unix://${path}` };
}

async function propertiesIn(file: string): Promise<Map<string, string>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => /^\s*([\w.]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? []);
  // Java's properties format may escape a colon with a backslash.
  return new Map(
    lines.flatMap(([, key, value]) => (key && value ? [[key, value.replaceAll('\\', '')]] : [])),
  );
}

const jsonIn = async <T>(file: string): Promise<T | undefined> =>
  await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as T,
    () => undefined,
  );
