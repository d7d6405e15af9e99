import type { Ability, RuntimeName } from '../../core/runtime.ts';
import type { ComponentSpec, StackSpec } from '../component.ts';

/** A component failed to start by the defect that it is known for; see `startsAgainAfter` of its description. */
export class StartAgain extends Error {}

/** A component as it is to be started: its description with files on disk and texts filled in. */
export interface PreparedComponent {
  readonly spec: ComponentSpec;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A component that runs and was ready. */
export interface RunningComponent {
  readonly spec: ComponentSpec;
  /** From start to ready, milliseconds. */
  readonly readyAfterMs: number;
}

/** Where the files of one component are, as the component itself sees them. */
export interface Places {
  readonly config: string;
  readonly data: string;
}

/** Where the harness listens for the stack: components may see this machine under another name than we do. */
export interface ListenPlace {
  /** Network address to listen on. */
  readonly bind: string;
  /** Host name or address under which components reach it. */
  readonly host: string;
}

/** Longest time that a tool may take for a configuration, milliseconds. */
export const checkWithinMs = 30_000;

/** What a tool that checks a configuration came to. */
export interface CheckResult {
  readonly failed: boolean;
  /** Both output streams. */
  readonly output: string;
}

/**
 * The adapter between a stack's description and what runs it. Undo is registered in the runtime's scope
 * before each start; closing that scope leaves nothing behind.
 */
export interface Runtime {
  readonly name: RuntimeName;
  /** A password made for the run, for what its components keep between themselves. */
  readonly secret: string;
  /** What it can do to a running component; `abilitiesOf` its name. What it lacks rejects. */
  readonly can: ReadonlySet<Ability>;

  /** Before `plan`: the configuration names the receivers. @throws FiredrillError `broken` when there is no such place. */
  listenPlace(): Promise<ListenPlace>;
  /** Decides every address of the stack, before any file is written. @throws FiredrillError as the runtime's means do. */
  plan(stack: StackSpec): Promise<void>;

  /** `host:port` under which components of other pods reach a port of a pod. */
  address(pod: string, port: number): string;
  /** `host:port` under which a component reaches another one of its own pod. */
  localAddress(pod: string, port: number): string;
  /** `host:port` on which the component itself is to listen. */
  listenAddress(pod: string, port: number): string;
  /** `host:port` under which the harness reaches a port of a pod. Known only once what listens there has started. */
  reach(pod: string, port: number): string;

  places(component: string): Places;
  /** Directory of this host in which a component's configuration is to be written, and is found by whoever looks for it. */
  configOnHost(component: string): string;
  /** Makes a file of this host visible to a component that is to be started. @returns its path as the component sees it. */
  give(component: string, hostFile: string): string;
  /** Folder of the own files of the binary that a component is, e.g. Grafana's home path, as the component sees it. */
  home(component: string, binary: string): string;
  /**
   * Runs a tool on a component's configuration, which is written, before anything starts; within 30 s.
   *
   * @param args name files as the component sees them.
   * @throws the signal's reason when it is aborted; FiredrillError `broken` when the tool cannot be run at all.
   */
  check(
    component: ComponentSpec,
    binary: string,
    args: readonly string[],
    signal: AbortSignal,
  ): Promise<CheckResult>;

  /** @throws FiredrillError `broken` with the log's tail when it ends or is not ready in time. */
  start(component: PreparedComponent, signal: AbortSignal): Promise<RunningComponent>;
  /**
   * Ends a component that was started, at once, by SIGKILL; returns when it has ended. It does not count as lost.
   * Only one that shows by HTTP that it is ready, as every service does.
   */
  kill(component: string): Promise<void>;
  /**
   * Starts what `kill` ended, at the same addresses; returns when it is ready. No effect on a component that runs.
   *
   * @throws FiredrillError as `start` does.
   */
  restart(component: string, signal: AbortSignal): Promise<void>;
  /** Freezes a component: its connections stay open and nobody answers. Returns when it stands still. Idempotent. */
  pause(component: string): Promise<void>;
  /** Lets a paused component go on. No effect on one that was not paused, or has ended. */
  unpause(component: string): Promise<void>;
  /** Takes a pod, its sidecar included, off the stack's network: nobody reaches it, and it reaches nobody. Idempotent. */
  disconnect(pod: string): Promise<void>;
  /** Puts a pod back on the network, at the same addresses. No effect on one that is on it. */
  reconnect(pod: string): Promise<void>;

  /** Those of the harness' addresses, `host:port`, that the running stack cannot reach. */
  unreachable(addresses: readonly string[]): Promise<readonly string[]>;
  /** What each component that runs holds in memory and could not give back, in bytes. */
  memory(): Promise<ReadonlyMap<string, number>>;
}
