import type { AlertEvidence, ConditionEvidence } from '../../core/record.ts';
import { autopsyWithoutPage, type Row, testRows } from '../testing/autopsy.ts';
import { at } from '../testing/basics.ts';
import { neverTrue } from '../testing/evidence.ts';

const stretch = [{ from: at(2), to: at(9) }];
/** A comparison whose value was in this range since the fault. */
const compared = (
  left: string,
  operator: string,
  threshold: number,
  observed: [number, number] | undefined,
  more: Partial<ConditionEvidence> = {},
): ConditionEvidence => ({
  kind: 'comparison',
  text: `${left} ${operator} ${threshold}`,
  ...{ left, operator, threshold },
  ...(observed ? { observed: { min: observed[0], max: observed[1] } } : {}),
  held: [],
  ...more,
});
const joined = (
  kind: ConditionEvidence['kind'],
  text: string,
  more: Partial<ConditionEvidence> = {},
): ConditionEvidence => ({
  ...{ kind, text, held: [] },
  ...more,
});
const under = (parent: number, one: ConditionEvidence): ConditionEvidence => ({ ...one, parent });
const holds = (one: ConditionEvidence): ConditionEvidence => ({ ...one, held: stretch });

const with_ = (conditions: ConditionEvidence[], more: Partial<AlertEvidence> = {}) =>
  autopsyWithoutPage(neverTrue({ conditions, ...more }));

/** Evidence of a rule of Grafana whose condition has an unsupported form. */
const { conditions: _, comparison: __, ...unsupported } = neverTrue({ manager: 'grafana', sides: [] });

const never = 'the threshold was never crossed';
const hop = 'expression true';
const latency = (threshold: number, most: number) =>
  with_([compared('histogram_quantile(0.99, rate(latency_bucket[4s]))', '>', threshold, [0.1, most])], {
    quantiles: [{ argument: 'rate(latency_bucket[4s])', labels: [], highest: 2.5 }],
  });
const rows: Row[] = [
  [
    'the threshold is above the highest bucket of the histogram',
    hop,
    latency(5, 2.5),
    'it must be > 5',
    'histogram_quantile gives at most the highest finite bucket, which is 2.5',
  ],
  [never, hop, latency(2, 1.4), 'it must be > 2'],
  [never, hop, latency(5, 1.4), 'it must be > 5'],
  [
    never,
    hop,
    with_([
      joined('and', 'ratio > 0.05 and rate > 100'),
      under(0, holds(compared('ratio', '>', 0.05, [0, 0.5]))),
      under(0, compared('rate', '>', 100, [7.6, 8.1])),
    ]),
    'rate was at most 8.1 since the fault; it must be > 100',
    'ratio > 0.05: held (it was 0 to 0.5)',
  ],
  [
    never,
    hop,
    with_([
      joined('and', '(a > 1 and b < 2) and c != 0'),
      under(0, joined('and', 'a > 1 and b < 2')),
      under(1, holds(compared('a', '>', 1, [2, 3]))),
      under(1, compared('b', '<', 2, [5, 6])),
      under(0, compared('c', '!=', 0, [0, 0])),
    ]),
    'b was at least 5 since the fault; it must be < 2',
    'c was 0 since the fault; it must be != 0',
  ],
  [
    never,
    hop,
    with_([
      joined('or', 'a > 1 or b > 2'),
      under(0, compared('a', '>', 1, [0, 0.5])),
      under(0, compared('b', '>', 2, undefined)),
    ]),
    'a was at most 0.5 since the fault; it must be > 1',
    'b had no value since the fault',
  ],
  [
    never,
    hop,
    with_([
      joined('unless', 'a > 0.95 unless on () (m == 1)'),
      under(0, compared('a', '>', 0.95, [0, 0.5])),
      under(0, compared('m', '==', 1, undefined)),
    ]),
    'a was at most 0.5 since the fault; it must be > 0.95',
  ],
  [
    'the right side of `unless` kept the rule false',
    hop,
    with_([
      joined('unless', 'a > 0.05 unless on () (m == 1)'),
      under(0, holds(compared('a', '>', 0.05, [0, 0.5]))),
      under(0, holds(compared('m', '==', 1, [1, 1]))),
    ]),
    'm == 1 held: it was 1 to 1',
    'a > 0.05 held as well, and was excluded by it',
  ],
  [
    'what the rule wants to be absent was there',
    hop,
    with_([{ kind: 'absence', text: 'absent(up)', left: 'up', held: [] }]),
    'up had series since the fault',
  ],
  [
    'the rule compares with a past of which Prometheus has no samples',
    hop,
    with_([
      {
        ...{ kind: 'comparison', text: 'rate(n[20s]) < rate(n[20s] offset 96m)', held: [] },
        ...{ left: 'rate(n[20s])', operator: '<', right: 'rate(n[20s] offset 96m)' },
        observed: { min: 4, max: 20 },
      },
    ]),
    'rate(n[20s]) was at least 4 since the fault; it must be < rate(n[20s] offset 96m), which had no value',
    'its offset is 96 m; load.history gives Prometheus a past of that length',
  ],
  [
    'the right side of a comparison had no value',
    hop,
    with_([
      {
        ...{ kind: 'comparison', text: 'a > b', held: [] },
        ...{ left: 'a', operator: '>', right: 'b' },
        observed: { min: 4, max: 20 },
      },
    ]),
    'a was at most 20 since the fault; it must be > b, which had no value',
  ],
  [
    'both sides of an operation exist but match no labels',
    hop,
    with_([
      {
        ...{ kind: 'comparison', text: 'a < b', left: 'a', operator: '<', right: 'b', held: [] },
        ...{ observed: { min: 4, max: 20 }, observedRight: { min: 9, max: 9 } },
        unpaired: {
          expression: 'a < b',
          sides: [
            { text: 'a', labels: [{ job: 'shop' }] },
            { text: 'b', labels: [{ instance: 'shop-1' }] },
          ],
        },
      },
    ]),
    'a: {job="shop"}',
    'b: {instance="shop-1"}',
    '< pairs them by all labels',
  ],
  [
    'both sides of `and` held, but never together',
    hop,
    with_([
      joined('and', 'a > 1 and b > 2'),
      under(0, holds(compared('a', '>', 1, [0, 2]))),
      under(0, { ...compared('b', '>', 2, [0, 4]), held: [{ from: at(10), to: at(12) }] }),
    ]),
    'a > 1 held from ',
    'b > 2 held from ',
  ],
  [
    'both sides of an operation exist but match no labels',
    hop,
    with_([
      joined('and', 'a > 1 and b > 2', {
        unpaired: {
          expression: 'a > 1 and b > 2',
          sides: [
            { text: 'a', labels: [{ job: 'shop', instance: '1' }] },
            { text: 'b', labels: [{ job: 'shop' }] },
          ],
        },
      }),
      under(0, holds(compared('a', '>', 1, [0, 2]))),
      under(0, holds(compared('b', '>', 2, [0, 4]))),
    ]),
    'and pairs them by all labels',
  ],
  [
    'both sides of an operation exist but match no labels',
    hop,
    with_([
      joined('and', 'errors / attempts > 0.05 and c > 1'),
      under(
        0,
        compared('errors / attempts', '>', 0.05, undefined, {
          unpaired: {
            expression: 'errors / attempts',
            sides: [
              { text: 'errors', labels: [{ reason: 'a' }] },
              { text: 'attempts', labels: [{}] },
            ],
          },
        }),
      ),
      under(0, holds(compared('c', '>', 1, [2, 2]))),
    ]),
    'errors: {reason="a"}',
  ],
  [
    never,
    hop,
    with_([
      compared('a', '>', 0, [3, 4], {
        text: 'a > 2 * (a offset 1d)',
        threshold: undefined,
        right: '2 * (a offset 1d)',
        observedRight: { min: 6, max: 9 },
      }),
    ]),
    'a was at most 4 since the fault; it must be > 2 * (a offset 1d), which was at least 6',
  ],
  [
    never,
    hop,
    with_([
      compared('a', '>', 0, [1, 8], {
        text: 'a > on (job) b',
        threshold: undefined,
        right: 'b',
        observedRight: { min: 3, max: 10 },
        nearest: { labels: { job: 'x' }, left: 1, right: 3 },
      }),
    ]),
    // The largest value on the left and the smallest on the right have different jobs.
    'a was at most 8 since the fault; it must be > b, which was at least 3; nearest to it: 1 against 3 of {job="x"}',
  ],
  [
    never,
    hop,
    with_([
      joined('and', 'a > b and c > 2'),
      under(0, {
        ...holds(compared('a', '>', 0, [4, 5], { text: 'a > b', threshold: undefined, right: 'b' })),
        observedRight: { min: 1, max: 2 },
      }),
      under(0, compared('c', '>', 2, [0, 1])),
    ]),
    'a > b: held (it was 4 to 5, the other side 1 to 2)',
  ],
  [
    never,
    hop,
    with_([
      joined('and', 'a > bool 1 and b > 2'),
      under(0, holds(compared('a', '>', 1, [0, 0], { text: 'a > bool 1', bool: true }))),
      under(0, compared('b', '>', 2, [0, 1])),
    ]),
    'a > bool 1: held whatever its value, for it has bool (it was 0 to 0)',
  ],
  [
    "the value of the rule's condition is not known",
    hop,
    autopsyWithoutPage(unsupported),
    'was not true in any evaluation by Grafana',
  ],
  [
    'the expression had no value',
    hop,
    with_([compared('a / b', '>', 0.05, undefined, { notNumbers: true })]),
    'a / b was no number since the fault, as 0/0 is',
  ],
  [
    never,
    hop,
    // The aggregation has no value because of the comparison inside it.
    with_([compared('count(up == 0)', '>', 2, undefined), under(0, compared('up', '==', 0, [1, 1]))]),
    'up was 1 since the fault; it must be == 0',
  ],
];

describe('autopsy of a rule with several conditions', () => testRows(rows));
