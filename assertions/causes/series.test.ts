import { expect } from 'chai';
import type { AlertEvidence, ConditionEvidence, Recording, Selector, WindowRead } from '../../core/record.ts';
import { autopsyWithoutPage, type Row, testRows } from '../testing/autopsy.ts';
import { at } from '../testing/basics.ts';
import { evidenceOf, neverTrue, pendingState } from '../testing/evidence.ts';

const selector = (metric: string, more: Partial<Selector> = {}): Selector => ({
  ...{ text: metric, metric, series: 0, nearest: [], labelsFound: [] },
  ...more,
});
const there = (metric: string, more: Partial<Selector> = {}) => selector(metric, { series: 2, ...more });
const comparison = (left: string, observed?: { min: number; max: number }): ConditionEvidence => ({
  ...{ kind: 'comparison', text: `${left} > 0.95`, left, operator: '>', threshold: 0.95, held: [] },
  ...(observed ? { observed } : {}),
});
const recording = (
  metric: string,
  query: string,
  selectors: Selector[],
  more: Partial<Recording> = {},
): Recording => ({
  ...{
    metric,
    query,
    selectors,
    file: 'rules/slo.yml',
    group: 'slo',
    intervalMs: 4000,
    health: 'ok',
    lastError: '',
  },
  ...more,
});
const short: WindowRead = {
  function: 'rate',
  text: 'errors_total[1s]',
  written: 'errors_total[15s]',
  windowMs: 1000,
  samples: { min: 1, max: 1 },
  enough: 0,
  everyMs: 1000,
  writtenEveryMs: 15_000,
};

const hop = 'expression true';
const never = 'the threshold was never crossed';
const noMetric = 'a metric that the rule reads does not exist';
const of = (changes: Partial<AlertEvidence>) =>
  autopsyWithoutPage(neverTrue({ conditions: [comparison('x')], ...changes }));
const crossed = { conditions: [comparison('ratio', { min: 0, max: 0.5 })] };
const histogram = there('latency_bucket', { labelsFound: [{ le: '100.0', job: 'shop' }] });

const droppedBy = (action: string) => ({
  place: 'scrape_configs[shop].metric_relabel_configs[0]',
  entry: `{ action: ${action} }`,
});

const rows: Row[] = [
  [
    never,
    hop,
    of({
      ...crossed,
      selectors: [there('errors_total'), selector('maintenance_mode', { absence: 'wanted' })],
    }),
    'ratio was at most 0.5',
  ],
  [
    'a metric that the rule reads is dropped when it is scraped',
    hop,
    of({ selectors: [selector('errors_total', { droppedBy: droppedBy('drop') })] }),
    'metric_relabel_configs[0] drops it after the scrape: { action: drop }',
  ],
  [
    noMetric,
    hop,
    of({ selectors: [selector('erors_total', { droppedBy: droppedBy('keep') })] }),
    'metric_relabel_configs[0] drops it after the scrape: { action: keep }',
  ],
  [
    noMetric,
    hop,
    of({ selectors: [selector('erors_total'), selector('maintenance_mode', { absence: 'wanted' })] }),
    'erors_total: no series',
  ],
  [
    never,
    hop,
    // The rule reads the fault's metric, so a missing series beside it is not the cause.
    of({
      ...crossed,
      selectors: [there('errors_total'), selector('timeouts_total', { absence: 'tolerated' })],
    }),
    'ratio was at most 0.5',
  ],
  [
    noMetric,
    hop,
    of({
      conditions: [comparison('(sum(erors_total) or vector(0))', { min: 0, max: 0 })],
      selectors: [selector('erors_total', { absence: 'tolerated', nearest: ['errors_total'] })],
    }),
    'nearest existing metrics: errors_total',
  ],
  [
    'a metric that a recording rule reads does not exist',
    hop,
    of({
      selectors: [selector('job:ratio')],
      recordings: [
        recording('job:ratio', 'job:errors / job:attempts', [selector('job:errors'), there('job:attempts')]),
        recording('job:errors', 'sum(erors_total)', [selector('erors_total', { nearest: ['errors_total'] })]),
      ],
    }),
    'job:ratio is recorded by rules/slo.yml, group slo: job:errors / job:attempts',
    'job:errors is recorded by rules/slo.yml, group slo: sum(erors_total)',
    'erors_total: no series',
    'nearest existing metrics: errors_total',
  ],
  [
    'the recording rule behind a metric failed to evaluate',
    hop,
    of({
      selectors: [selector('job:ratio')],
      recordings: [
        recording('job:ratio', 'a * on (job) b', [there('a'), there('b')], {
          ...{ health: 'err', lastError: 'found duplicate series' },
        }),
      ],
    }),
    'it fails: found duplicate series',
  ],
  [
    'the recording rule behind a metric gave no value',
    hop,
    of({
      selectors: [selector('job:ratio')],
      recordings: [recording('job:ratio', 'a > 3', [there('a')], { health: 'unknown', intervalMs: 240_000 })],
    }),
    'it has not been evaluated yet; its interval is 4 m',
  ],
  [
    'a label that the rule selects has other values',
    hop,
    of({
      selectors: [
        selector('latency_bucket', {
          text: 'latency_bucket{le="1000"}',
          labelsFound: [{ le: '1000.0', job: 'shop' }],
          unmet: [{ matcher: 'le="1000"', label: 'le', values: ['1000.0', '100.0'] }],
        }),
      ],
    }),
    'no series has le="1000"; values of le, nearest first: "1000.0", "100.0"',
  ],
  [
    'a label that the rule selects does not exist',
    hop,
    of({
      selectors: [
        selector('up', {
          labelsFound: [{ job: 'shop' }],
          unmet: [{ matcher: 'service="shop"', label: 'service', values: [] }],
        }),
      ],
    }),
    'up has no label service',
    'up exists with {job="shop"}',
  ],
  [
    'the window of the rule holds fewer than two samples',
    hop,
    of({
      conditions: [comparison('sum(rate(errors_total[1s]))')],
      selectors: [there('errors_total')],
      windows: [short],
    }),
    'rate(errors_total[15s]) needs two samples in its window, which held at most 1 since the fault; a sample comes every 15.0 s',
    'at this pace errors_total[1s]',
  ],
  [
    'the window of the rule holds fewer than two samples',
    hop,
    of({
      selectors: [selector('job:errors')],
      recordings: [recording('job:errors', 'sum(rate(errors_total[1s]))', [there('errors_total')])],
      windows: [short],
    }),
    'rate(errors_total[15s]) needs two samples',
  ],
  [
    never,
    hop,
    // A short window is not the cause if another condition kept the rule false.
    of({ ...crossed, selectors: [there('errors_total')], windows: [short] }),
    'ratio was at most 0.5',
  ],
  [
    'the series was born with the fault, and its first value is not counted',
    hop,
    of({
      conditions: [comparison('sum(increase(errors_total[1s]))', { min: 0, max: 0 })],
      selectors: [there('errors_total')],
      windows: [
        { ...short, samples: { min: 1, max: 9 }, enough: 0.9, born: { at: at(2), first: 12, rise: 0 } },
      ],
    }),
    'they began at 12 in all and rose by 0 since',
  ],
  [
    never,
    hop,
    // Enough values came later, so the threshold is the cause.
    of({
      conditions: [comparison('sum(increase(errors_total[1s]))', { min: 0, max: 0.5 })],
      selectors: [there('errors_total')],
      windows: [
        { ...short, samples: { min: 1, max: 9 }, enough: 0.9, born: { at: at(2), first: 1, rise: 40 } },
      ],
    }),
    'was at most 0.5',
  ],
  [
    'the window of the rule holds two samples only now and then',
    'firing',
    autopsyWithoutPage(
      evidenceOf({
        pending: [pendingState],
        firing: [],
        alertmanager: [],
        windows: [{ ...short, samples: { min: 1, max: 2 }, enough: 0.31 }],
      }),
    ),
    'it held two in 31 % of the time',
  ],
  [
    '`for` was never satisfied',
    'firing',
    autopsyWithoutPage(
      evidenceOf({
        pending: [pendingState],
        firing: [],
        alertmanager: [],
        windows: [{ ...short, windowMs: 4000, samples: { min: 1, max: 4 }, enough: 0.95 }],
      }),
    ),
    'longest true stretch',
  ],
  [
    '`le` was summed away before histogram_quantile',
    hop,
    of({
      conditions: [comparison('histogram_quantile(0.99, sum by (job) (rate(latency_bucket[4s])))')],
      selectors: [histogram],
      quantiles: [{ argument: 'sum by (job) (rate(latency_bucket[4s]))', labels: [{ job: 'shop' }] }],
    }),
    'histogram_quantile needs the label le; sum by (job) (rate(latency_bucket[4s])) has {job="shop"}',
  ],
  [
    'histogram_quantile reads series that are no buckets',
    hop,
    of({
      selectors: [there('latency_sum', { labelsFound: [{ job: 'shop' }] })],
      quantiles: [{ argument: 'rate(latency_sum[4s])', labels: [{ job: 'shop' }] }],
    }),
    'rate(latency_sum[4s]) has {job="shop"}',
  ],
];

describe('autopsy of a rule with missing or unsuitable series', () => {
  testRows(rows);

  it('identifies the rule if another one has its name', () => {
    const { rule } = evidenceOf();
    if (!rule) throw new Error('the sample has no rule');
    const found = of({ rule: { ...rule, index: 1, namesakes: 1 }, selectors: [selector('failures_total')] });
    expect(found?.cause).to.equal(noMetric);
    expect(found?.evidence.at(-1)).to.equal(
      'the rule: checkout.yml, group checkout, number 2, with {severity="critical", team="payments"}; another rule has its name',
    );
  });
});
