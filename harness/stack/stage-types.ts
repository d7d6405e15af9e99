import type { UsedFiles, WrittenFiles } from '../../configuration/files/files.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import type { RunningStack } from '../../stacks/start.ts';
import type { KnownContactPoint } from '../evidence/known-contact-points.ts';

/** The configuration of a stack. */
export interface Configured {
  readonly files: UsedFiles;
  /** The same as it is written. */
  readonly written: WrittenFiles;
  /** What it can notify. */
  readonly contactPoints: readonly KnownContactPoint[];
}

export interface Stage extends Configured {
  readonly stack: RunningStack;
  readonly runtime: Runtime;
  readonly evaluationMs: number;
  /** Secrets of the configuration as written. */
  readonly secrets: readonly string[];
  /** Directory of the components' logs. */
  readonly logs: string;
}
