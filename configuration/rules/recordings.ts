import { tryRead } from '../../core/errors.ts';
import type { RecordingDelay } from '../../core/floor-inputs.ts';
import { inlineRecorded } from '../../core/promql/inline.ts';
import { longestWindow } from '../../core/promql/longest-window.ts';
import type { VectorSelector } from '../../core/promql/selectors-of.ts';
import { satisfies } from '../routes/route-matcher.ts';

/** Where a rule stands, and when it is evaluated. */
export interface RulePlace {
  readonly file: string;
  readonly group: string;
  readonly index: number;
  readonly evaluationMs: number;
  readonly queryOffsetMs: number;
  /** The most alerts or series that a rule of its group may have: with more, Prometheus drops all. Absent: no limit. */
  readonly limit?: number;
}

export interface RecordingRule extends RulePlace {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The recording rules by the metric that they record; of several, that with the longest window first. */
export type Recordings = ReadonlyMap<string, readonly RecordingRule[]>;

/** Each expression is read once, however many rules read what it records. */
export const recordingsOf = (rules: readonly RecordingRule[]): Recordings =>
  new Map(
    [...Map.groupBy(rules, ({ record }) => record)].map(([record, named]) => {
      const known = named.map((rule) => ({ rule, windowMs: tryRead(() => longestWindow(rule.expr)) ?? 0 }));
      return [record, known.toSorted((a, b) => b.windowMs - a.windowMs).map(({ rule }) => rule)];
    }),
  );

/**
 * An expression with every recorded metric written out, and the slowest way through the recording rules.
 */
export interface WithoutRecordings {
  readonly expr: string;
  readonly recordings: readonly RecordingDelay[];
  readonly queryOffsetMs: number;
}

export function withoutRecordings(
  expr: string,
  reader: Pick<RulePlace, 'file' | 'group' | 'index'> | undefined,
  rules: Recordings,
  above: readonly string[] = [],
): WithoutRecordings {
  const ways: Omit<WithoutRecordings, 'expr'>[] = [];
  const inlined = inlineRecorded(expr, (selector) => {
    // A rule that reads what it records itself would never come to an end.
    const found = above.includes(selector.metric) ? undefined : recordedBy(selector, rules);
    if (!found) return undefined;
    const { rule, sure } = found;
    const before = withoutRecordings(rule.expr, rule, rules, [...above, rule.record]);
    ways.push({
      recordings: [...before.recordings, ...waitFor(rule, reader)],
      queryOffsetMs: before.queryOffsetMs + rule.queryOffsetMs,
    });
    // Of a deviation nothing is known but the window of what deviates.
    return { expr: sure ? before.expr : `stddev(${before.expr})`, everyMs: rule.evaluationMs };
  });
  const length = ({ recordings, queryOffsetMs }: Omit<WithoutRecordings, 'expr'>) =>
    recordings.reduce((sum, { evaluationMs }) => sum + evaluationMs, queryOffsetMs);
  const [slowest] = ways.toSorted((a, b) => length(b) - length(a));
  return { expr: inlined, recordings: [], queryOffsetMs: 0, ...slowest };
}

/**
 * The rule that records what a selector asks for: several of one name differ in their labels. Not sure where these do
 * not tell which, and for a selector by labels of the series, of which the rule says nothing; then the one with the
 * longest window stands for all.
 */
function recordedBy(
  { metric, matchers }: VectorSelector,
  rules: Recordings,
): { readonly rule: RecordingRule; readonly sure: boolean } | undefined {
  const named = (rules.get(metric) ?? []).filter(({ labels }) =>
    matchers.every((m) => labels[m.label] === undefined || satisfies(labels, m)),
  );
  const [rule] = named;
  const told = matchers.every(
    (m) => rule?.labels[m.label] !== undefined || (m.label === 'job' && satisfies({ job: 'storefront' }, m)),
  );
  return rule && { rule, sure: told && named.every(({ expr }) => expr === rule.expr) };
}

/** The rules of a group are evaluated one after the other, at one time. */
function waitFor(
  { file, group, index, record, evaluationMs }: RecordingRule,
  reader: Pick<RulePlace, 'file' | 'group' | 'index'> | undefined,
): RecordingDelay[] {
  const sameGroup = reader?.file === file && reader.group === group;
  if (sameGroup && index < reader.index) return [];
  const source = `evaluation interval of group ${group}, which records ${record}`;
  return sameGroup
    ? [{ evaluationMs, source: `${source} after it is read`, roundLater: true }]
    : [{ evaluationMs, source }];
}
