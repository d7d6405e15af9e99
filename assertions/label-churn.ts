import { humanDuration } from '../core/duration.ts';
import { type Labels, labelsKey, without } from '../core/labels.ts';
import type { AlertEvidence } from '../core/record.ts';

/** A label whose value changes while its alert is active, so that each change creates a new alert. */
export interface LabelChurn {
  readonly label: string;
  /** The values in order of time. */
  readonly values: readonly string[];
  /** Template with which the rule sets the label. Absent when the label comes from the series. */
  readonly template?: string;
  /** The longest time for which one value stayed, milliseconds. */
  readonly longestMs: number;
  readonly forMs: number;
}

/** The longest gap between two consecutive states, in evaluation intervals. */
const gapFactor = 2.5;

/** Matches a template that uses the alert's value. */
const usesAlertValue = /\$values?\b|\.Values?\b/;

interface State {
  readonly labels: Labels;
  readonly from: number;
  readonly to: number;
}

/**
 * Finds a label that changes while an alert is active: label sets that differ only in this label follow each other without
 * a gap and without overlap. Three values are required, or two when the rule sets the label to the alert's value. Instances
 * that come and go are not label churn, because they overlap or have gaps between them.
 *
 * @param since states that ended earlier are ignored; epoch milliseconds.
 */
export function labelChurn(
  { pending, firing, rule }: Pick<AlertEvidence, 'pending' | 'firing' | 'rule'>,
  since: number,
): LabelChurn | undefined {
  if (!rule) return undefined;
  const states = [...pending, ...firing].filter(({ to }) => to >= since);
  const names = new Set(states.flatMap(({ labels }) => Object.keys(without(labels, 'alertstate'))));
  for (const label of names) {
    const template = rule.labels[label]?.includes('{{') ? rule.labels[label] : undefined;
    const needed = template !== undefined && usesAlertValue.test(template) ? 2 : 3;
    const groups = Map.groupBy(states, ({ labels }) => labelsKey(without(labels, label, 'alertstate')));
    for (const own of groups.values()) {
      const run = longestRun(own, label, gapFactor * rule.intervalMs);
      const values = run.map(({ labels }) => labels[label] ?? '');
      if (new Set(values).size < needed) continue;
      const longestMs = Math.max(...run.map(({ from, to }) => to - from));
      return { label, values, ...(template === undefined ? {} : { template }), longestMs, forMs: rule.forMs };
    }
  }
  return undefined;
}

/** Returns lines that describe the label churn. */
export function churnText({ label, values, template, longestMs, forMs }: LabelChurn): string[] {
  const some = values.slice(0, 5).map((value) => JSON.stringify(value));
  return [
    `${label} took ${new Set(values).size} values, one after the other: ${some.join(', ')}${values.length > 5 ? ', …' : ''}`,
    ...(template === undefined
      ? [`${label} comes with the series of the expression`]
      : [`the rule sets ${label} to ${template}: a value belongs into an annotation`]),
    `no value stayed for longer than ${humanDuration(longestMs)}; for: ${humanDuration(forMs)}`,
  ];
}

/** Returns the longest sequence of states with one value each in which each state begins where the previous one ended. */
function longestRun(states: readonly State[], label: string, maxGapMs: number): State[] {
  const valueIn = ({ labels }: State) => labels[label];
  const merged: State[] = [];
  for (const state of states.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = merged.at(-1);
    // The pending and the firing state of one alert are merged.
    if (last && valueIn(last) === valueIn(state) && state.from - last.to <= maxGapMs) {
      merged[merged.length - 1] = { ...last, to: Math.max(last.to, state.to) };
    } else merged.push(state);
  }
  let best: State[] = [];
  let run: State[] = [];
  for (const state of merged) {
    const last = run.at(-1);
    const follows = last !== undefined && state.from > last.to && state.from - last.to <= maxGapMs;
    run = follows ? [...run, state] : [state];
    if (run.length > best.length) best = run;
  }
  return best;
}
