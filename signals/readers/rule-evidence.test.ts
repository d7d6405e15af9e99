import { expect } from 'chai';
import type { Labels } from '../../core/labels.ts';
import { collectAlertEvidence } from './alert-evidence.ts';
import { conditions } from './conditions-evidence.ts';
import type { AlertingRule, LoadedRecordingRule, PrometheusReader } from './prometheus.ts';
import { recordingsBehind } from './recordings-evidence.ts';
import type { Sample, Series } from './series.ts';
import { quantileArguments, windows } from './windows-evidence.ts';

const series = (labels: Record<string, string>, ...values: number[]): Series => ({
  labels,
  samples: values.map((value, i): Sample => [1000 * (i + 1), value]),
});
const span = { injectedAt: 1000, fromMs: 0, toMs: 9000, stepMs: 1000 };

/** A Prometheus that has these answers, and nothing else. */
function prometheus(
  answers: Record<string, Series[]>,
  loaded: { rules?: AlertingRule[]; recordings?: LoadedRecordingRule[] } = {},
): PrometheusReader {
  const found = (selector: string) => answers[selector] ?? [];
  const fake: Partial<PrometheusReader> = {
    rules: async () => loaded.rules ?? [],
    recordings: async () => loaded.recordings ?? [],
    queryRange: async (query) => ({ series: found(query) }),
    rawSamples: async (selector) => [...found(selector)],
    metricNames: async () => [],
    labelValues: async (label, selector) => found(selector).map(({ labels }) => labels[label] ?? ''),
    seriesOf: async (selector) => ({
      count: found(selector).length,
      labels: found(selector).map(({ labels }) => labels),
    }),
  };
  return fake as PrometheusReader;
}

const rule = (index: number, query: string, labels: Labels): AlertingRule => ({
  ...{ name: 'High', group: 'g', file: 'a.yml', index, query, labels: { ...labels }, annotations: {} },
  ...{ durationMs: 0, keepFiringForMs: 0, intervalMs: 1000, health: 'ok', lastError: '', state: 'inactive' },
});

describe('evidence of conditions', () => {
  it('has what each side was, and when it held', async () => {
    const a = [series({ job: 'x' }, 0, 3)];
    const asked = prometheus({
      a,
      'a > 1': [{ labels: { job: 'x' }, samples: [[2000, 3]] }],
      b: [series({}, Number.NaN)],
    });
    const [whole, left, right] = await conditions(asked, 'a > 1 and b > 100', span);
    expect(whole).to.deep.include({ kind: 'and', held: [] });
    expect(left).to.deep.include({
      parent: 0,
      observed: { min: 0, max: 3 },
      held: [{ from: 2000, to: 2000 }],
    });
    expect(right).to.deep.include({ parent: 0, threshold: 100, notNumbers: true, held: [] });
    expect(right).not.to.have.property('observed');
  });

  it('has when the left side had lost its value', async () => {
    const left = 'count(up == 1)';
    const [one] = await conditions(prometheus({ [left]: [series({}, 2, 1)] }), `${left} == 0`, span);
    expect(one?.gone).to.deep.equal({ series: 1, stretches: [{ labels: {}, from: 3000, to: 9000 }] });
    const whole = series({}, ...Array.from({ length: 9 }, () => 1));
    const [two] = await conditions(prometheus({ [left]: [whole] }), `${left} == 0`, span);
    expect(two).not.to.have.property('gone');
  });

  it('are of the pair of series that comes nearest, where vectors are compared', async () => {
    const answers = {
      a: [series({ job: 'x' }, 1, 2), series({ job: 'y' }, 8, 7)],
      b: [series({ job: 'x' }, 3, 9), series({ job: 'y' }, 20, 20)],
      '(a) + on (job) 0 * (b)': [series({ job: 'x' }, 1, 2), series({ job: 'y' }, 8, 7)],
      '0 * (a) + on (job) (b)': [series({ job: 'x' }, 3, 9), series({ job: 'y' }, 20, 20)],
    };
    const [one] = await conditions(prometheus(answers), 'a > on (job) b', span);
    expect(one).to.deep.include({
      observed: { min: 1, max: 8 },
      observedRight: { min: 3, max: 20 },
      nearest: { labels: { job: 'x' }, left: 1, right: 3 },
    });
    const held = { ...answers, 'a > on (job) b': [series({ job: 'y' }, 8)] };
    expect((await conditions(prometheus(held), 'a > on (job) b', span))[0]).not.to.have.property('nearest');
  });

  it('has the sides of an operation without matching labels', async () => {
    const answers = { a: [series({ job: 'x', id: '1' }, 1)], b: [series({ job: 'x' }, 1)] };
    const [whole] = await conditions(prometheus(answers), 'sum(a / b) > 1', span);
    expect(whole?.unpaired).to.deep.equal({
      expression: 'sum(a / b)',
      sides: [
        { text: 'a', labels: [{ job: 'x', id: '1' }] },
        { text: 'b', labels: [{ job: 'x' }] },
      ],
    });
    const [empty] = await conditions(prometheus({ a: answers.a }), 'a / b > 1', span);
    expect(empty).not.to.have.property('unpaired');
  });
});

describe('evidence of rules of one name', () => {
  const critical = rule(1, 'failures > 5', { severity: 'critical' });
  const warning = rule(0, 'errors > 2', { severity: 'warning' });
  const fired = (labels: Labels) =>
    series({ __name__: 'ALERTS', alertname: 'High', alertstate: 'firing', ...labels }, 1, 1);
  const held = (labels: Record<string, string>) => ({
    labels: { alertname: 'High', ...labels },
    ...{ firstSeenAt: 1, receivedAt: 1, startsAt: 1, receivers: [], state: 'active' },
    ...{ inhibitedBy: [], silencedBy: [], mutedBy: [], suppressed: [] },
  });
  const collect = (rules: AlertingRule[], alerts: Series[], all: ReturnType<typeof held>[], labels: Labels) =>
    collectAlertEvidence(prometheus({ '{__name__="ALERTS",alertname="High"}': alerts }, { rules }), all, {
      alert: 'High',
      labels,
      ...span,
    });

  it('is of the one that is expected', async () => {
    const alerts = [fired({ severity: 'warning', job: 'a' })];
    const all = [held({ severity: 'warning', job: 'a' })];
    const found = await collect([warning, critical], alerts, all, { severity: 'critical' });
    expect(found.rule).to.include({ index: 1, namesakes: 1, query: 'failures > 5' });
    expect(found).to.deep.include({ firing: [], pending: [], alertmanager: [] });
    const other = await collect([warning, critical], alerts, all, { severity: 'warning' });
    expect(other.firing).to.have.lengthOf(1);
    expect(other.alertmanager).to.have.lengthOf(1);
  });

  it('is of the one whose series it has, where both set the same labels', async () => {
    const [first, second] = [rule(0, 'a > 1', { team: 'x' }), rule(1, 'b > 1', { team: 'x' })];
    const alerts = [fired({ team: 'x', job: 'b' })];
    const found = await collect([first, second], alerts, [held({ team: 'x', job: 'b' })], { team: 'x' });
    expect(found.rule?.index).to.equal(0);
    expect(found).to.deep.include({ firing: [], alertmanager: [] });
  });

  it('follows an alert whose labels are changed on the way', async () => {
    const renamed = { team: 'payments', job: 'a' };
    const request = {
      ...{ alert: 'High', labels: {}, ...span },
      configured: {
        factor: 1,
        written: () => undefined,
        writtenQueries: () => [],
        dropsMetric: () => undefined,
        sent: () => ({ labels: { alertname: 'Renamed', ...renamed } }),
      },
    };
    const reader = prometheus(
      { '{__name__="ALERTS",alertname="High"}': [fired({ severity: 'warning', job: 'a' })] },
      { rules: [warning] },
    );
    const all = [{ ...held({}), labels: { alertname: 'Renamed', ...renamed } }, held({ severity: 'other' })];
    const found = await collectAlertEvidence(reader, all, request);
    expect(found.alertmanager.map(({ labels }) => labels.alertname)).to.deep.equal(['Renamed']);
  });
});

describe('evidence of what a rule reads', () => {
  const recorded = (name: string, query: string): LoadedRecordingRule => ({
    ...{ name, query, group: 'slo', file: 'b.yml', index: 0, intervalMs: 4000 },
    ...{ labels: {}, health: 'ok', lastError: '' },
  });

  it('follows recording rules, each once', async () => {
    const recordings = [
      recorded('job:ratio', 'job:errors / n'),
      recorded('job:errors', 'sum(erors) or job:errors'),
    ];
    const found = await recordingsBehind(prometheus({}, { recordings }), 'job:ratio > 1', span);
    expect(
      found.map(({ metric, selectors }) => [metric, ...selectors.map(({ text }) => text)]),
    ).to.deep.equal([
      ['job:ratio', 'job:errors', 'n'],
      ['job:errors', 'erors', 'job:errors'],
    ]);
    expect(found[0]?.selectors[0]?.nearest).to.deep.equal([]);
  });

  it('names the values of a label that a selector does not meet, the same number first', async () => {
    const all = ['10000.0', '100.0', '1000.0'].map((le) => series({ __name__: 'b', le }, 1));
    const reader = prometheus({ '{__name__="b"}': all, '{__name__="b",job=~"s.*"}': all });
    const { selectors } = await collectAlertEvidence(
      { ...reader, rules: async () => [rule(0, 'b{le="1000",job=~"s.*"} > 1', {})] },
      [],
      { alert: 'High', labels: {}, ...span },
    );
    expect(selectors[0]?.unmet).to.deep.equal([
      { matcher: 'le="1000"', label: 'le', values: ['1000.0', '100.0', '10000.0'] },
    ]);
  });

  it('counts the samples in windows, and quotes them as written', async () => {
    const reader = prometheus({
      'max(count_over_time(x[1s]))': [series({}, 1, 1, 2, 1)],
      x: [
        {
          labels: {},
          samples: [
            [0, 5],
            [1000, 6],
            [2000, 7],
          ],
        },
      ],
    });
    const pair = {
      used: 'rate(x[1s]) + max_over_time(y[1s])',
      written: 'rate(x[15s]) + max_over_time(y[15s])',
    };
    expect(await windows(reader, [pair, pair], 15, span)).to.deep.equal([
      {
        ...{ function: 'rate', text: 'x[1s]', written: 'x[15s]', windowMs: 1000 },
        ...{ samples: { min: 1, max: 2 }, enough: 0.25, everyMs: 1000, writtenEveryMs: 15_000 },
      },
    ]);
  });

  it('sees which series began after the fault, and with what', async () => {
    const late = {
      labels: { id: '1' },
      samples: [
        [3000, 7],
        [4000, 9],
      ] satisfies Sample[],
    };
    const before = {
      labels: { id: '2' },
      samples: [
        [500, 3],
        [4000, 9],
      ] satisfies Sample[],
    };
    const counted = { 'max(count_over_time(x[5s]))': [series({}, 1, 2)] };
    const pair = { used: 'increase(x[5s])' };
    const [found] = await windows(prometheus({ ...counted, x: [late] }), [pair], 1, span);
    expect(found?.born).to.deep.equal({ at: 3000, first: 7, rise: 2 });
    const [known] = await windows(prometheus({ ...counted, x: [late, before] }), [pair], 1, span);
    expect(known).not.to.have.property('born');
  });

  it('sees where buckets lost their label and which is the highest, and leaves native histograms alone', async () => {
    const query = (argument: string) => `histogram_quantile(0.9, ${argument}) > 1`;
    const reader = prometheus({
      'sum(rate(b[1m]))': [series({ job: 'x' }, 1)],
      'sum by (le) (rate(b[1m]))': ['0.5', '2.5', '+Inf'].map((le) => series({ le }, 1)),
      'sum(rate(native[1m]))': [series({ job: 'x' })],
    });
    const found = await quantileArguments(
      reader,
      ['sum(rate(b[1m]))', 'sum by (le) (rate(b[1m]))', 'sum(rate(native[1m]))', 'gone'].map(query),
      span,
    );
    expect(found).to.deep.equal([
      { argument: 'sum(rate(b[1m]))', labels: [{ job: 'x' }] },
      { argument: 'sum by (le) (rate(b[1m]))', labels: [], highest: 2.5 },
    ]);
  });
});
