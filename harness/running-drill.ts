import type { WrittenFiles } from '../configuration/files/files.ts';
import type { Tell } from '../core/events.ts';
import type { Pace } from '../core/pace.ts';
import type { WhereOf } from '../core/path.ts';
import type { DrillRecord } from '../core/record.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Scope } from '../core/scope.ts';
import type { PreparedFault } from '../faults/fault.ts';
import type { NotifierWatch } from '../signals/readers/watch-notifiers.ts';
import type { ComponentSpec } from '../stacks/component.ts';
import type { ResolvedImage } from '../stacks/images/resolve.ts';
import type { Daemon } from '../stacks/runtimes/docker/docker-api.ts';
import type { RuntimeChoice } from './command/runtime-choice.ts';
import type { Load } from './load/load.ts';
import type { LoadStatistics } from './load/load-statistics.ts';
import type { Handover } from './stack/handover.ts';
import type { Placement } from './stack/placement.ts';
import type { Readers } from './stack/readers.ts';
import type { EndedDrill, ReadyStack } from './stack/ready-stack.ts';
import type { StackUser } from './stack/stack-lifecycle.ts';

export interface DrillOptions {
  /** Reduced to what the stack of the placement can drill. */
  readonly scenario: Scenario;
  /** Locations in the scenario for messages. Default: by the scenario's name. */
  readonly whereOf?: WhereOf;
  readonly placement: Placement;
  readonly runtime: RuntimeChoice;
  readonly pace: Pace;
  /** Decides which requests the fault hits. */
  readonly seed: number;
  readonly toolchain: { path(binary: string): string; home(binary: string): string };
  /** Version of a component's binary. */
  readonly versionOf: (binary: string) => string;
  /** Notes from the preparation of the drill, for example about Docker images. They are shown when the drill starts. */
  readonly notes: readonly string[];
  /** The user's Docker daemon, if there is one. It may still have containers of a run that was killed. */
  readonly daemon: Daemon | undefined;
  /** Images of the containers by component; `holder` is the image that holds a pod. Only for the runtime `docker`. */
  readonly images?: ReadonlyMap<string, ResolvedImage>;
  /** Image of k6, which runs in a container beside the stack then. Absent: it runs on this machine. */
  readonly k6Image?: string;
  /** Directory in which each run has its own directory. */
  readonly runs: string;
  /** The project's own directory. */
  readonly project: string;
  /** The user's configuration, laid over the project's. */
  readonly overlay: string | undefined;
  /**
   * The components of this drill and, with `--compare`, of the other topology. A file of the overlay is accepted when
   * any of them reads it.
   */
  readonly overlaid: readonly ComponentSpec[];
  /**
   * The configuration of the placement, if the command has judged it already and found no problem. Default: it is read and
   * judged.
   */
  readonly judged?: WrittenFiles;
  /** Called with the configuration that the drill has read of a staging. */
  readonly onRead?: (written: WrittenFiles) => void;
  /** Whether the components' own tools have checked the configuration already. */
  readonly checked?: boolean;
  /** Ports that the user requested, by component. */
  readonly ports: ReadonlyMap<string, number>;
  /** Environment variables that components inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Called with the judged record while the stack still runs. The stack is stopped only after it returns. */
  readonly beforeTearDown?: (record: DrillRecord, stack: ReadyStack) => Promise<void>;
  /** Passes the stack on in a sequence of drills. Absent: the drill starts a new stack and stops it. */
  readonly handover?: Handover;
  readonly signal: AbortSignal;
  readonly tell: Tell;
}

/** A drill that is prepared; its stack need not run yet. */
export interface Drill extends StackUser {
  readonly options: DrillOptions;
  readonly fault: PreparedFault;
  readonly scope: Scope;
  /** Aborted when the user interrupts the drill or a component is lost. */
  readonly signal: AbortSignal;
}

/** A drill whose stack runs, with everything that its phases share. */
export interface RunningDrill extends Drill, Readers {
  /** Its listeners show only what arrived since the drill began. */
  readonly stack: ReadyStack;
  /** The previous drill on the same stack. */
  readonly before?: EndedDrill;
  readonly load: Load;
  /** Of a staging whose pages are judged up to the notifier. */
  readonly notifiers?: NotifierWatch;
  readonly loadStatistics: LoadStatistics;
}
