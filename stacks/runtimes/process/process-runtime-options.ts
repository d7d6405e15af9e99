import type { Scope } from '../../../core/scope.ts';
import type { OutsideConnection } from '../outside.ts';
import type { Owner } from './owner.ts';

export interface ProcessRuntimeOptions {
  readonly owner: Owner;
  readonly runDirectory: string;
  readonly projectDirectory: string;
  readonly scope: Scope;
  /** Where a binary of the toolchain is. */
  readonly binary: (name: string) => string;
  /** The folder of such a binary's own files. */
  readonly home: (binary: string) => string;
  /** Node 24, which runs the sample app. */
  readonly node: string;
  /** What every component inherits, e.g. PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Ports the user asked for, by component name. */
  readonly fixedPorts: ReadonlyMap<string, number>;
  /** Told when a component ends that nobody asked to end. */
  readonly onLost: (error: Error) => void;
  /** Told of each address beyond the run that a component tried to reach. Without it nobody looks. */
  readonly onOutside?: (found: OutsideConnection) => void;
  /** Longest time from start to ready, milliseconds. Default 60 s, of any component on a loaded machine. */
  readonly readyWithinMs?: number;
  /** How long a component may take to end when asked, before it is killed, milliseconds. Default 5 s. */
  readonly graceMs?: number;
}
