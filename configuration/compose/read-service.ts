import type { Problem } from '../../core/errors.ts';
import type { Path } from '../../core/path.ts';
import { type ComposeService, limits } from '../../core/system-services.ts';
import type { Place } from '../files/place.ts';
import { list, map, text, type Yaml } from '../files/yaml.ts';
import { interpolate, type Variables } from './interpolate.ts';
import { splitWords } from './split-words.ts';

/** A service as the compose file alone describes it: the files that it names are not read yet. */
export interface ReadService extends Omit<ComposeService, 'files'> {
  readonly name: string;
  readonly envFiles: readonly { readonly file: string; readonly isRequired: boolean; readonly at: Place }[];
  readonly mounts: readonly { readonly from: string; readonly to: string; readonly at: Place }[];
  /** Named volumes. */
  readonly volumes: readonly { readonly name: string; readonly at: Place }[];
}

const taken = new Set([
  ...['image', 'command', 'entrypoint', 'environment', 'env_file', 'ports', 'expose'],
  ...['working_dir', 'user', 'depends_on', 'volumes', 'mem_limit', 'cpus'],
]);

/** Without these a service does the same in a drill. */
const harmless = new Set([
  ...['annotations', 'attach', 'cap_drop', 'container_name', 'develop', 'healthcheck', 'hostname', 'init'],
  ...['labels', 'logging', 'platform', 'profiles', 'pull_policy', 'read_only', 'restart', 'security_opt'],
  ...['stdin_open', 'stop_grace_period', 'stop_signal', 'tmpfs', 'tty'],
]);

/** Reads the services of a compose file; https://docs.docker.com/reference/compose-file/services/ */
export function readServices(data: Yaml, place: Place, variables: Variables): ReadService[] {
  return Object.entries(map(data.services)).map(([name, given]) =>
    new ServiceReader(name, map(given), place.to('services', name), variables).read(),
  );
}

class ServiceReader {
  readonly #name: string;
  readonly #given: Yaml;
  readonly #place: Place;
  readonly #variables: Variables;
  readonly #problems: Problem[] = [];
  readonly #leftOut: string[] = [];

  constructor(name: string, given: Yaml, place: Place, variables: Variables) {
    this.#name = name;
    this.#place = place;
    this.#variables = variables;
    this.#given = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, taken.has(key) ? this.#filled(value, [key]) : value]),
    );
  }

  read(): ReadService {
    const { image, working_dir: directory, user, depends_on: needed } = this.#given;
    const entrypoint = this.#words('entrypoint');
    const command = this.#words('command');
    const { mounts, volumes } = this.#volumes();
    for (const [key, value] of Object.entries(this.#given)) this.#other(key, value);
    return {
      name: this.#name,
      ...(typeof image === 'string' && image !== '' ? { image } : {}),
      ...(entrypoint ? { entrypoint } : {}),
      ...(command ? { command } : {}),
      ...(typeof directory === 'string' ? { directory } : {}),
      ...(user === undefined ? {} : { user: String(user) }),
      env: this.#environment(),
      envFiles: this.#envFiles(),
      ports: this.#ports(),
      ...this.#limits(),
      dependsOn: Array.isArray(needed) ? needed.map(String) : Object.keys(map(needed)),
      ...{ mounts, volumes },
      whereOf: (at) => this.#place.to(...at).where,
      problems: this.#problems,
      notes:
        this.#leftOut.length === 0
          ? []
          : [`${this.#place.where}: left out: ${this.#leftOut.sort().join(', ')}`],
    };
  }

  #problem(at: Path, message: string, hint?: string): void {
    this.#problems.push(this.#place.to(...at).problem(message, hint));
  }

  #filled(value: unknown, at: Path): unknown {
    if (typeof value === 'string')
      return interpolate(value, this.#variables, (message) =>
        this.#problem(at, message, 'give it in the file .env beside the compose file, or a default after :-'),
      );
    if (Array.isArray(value)) return value.map((item: unknown, i) => this.#filled(item, [...at, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.#filled(item, [...at, key])]),
    );
  }

  /** Anything that is not taken as it is. */
  #other(key: string, value: unknown): void {
    if (taken.has(key) || key.startsWith('x-') || value === false || value === null) return;
    if (harmless.has(key)) this.#leftOut.push(key);
    else if (key === 'build') {
      if (this.#given.image !== undefined) this.#leftOut.push(key);
      else
        this.#problem(
          [key],
          'a drill builds no image',
          'give the service a name for it beside `build` (image: NAME), and have it built: docker compose build',
        );
    } else if (key === 'networks' && !Object.values(map(value)).some((one) => map(one).aliases !== undefined))
      this.#leftOut.push(key);
    else
      this.#problem(
        [key],
        'cannot be had in a drill',
        'use an image instead of this service, or do without it',
      );
  }

  #words(key: 'command' | 'entrypoint'): string[] | undefined {
    const value = this.#given[key];
    if (value === undefined || value === null) return undefined;
    const words = typeof value === 'string' ? splitWords(value) : list(value).map(String);
    if (words && words.length > 0) return words;
    this.#problem([key], words ? 'must not be empty' : 'has a quotation mark that is not closed');
    return undefined;
  }

  #environment(): Record<string, string> {
    const { environment } = this.#given;
    const pairs: (readonly [string, unknown])[] = Array.isArray(environment)
      ? environment.map((line: unknown) => {
          const [, key = '', value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(String(line)) ?? [];
          return [key, value];
        })
      : Object.entries(map(environment));
    return Object.fromEntries(
      pairs.flatMap(([key, value]) => {
        // Without a value it is passed on, if it is set.
        const known = value ?? this.#variables[key];
        return known === undefined ? [] : [[key, String(known)]];
      }),
    );
  }

  #limits(): Pick<ReadService, 'limits'> {
    const { mem_limit: memory, cpus } = this.#given;
    const given = {
      ...(memory === undefined ? {} : { memory: String(memory).replace(/(?<=\d)$/, 'b') }),
      ...(cpus === undefined ? {} : { cpus: Number(cpus) }),
    };
    if (Object.keys(given).length === 0) return {};
    const found = limits.safeParse(given);
    if (found.success) return { limits: found.data };
    for (const { path, message } of found.error.issues)
      this.#problem([path[0] === 'memory' ? 'mem_limit' : 'cpus'], message);
    return {};
  }

  #envFiles(): ReadService['envFiles'] {
    const { env_file: given } = this.#given;
    return (Array.isArray(given) ? given : given === undefined ? [] : [given]).map((one: unknown, i) => {
      const { path, required } = map(one);
      const at = this.#place.to('env_file', ...(Array.isArray(given) ? [i] : []));
      return { file: String(path ?? one), isRequired: required !== false, at };
    });
  }

  #ports(): number[] {
    const found = (['ports', 'expose'] as const).flatMap((key) =>
      list(this.#given[key]).flatMap((port, i) => {
        const { target, protocol } = map(port);
        const written = String(target ?? port);
        // `8080`, `80:8080` or `127.0.0.1:80:8080/tcp`
        const [, digits, of = protocol ?? 'tcp'] = /^(?:.*:)?(\d+)(?:\/(\w+))?$/.exec(written) ?? [];
        if (digits === undefined) this.#problem([key, i], `${written} is not one port`, 'name each port');
        // The services of a drill reach each other at every port; only those of TCP are reached from this machine.
        return digits === undefined || of !== 'tcp' ? [] : [Number(digits)];
      }),
    );
    return [...new Set(found)];
  }

  #volumes(): Pick<ReadService, 'mounts' | 'volumes'> {
    const mounts: ReadService['mounts'][number][] = [];
    const volumes: ReadService['volumes'][number][] = [];
    for (const [i, volume] of list(this.#given.volumes).entries()) {
      const { type, source = '', target, isReadOnly } = volumeOf(volume);
      const at = this.#place.to('volumes', i);
      if (type === 'bind' && isReadOnly) mounts.push({ from: source, to: target, at });
      else if (type === 'bind')
        this.#problem(
          ['volumes', i],
          `${source} could be changed by the drill`,
          'make it read-only (:ro) if the service only reads it: its files are copied into the container',
        );
      else if (type === 'volume' && source !== '') volumes.push({ name: source, at });
      else if (type !== 'volume' && type !== 'tmpfs')
        this.#problem(['volumes', i], `a volume of type ${type} cannot be had in a drill`);
    }
    return { mounts, volumes };
  }
}

/** `source:target:ro`, or its long form. */
function volumeOf(given: unknown) {
  const { type = 'volume', source, target = '', read_only: isReadOnly } = map(given);
  if (typeof given !== 'string')
    return {
      type: String(type),
      source: text(source),
      target: String(target),
      isReadOnly: isReadOnly === true,
    };
  const [first = '', second, options = ''] = given.split(':');
  if (second === undefined) return { type: 'volume', target: first, isReadOnly: false };
  return {
    type: /^[./~]/.test(first) ? 'bind' : 'volume',
    source: first,
    target: second,
    isReadOnly: options.split(',').includes('ro'),
  };
}
