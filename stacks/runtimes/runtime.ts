import type { ComponentSpec, StackSpec } from '../component.ts';

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

/**
 * The adapter between a stack's description and what runs it. Undo is registered in the runtime's scope
 * before each start; closing that scope leaves nothing behind.
 */
export interface Runtime {
  readonly name: 'process' | 'docker';
  /** A password made for the run, for what its components keep between themselves. */
  readonly secret: string;
  /** Decides every address of the stack, before any file is written. */
  plan(stack: StackSpec): Promise<void>;
  /** `host:port` under which peers and the harness reach a port of a pod. */
  address(pod: string, port: number): string;
  /** `host:port` on which the component itself is to listen. */
  listenAddress(pod: string, port: number): string;
  places(component: string): Places;
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
}
