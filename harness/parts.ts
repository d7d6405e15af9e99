import type { Tell } from '../core/events.ts';
import type { Pace } from '../core/pace.ts';
import type { Scenario } from '../core/scenario.ts';
import type { AlertmanagerReader } from '../signals/readers/alertmanager.ts';
import type { PrometheusReader } from '../signals/readers/prometheus.ts';
import type { AlertWatch } from '../signals/readers/watch-alerts.ts';
import type { Receiver } from '../signals/receivers/receivers.ts';
import type { RunningStack } from '../stacks/start.ts';
import type { UsedFiles } from './floors.ts';
import type { Keeper } from './keeper.ts';
import type { LoadAccount } from './load/account.ts';

/** What the phases of one drill share once its stack runs. */
export interface Parts {
  readonly scenario: Scenario;
  readonly pace: Pace;
  readonly keeper: Keeper;
  readonly tell: Tell;
  readonly signal: AbortSignal;
  readonly receivers: readonly Receiver[];
  readonly runbooksUrl: string;
  readonly stack: RunningStack;
  readonly files: UsedFiles;
  readonly account: LoadAccount;
  readonly prometheus: PrometheusReader;
  readonly alertmanager: AlertmanagerReader;
  readonly watch: AlertWatch;
  /** Evaluation interval of the rules, milliseconds. */
  readonly evaluationMs: number;
}
