import type { UsedFiles, WrittenFiles } from '../../configuration/files/files.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Owner } from '../../stacks/runtimes/process/owner.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import type { RunningStack } from '../../stacks/start.ts';
import type { Notified } from '../floors/joined-group.ts';
import type { KnownContactPoint } from '../pages/known-contact-points.ts';
import type { Listeners } from './listeners.ts';

/** The configuration of a stack. */
export interface Configured {
  readonly files: UsedFiles;
  /** The same as it is written. */
  readonly written: WrittenFiles;
  /** What it can notify. */
  readonly contactPoints: readonly KnownContactPoint[];
}

/** A stack that runs, with what listens beside it. */
export interface ServedStack extends RunningStack, Configured {
  readonly runtime: Runtime;
  readonly owner: Owner;
  /** Directory of the components' logs. */
  readonly logs: string;
  readonly listeners: Listeners;
  /** Secrets of the configuration as written. */
  readonly secrets: readonly string[];
  /** What the record of each drill on it says of it. */
  readonly recorded: Pick<DrillRecord, 'configuration'> & Pick<DrillRecord['stack'], 'components'>;
  /** Since when it runs, epoch milliseconds. */
  readonly since: number;
}

/** A drill that ended on a stack, as far as the next one has to know. */
export interface EndedDrill {
  readonly id: string;
  readonly scenario: Scenario;
  readonly injectedAt: number;
  /** From when on its fault was undone and hit nothing more, epoch milliseconds. */
  readonly healthyFrom: number;
  /** From when on no rule depends on its fault any more. */
  readonly forgottenAt: number;
  /** What its managers have sent. */
  readonly notified: readonly Notified[];
}
