import type { Labels } from '../../core/labels.ts';
import type { Hop } from '../../core/record.ts';
import type { AlertingRule } from './prometheus.ts';

/** A relabelling entry of prometheus.yml, as written, and its path in the file. */
export interface RelabelEntry {
  readonly place: string;
  readonly entry: string;
}

/** An alert as Prometheus sends it, or the entry that drops it. */
export type SentAlert = { readonly labels: Record<string, string> } | { readonly droppedBy: RelabelEntry };

/** A rule's location in the files. */
export type RuleLocation = Pick<AlertingRule, 'file' | 'group' | 'index'>;

/** Information from the configuration about rules and alerts. */
export interface RuleConfiguration {
  /** The rule as written, before the pace is applied. */
  readonly written: (rule: RuleLocation) => { readonly file: string; readonly query: string } | undefined;
  /** The queries of a Grafana rule as written, in the order of its condition. */
  readonly writtenQueries: (rule: {
    readonly name: string;
    readonly group: string;
    readonly folder: string;
  }) => string[];
  /** The factor by which the pace divided durations. */
  readonly factor: number;
  /** An alert as Prometheus sends it; `undefined` if it is unknown. */
  readonly sent: (labels: Labels) => SentAlert | undefined;
  /** The relabelling entry that drops every scraped series of a metric. */
  readonly dropsMetric: (metric: string) => RelabelEntry | undefined;
}

/** The evidence to collect; times in epoch milliseconds. */
export interface EvidenceRequest {
  readonly alert: string;
  /** Labels that the page must show. They select among rules of the same name. */
  readonly labels: Labels;
  readonly injectedAt: number;
  readonly revertedAt?: number;
  /** Start of the range, some scrapes before the injection, to see the state before the fault. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Step of range queries, in milliseconds: 100 at fast pace, at most 1,000 at real pace. */
  readonly stepMs: number;
  /** The hop at which the fault's signal was stored; absent: the caller knows it. */
  readonly stored?: Hop;
  /** Information from the configuration; default: none. */
  readonly configured?: RuleConfiguration;
}
