import { humanDuration } from '../core/duration.ts';
import type { AlertEvidence } from '../core/record.ts';

/** A label whose value changes while its alert is active, so that each change is another alert. */
export interface LabelChurn {
  readonly label: string;
  /** In the order in which they came. */
  readonly values: readonly string[];
  /** By which the rule sets it; absent: it comes with the series. */
  readonly template?: string;
  /** The longest time for which one value stayed, milliseconds. */
  readonly longestMs: number;
  readonly forMs: number;
}

/** Two states further apart than so many evaluations do not follow one another. */
const gapFactor = 2.5;

/** What a template takes from the value of the alert. */
const ofValue = /\$values?\b|\.Values?\b/;

interface State {
  readonly labels: Readonly<Record<string, string>>;
  readonly from: number;
  readonly to: number;
}

/**
 * The label that changes while an alert is active: label sets that differ in it alone follow one another without a gap
 * and without overlap. Three values show it, or two of a label that the rule sets to the alert's value; instances that
 * come and go have others beside them, or pauses in between.
 *
 * @param since states that ended before are of no interest; epoch milliseconds.
 */
export function labelChurn(
  { pending, firing, rule }: Pick<AlertEvidence, 'pending' | 'firing' | 'rule'>,
  since: number,
): LabelChurn | undefined {
  if (!rule) return undefined;
  const states = [...pending, ...firing].filter(({ to }) => to >= since).map(bare);
  const names = new Set(states.flatMap(({ labels }) => Object.keys(labels)));
  for (const label of names) {
    const template = rule.labels[label]?.includes('{{') ? rule.labels[label] : undefined;
    const needed = template !== undefined && ofValue.test(template) ? 2 : 3;
    const groups = Map.groupBy(states, ({ labels }) => withoutLabel(labels, label));
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

/** Lines that show it. */
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

const bare = ({ labels, from, to }: State): State => {
  const { alertstate: _, ...rest } = labels;
  return { labels: rest, from, to };
};

const withoutLabel = (labels: State['labels'], label: string): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => name !== label)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** The longest row of states, of one value each, in which every one begins where the one before it ended. */
function longestRun(states: readonly State[], label: string, maxGapMs: number): State[] {
  const valueIn = ({ labels }: State) => labels[label];
  const merged: State[] = [];
  for (const state of states.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = merged.at(-1);
    // Pending and firing of one alert are one.
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
