import type { Hop } from '../../core/record.ts';
import type { LoadedRule } from './prometheus.ts';
import type { Labels } from './series.ts';

/** What an alert becomes on its way out of Prometheus, or what drops it there. */
export type Sent =
  | { readonly labels: Record<string, string> }
  | { readonly droppedBy: { readonly place: string; readonly entry: string } };

/** A rule's place in the files. */
export type RulePlace = Pick<LoadedRule, 'file' | 'group' | 'index'>;

/** What the configuration says of rules and alerts. */
export interface Configured {
  /** The rule as it is written, before the pace. */
  readonly written: (rule: RulePlace) => { readonly file: string; readonly query: string } | undefined;
  /** The queries of a rule of Grafana's as they are written, in the order of its condition. */
  readonly writtenArms: (rule: {
    readonly name: string;
    readonly group: string;
    readonly folder: string;
  }) => string[];
  /** What the pace divided durations by. */
  readonly factor: number;
  /** An alert as it leaves Prometheus; `undefined` when that cannot be told. */
  readonly sent: (labels: Labels) => Sent | undefined;
}

/** What to collect; times in epoch milliseconds. */
export interface EvidenceRequest {
  readonly alert: string;
  /** Labels that the page must show: they choose between rules of this name. */
  readonly labels: Labels;
  readonly injectedAt: number;
  readonly revertedAt?: number;
  /** Some scrapes before the injection, so that what was before can be told from what came after. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Step at which expressions are evaluated, in milliseconds: 100 at fast pace, at most 1,000 at real pace. */
  readonly stepMs: number;
  /** When what shows the fault was stored; absent: another knows it. */
  readonly stored?: Hop;
  /** What the configuration says of it. Default: nothing is known. */
  readonly configured?: Configured;
}
