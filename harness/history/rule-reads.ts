import type { Files } from '../../configuration/files/files.ts';
import { grafanaRules } from '../../configuration/rules/grafana-rules.ts';
import { placedRules, recordingRules } from '../../configuration/rules/prometheus-rules.ts';
import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import { hasLabels } from '../../core/labels.ts';
import { type LookBack, lookBacksOf } from '../../core/promql/look-backs.ts';
import { selectorsOf } from '../../core/promql/selectors-of.ts';

/** What makes a recorded series. */
export interface Recorded {
  readonly expr: string;
  /** Labels that the rule sets. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What the rules of a configuration read from Prometheus. */
export interface RuleReads {
  /** Every selector of every rule, recording rules included. */
  readonly looks: readonly LookBack[];
  /** Through how many recording rules a metric is made of scraped ones: 0 for a scraped metric. */
  readonly depthOf: (metric: string) => number;
  /** The expression of the recording rule that makes a series; `undefined` for a scraped one. */
  readonly recordedBy: (labels: Readonly<Record<string, string>>) => Recorded | undefined;
  /** How far samples of a metric are apart, as the configuration says. Milliseconds. */
  readonly everyMsOf: (metric: string) => number;
}

/** @param files the configuration as used. */
export function ruleReadsOf(files: Files): RuleReads {
  const { scrapeMs } = prometheusSettings(files);
  const recorded = recordingRules(files);
  const depthOf = (metric: string, above: readonly string[] = []): number => {
    // A rule that reads what it records itself would never come to an end.
    const rules = above.includes(metric) ? [] : (recorded.get(metric) ?? []);
    const inside = rules.flatMap(({ expr }) => selectorsOf(expr).map((selector) => selector.metric));
    return rules.length === 0 ? 0 : 1 + Math.max(0, ...inside.map((one) => depthOf(one, [...above, metric])));
  };
  const expressions = [
    ...placedRules(files).map(({ rule }) => String(rule.expr)),
    // Recorded metrics are not written out, because Grafana's queries read the recorded samples.
    ...grafanaRules(files, new Map()).map(({ expr }) => expr),
  ];
  return {
    looks: expressions.flatMap(lookBacksOf),
    depthOf,
    recordedBy: (series) =>
      recorded.get(series.__name__ ?? '')?.find(({ labels }) => hasLabels(series, labels)),
    everyMsOf: (metric) => recorded.get(metric)?.[0]?.evaluationMs ?? scrapeMs,
  };
}
