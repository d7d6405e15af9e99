import type { Writable } from 'node:stream';
import type { Ability, StackRuntime } from '../../core/runtime.ts';
import type { MountedFile } from '../../core/system-services.ts';
import type { ComponentSpec, StackSpec } from '../component.ts';

/** A component failed to start by its known defect; see `retryStartOn` of its description. */
export class RetryStart extends Error {}

/** A component ready to be started: its configuration is on disk and its texts are filled in. */
export interface PreparedComponent {
  readonly spec: ComponentSpec;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A component that has become ready. */
export interface RunningComponent {
  readonly spec: ComponentSpec;
  /** Time from start to ready, in milliseconds. */
  readonly readyAfterMs: number;
}

/** Paths of a component's files, as the component sees them. */
export interface ComponentPaths {
  readonly config: string;
  readonly data: string;
}

/** Where components reach the harness. They may know this machine by another name. */
export interface HarnessEndpoint {
  /** Network address to listen on. */
  readonly bind: string;
  /** Host name or address under which components reach it. */
  readonly host: string;
}

/** Time limit of a tool that checks a configuration, in milliseconds. */
export const checkWithinMs = 30_000;

/** Result of a tool that checks a configuration. */
export interface CheckResult {
  readonly failed: boolean;
  /** Both output streams. */
  readonly output: string;
}

/** A program that runs beside a stack. */
export interface BesideOptions {
  readonly image: string;
  /** For the program of the image. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Files of this machine that are copied into its container. */
  readonly files: readonly MountedFile[];
  /** Gets its standard error. */
  readonly errors: Writable;
}

export interface BesideProgram {
  /** Its standard output. */
  readonly lines: AsyncIterable<string>;
  /** No effect once it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** How it ended, such as `exit code 1`. */
  readonly ended: Promise<string>;
}

/** The place beside the pods of a stack, in which a container reaches all of them, whichever network they have left. */
export interface Beside {
  /** Address of each pod there. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Its networks in CIDR notation. */
  readonly subnets: readonly string[];
  /** Addresses of the daemon's machine in these networks. */
  readonly gateways: readonly string[];
  /** @throws Error if the container cannot be started. */
  start(options: BesideOptions): Promise<BesideProgram>;
}

/** What can be done to the components of a running stack. */
export interface StackControl {
  readonly name: StackRuntime;
  /** A password generated for the run, for communication among its components. */
  readonly secret: string;
  /** Operations that it supports on a running component; see `abilitiesOf`. The others reject. */
  readonly can: ReadonlySet<Ability>;

  /**
   * Kills a started component, and resolves when it has exited. It does not count as lost. Only for components whose
   * readiness can be checked again: services, by HTTP, and Postgres, which keeps its data.
   */
  kill(component: string): Promise<void>;
  /** As `kill`, but by SIGTERM: the component may end its work first. */
  terminate(component: string): Promise<void>;
  /**
   * Restarts a component that was killed or terminated at the same addresses, and resolves when it is ready. No effect on
   * a running component.
   *
   * @throws FiredrillError as `start`.
   */
  restart(component: string, signal: AbortSignal): Promise<void>;
  /** Freezes a component: its connections stay open without a response. Resolves when it has stopped. Idempotent. */
  pause(component: string): Promise<void>;
  /** Resumes a paused component. No effect if it is not paused or has exited. */
  unpause(component: string): Promise<void>;
  /**
   * Leaves a component this share of its processor time, above 0 and below 1, and resolves when that is in force. On
   * process it runs for that share of each tenth of a second and is stopped for the rest; on docker its limit is that
   * share of what it was, or of all processors.
   */
  throttle(component: string, share: number): Promise<void>;
  /** Gives a throttled component its processor time back. No effect if it is not throttled or has exited. */
  unthrottle(component: string): Promise<void>;
  /** Disconnects a pod with its sidecar from the stack's network, in both directions. Idempotent. */
  disconnect(pod: string): Promise<void>;
  /** Reconnects a pod at the same addresses. No effect if it is connected. */
  reconnect(pod: string): Promise<void>;

  /**
   * Writes a file of a component's configuration, or removes it if there is no text, and has the component read its
   * configuration again (SIGHUP).
   *
   * @param file path in the component's folder.
   */
  reconfigure(component: string, file: string, text: string | undefined): Promise<void>;

  /** Sends SIGHUP to the main process of a component. No effect if it has exited. */
  hangUp(component: string): Promise<void>;

  /** Where containers run that are no part of the stack; once all pods have started. Rejects where there are none. */
  beside(): Promise<Beside>;

  /** Memory of each running component that cannot be reclaimed, in bytes. */
  memory(): Promise<ReadonlyMap<string, number>>;
}

/**
 * The adapter between a stack's description and its processes or containers. Undo actions are registered in the
 * runtime's scope before each start, so closing the scope removes everything.
 */
export interface Runtime extends StackControl {
  /**
   * The address for the receivers, which the configuration contains, so it is known before `plan`. @throws
   * FiredrillError `broken` if there is none.
   */
  harnessEndpoint(): Promise<HarnessEndpoint>;
  /**
   * Assigns every address of the stack, before any file is written. @throws FiredrillError if an address is not
   * available.
   */
  plan(stack: StackSpec): Promise<void>;

  /** `host:port` by which components of other pods reach a port of a pod. */
  address(pod: string, port: number): string;
  /** `host:port` by which a component reaches another one in its own pod. */
  localAddress(pod: string, port: number): string;
  /** `host:port` that the component itself listens on. */
  listenAddress(pod: string, port: number): string;
  /** `host:port` by which the harness reaches a port of a pod. Known once the pod has started. */
  reach(pod: string, port: number): string;

  paths(component: string): ComponentPaths;
  /** Directory on this host that a component's configuration is written to. */
  configOnHost(component: string): string;
  /**
   * Makes a file of this host available to a component before it starts. @returns its path as the component sees it.
   */
  provideFile(component: string, hostFile: string): string;
  /** Home folder of a component's binary, e.g. Grafana's home path, as the component sees it. */
  home(component: string, binary: string): string;
  /**
   * Runs a tool on a component's written configuration before anything starts, for at most 30 s.
   *
   * @param args file paths as the component sees them.
   * @throws the signal's reason if it is aborted; FiredrillError `broken` if the tool cannot be run.
   */
  check(
    component: ComponentSpec,
    binary: string,
    args: readonly string[],
    signal: AbortSignal,
  ): Promise<CheckResult>;

  /** @throws FiredrillError `broken` with the end of the log if it exits or is not ready in time. */
  start(component: PreparedComponent, signal: AbortSignal): Promise<RunningComponent>;
  /** The harness' addresses, `host:port`, that the running stack cannot reach. */
  unreachable(addresses: readonly string[]): Promise<readonly string[]>;
}
