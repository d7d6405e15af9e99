import type { UsedFiles, WrittenFiles } from '../../configuration/files/files.ts';
import type { Pair } from '../../configuration/files/pairs.ts';
import type { DrillRecord, Evidence, HistoryEvidence, Replacement } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Identity } from '../../signals/readers/http.ts';
import type { Owner } from '../../stacks/runtimes/process/owner.ts';
import type { StackControl } from '../../stacks/runtimes/runtime.ts';
import type { RunningStack } from '../../stacks/start.ts';
import type { Notes } from '../attached/notes.ts';
import type { Notified } from '../floors/joined-group.ts';
import type { KnownContactPoint } from '../pages/known-contact-points.ts';
import type { Listeners } from './listeners.ts';

/** The configuration of a stack. */
export interface StackConfiguration {
  /** As used. Of the Prometheus and the Alertmanager only those that are judged, under the paths of the main pair. */
  readonly files: UsedFiles;
  /** The same as it is written, before the pace and the run change it. */
  readonly written: WrittenFiles;
  /** As `files`, with the main pair, if another one is judged. */
  readonly watchedFiles?: UsedFiles;
  /** The contact points that the configuration can notify. */
  readonly contactPoints: readonly KnownContactPoint[];
}

/** A stack whose components are ready, with its listeners. */
export interface ReadyStack extends RunningStack, StackConfiguration {
  readonly runtime: StackControl;
  /** How the harness identifies itself to a component. Absent: to none. */
  readonly identities?: ReadonlyMap<string, Identity>;
  readonly owner: Owner;
  readonly judged: Pair;
  /** What is changed in a stack that runs already is noted here. Absent: firedrill started the stack. */
  readonly notes?: Notes;
  /** Reads the configuration of an attached stack again. @returns what has changed since the start, if anything. */
  readonly reconfigured?: () => Promise<Evidence['reconfigured']>;
  /** Directory of the components' logs. */
  readonly logs: string;
  readonly listeners: Listeners;
  /** Secrets of the configuration as written. */
  readonly secrets: readonly string[];
  /** The parts of the record that are the same for every drill on the stack. */
  readonly recorded: Pick<DrillRecord, 'configuration'> &
    Pick<DrillRecord['stack'], 'components'> & { readonly replacements: readonly Replacement[] };
  /** When every component was ready, in epoch milliseconds. */
  readonly readyAt: number;
}

/** What the next drill on a stack must know of a drill that ended on it. */
export interface EndedDrill {
  readonly id: string;
  readonly scenario: Scenario;
  readonly injectedAt: number;
  /** When its fault was reverted and had hit its last request, in epoch milliseconds. */
  readonly healthyFrom: number;
  /** From when on no rule depends on its fault, in epoch milliseconds. */
  readonly rulesUnaffectedFrom: number;
  /** The alerts that the managers sent during the drill. */
  readonly notified: readonly Notified[];
  /** What was written to Prometheus when the stack was new. */
  readonly history?: HistoryEvidence;
}
