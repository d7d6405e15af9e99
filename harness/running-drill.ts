import type { Tell } from '../core/events.ts';
import type { Pace } from '../core/pace.ts';
import type { DrillRecord } from '../core/record.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Scope } from '../core/scope.ts';
import type { PreparedFault } from '../faults/fault.ts';
import type { ComponentSpec } from '../stacks/component.ts';
import type { ResolvedImage } from '../stacks/images/resolve.ts';
import type { Daemon } from '../stacks/runtimes/docker/docker-api.ts';
import type { RuntimeChoice } from './command/runtime-choice.ts';
import type { LoadAccount } from './load/account.ts';
import type { Handover } from './stack/handover.ts';
import type { ServedDrill } from './stack/open-stack.ts';
import type { Placement } from './stack/placement.ts';
import type { Readers } from './stack/readers.ts';
import type { EndedDrill, ServedStack } from './stack/served-stack.ts';

export interface DrillOptions {
  /** As the stack of the placement can drill it. */
  readonly scenario: Scenario;
  readonly placement: Placement;
  readonly runtime: RuntimeChoice;
  readonly pace: Pace;
  /** Decides which requests the fault hits. */
  readonly seed: number;
  readonly toolchain: { path(binary: string): string; home(binary: string): string };
  /** Version of a component's binary. */
  readonly versionOf: (binary: string) => string;
  /** Notes that were taken while the drill was prepared, such as those on Docker images; shown at its start. */
  readonly notes: readonly string[];
  /** The daemon of this user, where there is one: a killed run may have left containers. */
  readonly daemon: Daemon | undefined;
  /** What containers are made from, by component; `holder` is that of their pods. Only of runtime docker. */
  readonly images?: ReadonlyMap<string, ResolvedImage>;
  /** Directory that keeps the runs. */
  readonly runs: string;
  /** The project's own directory. */
  readonly project: string;
  /** The user's configuration, laid over the project's. */
  readonly overlay: string | undefined;
  /** Every component over which it is laid, in this drill and in those beside it (`--compare`): one may read what others do not. */
  readonly overlaid: readonly ComponentSpec[];
  /** Ports asked for, by component. */
  readonly ports: ReadonlyMap<string, number>;
  /** What components inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Called with the judged record while the stack is still up; the stack stays until it returns. */
  readonly beforeTearDown?: (record: DrillRecord, stack: ServedStack) => Promise<void>;
  /** Passes on the stack in a sequence of drills. Absent: the drill has a stack of its own. */
  readonly handover?: Handover;
  readonly signal: AbortSignal;
  readonly tell: Tell;
}

/** One drill that has been made ready. */
export interface Drill extends ServedDrill {
  readonly options: DrillOptions;
  readonly fault: PreparedFault;
  readonly scope: Scope;
  /** Ends when the person or a lost component ends the drill. */
  readonly signal: AbortSignal;
}

/** One drill whose stack runs: what its phases share. */
export interface RunningDrill extends Drill, Readers {
  /** Its listeners have what came since the drill began. */
  readonly stack: ServedStack;
  /** The drill before this one on the stack. */
  readonly before?: EndedDrill;
  readonly account: LoadAccount;
}
