import type { Scope } from '../../../core/scope.ts';
import type { OutsideConnection } from '../outside.ts';
import type { Owner } from './owner.ts';

export interface ProcessRuntimeOptions {
  readonly owner: Owner;
  readonly runDirectory: string;
  readonly projectDirectory: string;
  readonly scope: Scope;
  /** Path of a binary of the toolchain. */
  readonly binary: (name: string) => string;
  /** Home folder of such a binary. */
  readonly home: (binary: string) => string;
  /** Node 24, which runs the sample app. */
  readonly node: string;
  /** Environment of every component, e.g. PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Ports requested by the user, by component name. */
  readonly fixedPorts: ReadonlyMap<string, number>;
  /** Called when a component exits unexpectedly. */
  readonly onLost: (error: Error) => void;
  /**
   * Called for each address outside of the run that a component tried to reach. Without it, sockets are not watched.
   */
  readonly onOutside?: (found: OutsideConnection) => void;
  /** Time limit from start to ready, in milliseconds. Default 60 s, which suits every component on a loaded machine. */
  readonly readyWithinMs?: number;
  /** Time that a component may take to stop before it is killed, in milliseconds. Default 5 s. */
  readonly graceMs?: number;
}
