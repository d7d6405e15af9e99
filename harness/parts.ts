import type { UsedFiles, WrittenFiles } from '../configuration/files/files.ts';
import type { Tell } from '../core/events.ts';
import type { Pace } from '../core/pace.ts';
import type { Scenario } from '../core/scenario.ts';
import type { AlertmanagerReader } from '../signals/readers/alertmanager.ts';
import type { GrafanaReader } from '../signals/readers/grafana.ts';
import type { LokiReader } from '../signals/readers/loki.ts';
import type { PrometheusReader } from '../signals/readers/prometheus.ts';
import type { TempoReader } from '../signals/readers/tempo.ts';
import type { AlertWatch } from '../signals/readers/watch-alerts.ts';
import type { GrafanaWatch } from '../signals/readers/watch-grafana.ts';
import type { Observer } from '../signals/receivers/observer.ts';
import type { Receiver } from '../signals/receivers/receivers.ts';
import type { VendorProxy } from '../signals/receivers/vendor-hosts/vendor-proxy.ts';
import type { Runtime } from '../stacks/runtimes/runtime.ts';
import type { RunningStack } from '../stacks/start.ts';
import type { KnownContactPoint } from './evidence/known-contact-points.ts';
import type { LoadAccount } from './load/account.ts';
import type { Recorder } from './record/recorder.ts';
import type { EndedDrill } from './stack/open-stack.ts';

/** What the phases of one drill share once its stack runs. */
export interface Parts {
  readonly scenario: Scenario;
  readonly pace: Pace;
  /** Decides which requests the fault hits. */
  readonly seed: number;
  readonly recorder: Recorder;
  readonly tell: Tell;
  readonly signal: AbortSignal;
  readonly receivers: readonly Receiver[];
  /** Gets what the managers send, beside the receivers. */
  readonly observer: Pick<Observer, 'observations'>;
  /** What stands for the world outside; on a full stack only. */
  readonly proxy?: VendorProxy;
  readonly runbooksUrl: string;
  readonly stack: RunningStack;
  /** Directory of the components' logs. */
  readonly logs: string;
  /** The drill before this one on the stack. */
  readonly before?: EndedDrill;
  readonly runtime: Runtime;
  readonly files: UsedFiles;
  /** The same configuration as it is written, before the pace; by folder of the configuration, not by component. */
  readonly written: WrittenFiles;
  /** What the configuration can notify. */
  readonly contactPoints: readonly KnownContactPoint[];
  readonly account: LoadAccount;
  readonly prometheus: PrometheusReader;
  readonly alertmanager: AlertmanagerReader;
  readonly watch: AlertWatch;
  readonly loki?: LokiReader;
  readonly tempo?: TempoReader;
  readonly grafana?: GrafanaReader;
  /** Of Grafana's own Alertmanager, and of its rules. */
  readonly grafanaWatch?: GrafanaWatch;
  /** Evaluation interval of Prometheus' rules, milliseconds. */
  readonly evaluationMs: number;
}
