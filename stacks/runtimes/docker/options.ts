import type { Scope } from '../../../core/scope.ts';
import type { OutsideConnection } from '../outside.ts';
import type { Owner } from '../process/owner.ts';

/** An image that the daemon has. */
export interface Image {
  readonly reference: string;
  readonly source: 'official' | 'local';
}

export interface DockerRuntimeOptions {
  readonly owner: Owner;
  readonly runDirectory: string;
  readonly scope: Scope;
  /** By component. */
  readonly images: ReadonlyMap<string, Image>;
  /** Of the container that owns a pod's network. */
  readonly holder: Image & { readonly entrypoint: readonly string[] };
  /** Ports of the daemon's machine that the user asked for, by component name. */
  readonly fixedPorts: ReadonlyMap<string, number>;
  /** Told when a component ends that nobody asked to end, and when the daemon is gone. */
  readonly onLost: (error: Error) => void;
  /** Told of each address beyond the run that a pod tried to reach. Without it nobody looks. */
  readonly onOutside?: (found: OutsideConnection) => void;
  /** Told where the sockets of the pods cannot be seen from this machine. */
  readonly onUnwatched?: () => void;
  /** Longest time from start to ready, milliseconds. Default 60 s, of any component on a loaded machine. */
  readonly readyWithinMs?: number;
  /** How long a component may take to end when asked, before it is killed, milliseconds. Default 5 s. */
  readonly graceMs?: number;
}
