import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput, FiredrillError, type Problem } from '../core/errors.ts';
import { checkGrafana } from './check-grafana.ts';
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
  /** Behind which the vendors' hosts are; for a stack with a component that leads there. */
  readonly proxy?: { readonly url: string; readonly caFile: string };
  /** The folder of a binary's own files. */
  readonly home: (binary: string) => string;
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
    const { config } = options.runtime.places(spec.name);
    const used = new Map<string, string>();
    const faults: Problem[] = [];
    for (const [path, text] of options.files) {
      if (!reads(spec, path)) continue;
      try {
        used.set(path, configure(path, text, options.factor, readdress));
      } catch (error) {
        if (!(error instanceof FiredrillError)) throw error;
        faults.push(...error.problems);
      }
    }
    let shared: Record<string, string> = {};
    for (const [path, text] of used) {
      problems.push(...confine(path, text));
      const own = path.slice(folderOf(path).length + 1);
      await mkdir(dirname(join(config, own)), { recursive: true });
      await writeFile(join(config, own), text);
      configuration.push({
        file: `${spec.name}/${own}`,
        sha256: createHash('sha256').update(text).digest('hex'),
      });
      if (path.endsWith('.env')) shared = { ...shared, ...parseEnv(text) };
    }
    // A file that could not be read would be missed by the others.
    if (faults.length === 0) faults.push(...checkGrafana(used));
    problems.push(...faults);
    const fill = (text: string) => fillIn(readdress(text), spec, options);
    components.push({
      spec,
      args: spec.args.map(fill),
      env: {
        ...shared,
        ...Object.fromEntries(Object.entries(spec.env).map(([key, text]) => [key, fill(text)])),
      },
    });
  }
  // Sidecars share a file: its faults are told once.
  const distinct = [...new Map(problems.map((p) => [`${p.where}${p.message}`, p])).values()];
  if (distinct.length > 0) throw badInput(...distinct);
  return { components, configuration };
}

/** Whether a component reads a file: its folder, or exactly this file. */
const reads = ({ config }: ComponentSpec, path: string): boolean =>
  config !== undefined && (path === config || path.startsWith(`${config}/`));

/** Fills in the placeholders of `ComponentSpec.args`. */
function fillIn(text: string, { name, pod }: ComponentSpec, options: PrepareOptions): string {
  const { runtime, home, proxy } = options;
  const { config, data } = runtime.places(name);
  const vendors = () => {
    if (!proxy) throw new Error(`${name} leads to the vendors' hosts, and there is no proxy to them`);
    return proxy;
  };
  const valueFor = (what: string): string => {
    const [kind, of = ''] = what.split(':');
    if (kind === 'config') return config;
    if (kind === 'data') return data;
    if (kind === 'secret') return runtime.secret;
    if (kind === 'proxy') return vendors().url;
    if (kind === 'ca') return vendors().caFile;
    if (kind === 'home') return home(of);
    return runtime.listenAddress(pod, Number(of)).split(':')[1] ?? '';
  };
  return text.replace(/\{(config|data|secret|proxy|ca|home:[\w-]+|port:\d+)\}/g, (_, what: string) =>
    valueFor(what),
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
  const known = [...origins].filter(([origin]) => spec.config !== 'grafana' || isWebhook(origin));
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
    for (const [from, to] of known) result = result.replaceAll(from, to);
    return result;
  };
}

/** Grafana reaches the vendors' hosts by their own names, through the proxy. */
const isWebhook = (origin: string): boolean => origin === 'http://webhook.internal';
