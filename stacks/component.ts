import type { Topology } from '../core/scenario.ts';

/*
 * What a component is, whatever runs it. One file in components/ describes each; a runtime turns the
 * description into a process or a container. Addresses are written `pod:port` everywhere (arguments,
 * environment, configuration files), as on a container network; inside its own pod a component is
 * `localhost:port`. The runtime says what they really are.
 */

/** How the component is executed. */
export type Program =
  /** A binary of the toolchain, e.g. `prometheus`. */
  | { readonly kind: 'binary'; readonly binary: string }
  /** A TypeScript service of the sample app, with the modules that Node loads before it. */
  | { readonly kind: 'node'; readonly entry: string; readonly imports: readonly string[] }
  /** The Postgres server of the machine's npm package. */
  | { readonly kind: 'postgres' };

/** How a component shows that it can do its work. */
export type Readiness =
  | { readonly kind: 'http'; readonly port: number; readonly path: string }
  /** A line of its own log, for one that has no other way to say it. */
  | { readonly kind: 'log'; readonly port: number; readonly line: string };

/** The component's image as its makers publish it, and where things are in it. An image of our own keeps to the same. */
export interface ImageFacts {
  /** With a pinned tag, e.g. `prom/prometheus:v3.5.0`. */
  readonly reference: string;
  /** What runs in it; the component's arguments come after it. */
  readonly entrypoint: readonly string[];
  /** Number or name of the user as whom it runs. */
  readonly user: string;
  /** Directory of its configuration. */
  readonly config: string;
  /** Directory to which its user may write. */
  readonly data: string;
  /** Folder of its binary's own files, where it has any that it is told of. */
  readonly home?: string;
}

/** What a component may take of the machine, where a runtime can hold it to that. */
export interface ResourceLimits {
  /** Processors, in parts of one. */
  readonly cpus: number;
  readonly memoryMiB: number;
}

export interface ComponentSpec {
  /** Unique in the stack, e.g. `orders-sidecar`. */
  readonly name: string;
  /** Network namespace; a sidecar shares its service's. */
  readonly pod: string;
  readonly program: Program;
  /**
   * In these and in `env` stand `{config}`: the directory of its configuration; `{data}`: an empty directory of its own;
   * `{host}`: what it is to listen on; `{port:N}`: what its own port N really is; `{secret}`: a password of the run;
   * `{home:BINARY}`: the folder of a binary's own files; `{proxy}`: URL of the proxy behind which the vendors' hosts are;
   * `{ca}`: file of that proxy's authority; `{direct}`: hosts of the run that are not behind it, with commas between them.
   */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Ports on which it listens, inside its pod. */
  readonly ports: readonly number[];
  /** Folder of the configuration that it reads, or the one file in a folder, e.g. `collector/sidecar.yaml`. */
  readonly config?: string;
  readonly ready: Readiness;
  readonly image?: ImageFacts;
  readonly limits?: ResourceLimits;
  /**
   * Last words with which it ends, now and then, by a known defect of its own while it starts; upon them it is started
   * once more, with nothing left of the first time.
   */
  readonly retryStartOn?: string;
  /** How long it may take to end when asked to, milliseconds; default 5000. After that it is killed. */
  readonly graceMs?: number;
  /** Names of components that must be ready before it starts. */
  readonly after: readonly string[];
}

/** A stack as data: what is to run. Only a RunningStack has addresses. */
export interface StackSpec {
  readonly name: string;
  readonly topology: Topology;
  /** Folders of stacks/ with its configuration, each laid over those before it. */
  readonly config: readonly string[];
  readonly components: readonly ComponentSpec[];
}
