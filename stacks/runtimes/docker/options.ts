import type { Scope } from '../../../core/scope.ts';
import type { OutsideConnection } from '../outside.ts';
import type { Owner } from '../process/owner.ts';

/** An image in the daemon. */
export interface Image {
  readonly reference: string;
  readonly source: 'official' | 'local' | 'user';
}

export interface DockerRuntimeOptions {
  readonly owner: Owner;
  readonly runDirectory: string;
  readonly scope: Scope;
  /** By component. The image of a user's service is named by its program. */
  readonly images: ReadonlyMap<string, Image>;
  /** Image of the container that holds a pod's network namespace. */
  readonly holder: Image & { readonly entrypoint: readonly string[] };
  /** Ports of the daemon's machine that the user asked for, by component name. */
  readonly fixedPorts: ReadonlyMap<string, number>;
  /** Called when a component exits unexpectedly, and when the daemon is lost. */
  readonly onLost: (error: Error) => void;
  /** Called for each address outside of the run that a pod tried to reach. Without it, sockets are not watched. */
  readonly onOutside?: (found: OutsideConnection) => void;
  /** Called if the sockets of the pods cannot be seen from this machine. */
  readonly onUnwatched?: () => void;
  /** Time limit from start to ready, in milliseconds. Default 60 s, which suits every component on a loaded machine. */
  readonly readyWithinMs?: number;
  /** Time that a component may take to stop before it is killed, in milliseconds. Default 5 s. */
  readonly graceMs?: number;
}
