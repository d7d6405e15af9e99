import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput, FiredrillError, type Problem } from '../core/errors.ts';
import type { ComponentSpec, StackSpec } from './component.ts';
import { type ConfigFiles, folderOf } from './config-files.ts';
import { configure, parseEnv, type Readdress } from './configure.ts';
import { confine } from './confine.ts';
import type { PreparedComponent, Runtime } from './runtimes/runtime.ts';

export interface PrepareOptions {
  readonly stack: StackSpec;
  readonly runtime: Runtime;
  readonly files: ConfigFiles;
  readonly factor: number;
  /** Origins that answer elsewhere in this run, e.g. https://hooks.slack.com → http://127.0.0.1:20001. */
  readonly origins: ReadonlyMap<string, string>;
}

export interface PreparedStack {
  readonly components: readonly PreparedComponent[];
  /** Hash of each file as used, for the record. */
  readonly configuration: readonly { file: string; sha256: string }[];
}

/**
 * Writes each component's configuration, as this run uses it, into its directory, and fills in arguments
 * and environment.
 *
 * @throws FiredrillError `bad-input` with every fault of every file.
 */
export async function prepareStack(options: PrepareOptions): Promise<PreparedStack> {
  const problems: Problem[] = [];
  const configuration: { file: string; sha256: string }[] = [];
  const components: PreparedComponent[] = [];
  for (const spec of options.stack.components) {
    const readdress = readdressFor(spec, options);
    const places = options.runtime.places(spec.name);
    let telemetry: Record<string, string> = {};
    for (const [path, text] of options.files) {
      if (folderOf(path) !== spec.config) continue;
      try {
        const used = configure(path, text, options.factor, readdress);
        problems.push(...confine(path, used));
        const target = join(places.config, path.slice(folderOf(path).length + 1));
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, used);
        configuration.push({
          file: `${spec.name}${path.slice(folderOf(path).length)}`,
          sha256: createHash('sha256').update(used).digest('hex'),
        });
        if (path.endsWith('.env')) telemetry = { ...telemetry, ...parseEnv(used) };
      } catch (error) {
        if (!(error instanceof FiredrillError)) throw error;
        problems.push(...error.problems);
      }
    }
    const fill = (text: string) => readdress(fillIn(text, spec, options.runtime));
    components.push({
      spec,
      args: spec.args.map(fill),
      env: {
        ...telemetry,
        ...Object.fromEntries(Object.entries(spec.env).map(([key, text]) => [key, fill(text)])),
      },
    });
  }
  // Sidecars share a file: its faults are told once.
  const distinct = [...new Map(problems.map((p) => [`${p.where}${p.message}`, p])).values()];
  if (distinct.length > 0) throw badInput(...distinct);
  return { components, configuration };
}

/** `{config}`, `{data}`, `{secret}` and `{port:N}`, the port on which the component itself is to listen. */
function fillIn(text: string, spec: ComponentSpec, runtime: Runtime): string {
  const { config, data } = runtime.places(spec.name);
  return text
    .replaceAll('{config}', config)
    .replaceAll('{data}', data)
    .replaceAll('{secret}', runtime.secret)
    .replace(
      /\{port:(\d+)\}/g,
      (_, port: string) => runtime.listenAddress(spec.pod, Number(port)).split(':')[1] ?? '',
    );
}

/** Makes `pod:port`, `localhost:port` of the component's own pod, and known origins real. */
function readdressFor(spec: ComponentSpec, { stack, runtime, origins }: PrepareOptions): Readdress {
  const portsOf = new Map<string, Set<number>>();
  for (const { pod, ports } of stack.components) {
    portsOf.set(pod, new Set([...(portsOf.get(pod) ?? []), ...ports]));
  }
  const names = [...portsOf.keys(), 'localhost', '127\\.0\\.0\\.1', '0\\.0\\.0\\.0'].join('|');
  const pattern = new RegExp(`(?<![\\w.-])(${names}):(\\d+)\\b`, 'g');
  return (text) => {
    let result = text.replace(pattern, (whole, host: string, digits: string) => {
      const port = Number(digits);
      if (portsOf.has(host)) {
        if (portsOf.get(host)?.has(port)) return runtime.address(host, port);
        throw new Error(
          `nothing listens on ${whole}; ${host} has ${[...(portsOf.get(host) ?? [])].join(', ')}`,
        );
      }
      return portsOf.get(spec.pod)?.has(port) ? runtime.listenAddress(spec.pod, port) : whole;
    });
    for (const [from, to] of origins) result = result.replaceAll(from, to);
    return result;
  };
}
