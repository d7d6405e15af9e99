import type { Pair } from '../configuration/files/pairs.ts';
import type { Programs } from '../core/programs.ts';
import type { Topology } from '../core/scenario.ts';
import type { MountedFile } from '../core/system-services.ts';

/*
 * The description of a component, independent of the runtime. One file in components/ describes each; a runtime turns
 * the description into a process or a container. Addresses are written `pod:port` everywhere (arguments, environment,
 * configuration files), as on a container network; within its own pod a component is `localhost:port`. The runtime
 * replaces them by the real addresses.
 */

/** How the component is executed. */
export type Program =
  /** A binary of the toolchain, e.g. `prometheus`. */
  | { readonly kind: 'binary'; readonly binary: string }
  /** A TypeScript service of the sample app, with the modules that Node loads before it. */
  | { readonly kind: 'node'; readonly entry: string; readonly imports: readonly string[] }
  /** A program of the user's own, and its working directory. A name without slash is looked up in PATH. */
  | { readonly kind: 'command'; readonly file: string; readonly directory: string }
  /** An image of the user's own. What is absent is as in the image. */
  | {
      readonly kind: 'image';
      readonly reference: string;
      readonly entrypoint?: readonly string[];
      readonly user?: string;
      readonly directory?: string;
      /** Files of this machine that are copied into it. */
      readonly files: readonly MountedFile[];
    }
  /** The Postgres server of the machine's npm package. */
  | {
      readonly kind: 'postgres';
      /** Its superuser, whose password is that of the run. */
      readonly user: string;
    }
  /** It runs already, and firedrill did not start it. */
  | { readonly kind: 'attached' };

/** How the readiness of a component is checked. */
export type Readiness =
  | { readonly kind: 'http'; readonly port: number; readonly path: string }
  /** It accepts connections. */
  | { readonly kind: 'tcp'; readonly port: number }
  /** A line in its log, for a component without another way. */
  | { readonly kind: 'log'; readonly port: number; readonly line: string }
  /** A program ends with exit code 0. It runs with the component's environment, and placeholders as in `args`. */
  | { readonly kind: 'command'; readonly port: number; readonly command: readonly string[] };

/** The component's official image and the paths in it. Locally made images use the same paths. */
export interface ImageFacts {
  /** With a pinned tag, e.g. `prom/prometheus:v3.5.0`. */
  readonly reference: string;
  /** Entrypoint; the component's arguments follow it. */
  readonly entrypoint: readonly string[];
  /** Number or name of the user it runs as. */
  readonly user: string;
  /** Directory of its configuration. */
  readonly config: string;
  /** Directory that its user may write to. */
  readonly data: string;
  /** Home folder of its binary, if it needs one. */
  readonly home?: string;
  /** Whether the user chose it: it is never replaced by a locally made one. Default: no. */
  readonly isChosen?: boolean;
}

/** A folder that several components see, where each has a file system of its own. */
export interface SharedFolder {
  /** The same for all that share it; unique in the stack. */
  readonly name: string;
  readonly path: string;
  /** Whether the component only reads it. Default: no. */
  readonly isReadOnly?: boolean;
}

/** Resource limits of a component, where the runtime can enforce them. */
export interface ResourceLimits {
  /** Number of processors; fractions are allowed. Default: all. */
  readonly cpus?: number;
  /** Default: as much as there is. */
  readonly memoryMiB?: number;
}

export interface ComponentSpec {
  /** Unique in the stack, e.g. `orders-sidecar`. */
  readonly name: string;
  /** Network namespace; a sidecar shares its service's. */
  readonly pod: string;
  /** Another name of its pod for the other pods, where the runtime gives pods names. */
  readonly alias?: string;
  readonly program: Program;
  /**
   * Placeholders here and in `env`: `{config}`: its configuration directory; `{data}`: its empty data directory, with a
   * name (`{data:web}`) that of another component;
   * `{host}`: the address to listen on; `{port:N}`: the real port for its port N; `{secret}`: a password of the run;
   * `{home:BINARY}`: the home folder of a binary; `{proxy}`: URL of the proxy for the vendors' hosts; `{mail}`: `host:port` of the mail server; `{ca}`:
   * certificate file of the proxy's authority; `{direct}`: hosts that bypass the proxy, separated by commas.
   */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Ports that it listens on, within its pod. */
  readonly ports: readonly number[];
  /** How Prometheus scrapes the service in production. Default: jobs that have its name do, at the first of its ports. */
  readonly scrape?: {
    readonly jobs: readonly string[];
    readonly port?: number;
    readonly labels: Readonly<Record<string, string>>;
  };
  /** Folder with its configuration, or a single file in a folder, e.g. `collector/sidecar.yaml`. */
  readonly config?: string;
  readonly ready: Readiness;
  /** Absent: `program` names an image, or it runs on this machine only. */
  readonly image?: ImageFacts;
  readonly limits?: ResourceLimits;
  /** Whether it runs as root in its container, to read what others keep to themselves. Default: no. */
  readonly isRoot?: boolean;
  /** Folders that it shares with other components. Default: none. */
  readonly shared?: readonly SharedFolder[];
  /**
   * Text in its log when a start fails by a known intermittent defect. It is then started once more with an empty data
   * directory.
   */
  readonly retryStartOn?: string;
  /** Time it may take to stop before it is killed, in milliseconds; default 5000. */
  readonly graceMs?: number;
  /** Whether Alertmanager's webhooks may lead to it. Other webhooks lead to the emulated receiver. Default: no. */
  readonly takesWebhooks?: boolean;
  /** Whether it is there for faults alone, and no service of the system. Default: no. */
  readonly isForFaults?: boolean;
  /** Addresses `pod:port` that lead elsewhere for it, each with the `pod:port` that it reaches instead. Default: none. */
  readonly redirects?: Readonly<Record<string, string>>;
  /** Names of components that must be ready before it starts. */
  readonly after: readonly string[];
}

/** A stack as data. Only a RunningStack has addresses. */
export interface StackSpec {
  readonly name: string;
  readonly topology: Topology;
  /** Folders of stacks/ with its configuration; later ones override earlier ones. */
  readonly config: readonly string[];
  /** Some folders of another folder of stacks/, which `config` overrides. */
  readonly configParts?: { readonly folder: string; readonly only: readonly string[] };
  readonly components: readonly ComponentSpec[];
  /** The Prometheus and the Alertmanager whose alerts are judged. Default: the main pair. */
  readonly judged?: Pair;
  /** Files of its configuration that are made for it, by path. */
  readonly made?: Readonly<Record<string, string>>;
  /** Programs of the user in the place of those of the toolchain, by the names of these. Default: none. */
  readonly programs?: Programs;
  /** Names of the links on which a fault can be put. Default: none. */
  readonly links?: readonly string[];
}

/** What a fault can be done to in a stack: pods, those of services and of databases, components, and links. */
export function targetsIn({
  components,
  links = [],
}: Pick<StackSpec, 'components' | 'links'>): Readonly<
  Record<'pods' | 'services' | 'databases' | 'components' | 'links', readonly string[]>
> {
  const podsOf = (some: readonly ComponentSpec[]) => [...new Set(some.map(({ pod }) => pod))];
  return {
    pods: podsOf(components),
    services: podsOf(components.filter(isService)),
    databases: podsOf(components.filter(({ program }) => program.kind === 'postgres')),
    components: components.map(({ name }) => name),
    links,
  };
}

/** Whether a component is a service of the system under drill, and not a part of its monitoring or a database. */
export const isService = ({
  program,
  isForFaults = false,
}: Pick<ComponentSpec, 'program' | 'isForFaults'>): boolean =>
  !isForFaults && ['node', 'command', 'image'].includes(program.kind);
