import { expect } from 'chai';
import type { EvidenceRequest } from './evidence-request.ts';
import type { GrafanaReader, GrafanaRule } from './grafana.ts';
import { collectGrafanaEvidence, dataSourceOf, type GrafanaSources } from './grafana-evidence.ts';
import type { SeenState } from './grafana-states.ts';
import type { PrometheusReader } from './prometheus.ts';
import type { Sample, Series } from './series.ts';

const series = (labels: Record<string, string>, ...values: number[]): Series => ({
  labels,
  samples: values.map((value, i): Sample => [1000 * (i + 1), value]),
});
const request: EvidenceRequest = {
  ...{ alert: 'High', labels: {}, injectedAt: 2000, fromMs: 1000, toMs: 4000, stepMs: 1000 },
};

const rule = (folder: string): GrafanaRule => ({
  ...{ name: 'High', folder, group: 'g', intervalMs: 1000, forMs: 0, query: '' },
  ...{ labels: { team: 'x' }, annotations: {}, health: 'ok', lastError: '', alerts: [] },
});
const seen = (folder: string): SeenState => ({
  alert: 'High',
  labels: { alertname: 'High', grafana_folder: folder, team: 'x' },
  ...{ state: 'Alerting', reason: '', since: 3000, lastSeenAt: 3500 },
});

/** A rule whose condition is this `math` expression, of `$A` and `$B`, which are queries of the same names. */
function sources(math: string, answers: Record<string, Series[]>, reducer?: string): GrafanaSources {
  const query = (refId: string, expr: string) => ({
    ...{ refId, datasourceUid: 'prometheus', relativeTimeRange: { from: 2, to: 0 } },
    model: { expr, instant: reducer === undefined },
  });
  const of = (refId: string, model: object) => ({ refId, datasourceUid: '__expr__', model: { ...model } });
  const reduced = reducer === undefined ? [] : [of('R', { type: 'reduce', reducer, expression: 'A' })];
  const condition = of('C', { type: 'math', expression: math });
  const definition = { uid: 'u', title: 'High', ruleGroup: 'g', condition: 'C', isPaused: false };
  const grafana: GrafanaSources['grafana'] = {
    definitions: async () => [
      { ...definition, data: [query('A', 'a'), query('B', 'b and c > 5'), ...reduced, condition] },
    ],
    dataSources: async () => [{ uid: 'prometheus', type: 'prometheus', name: 'p' }],
    contactPoints: async () => [],
    rules: async () => [rule('one'), rule('two')],
  } satisfies Partial<GrafanaReader>;
  const prometheus: Partial<PrometheusReader> = {
    recordings: async () => [],
    metricNames: async () => [],
    rawSamples: async () => [],
    queryRange: async (expr) => ({ series: answers[expr] ?? [] }),
    seriesOf: async (selector) => ({ count: selector in answers ? 1 : 0, labels: [] }),
  };
  const watch = { alerts: () => [], states: () => [seen('two')], errors: () => [] };
  return { grafana, watch, prometheus: prometheus as PrometheusReader };
}
const collect = (math: string, answers: Record<string, Series[]>, folder = 'one', reducer?: string) =>
  collectGrafanaEvidence(sources(math, answers, reducer), rule(folder), [], request);

describe('evidence of a rule of Grafana’s', () => {
  it('is asked of the data source that the rule asks, if it is of that type', async () => {
    const { grafana } = sources('$A > 1', {});
    const others = [
      { uid: 'elsewhere', type: 'prometheus', name: 'another one' },
      ...(await grafana.dataSources()),
    ];
    const asked = (type: string) =>
      dataSourceOf({ ...grafana, dataSources: async () => others }, rule('one'), type);
    expect(await asked('prometheus')).to.equal('prometheus');
    expect(await asked('loki')).to.equal(undefined);
  });

  it('is true only while both sides of && are, on series that pair', async () => {
    const answers = {
      a: [series({ job: 'x' }, 9, 9, 9, 0)],
      'b and c > 5': [series({ job: 'x', id: '1' }, 0, 0, 9, 9), series({ job: 'y' }, 9, 9, 9, 9)],
    };
    const both = await collect('$A > 1 && $B > 1', answers);
    expect(both.rule?.query).to.equal('(a) > 1 and (b and c > 5) > 1');
    expect(both.trueStretches).to.deep.equal([{ from: 3000, to: 3000 }]);
    const either = await collect('$A > 1 || $B > 1', answers);
    expect(either.trueStretches).to.deep.equal([{ from: 1000, to: 4000 }]);
  });

  it('has what each comparison was since the fault, and the conditions inside of one without a value', async () => {
    const { conditions } = await collect('$A > 1 && $B > 1', {
      a: [series({}, 0, 2, 3)],
      b: [series({}, 1)],
      c: [series({}, 4, 4, 4)],
    });
    expect(conditions?.map(({ kind, text, parent }) => [kind, text, parent])).to.deep.equal([
      ['and', '(a) > 1 and (b and c > 5) > 1', undefined],
      ['comparison', '(a) > 1', 0],
      ['comparison', '(b and c > 5) > 1', 0],
      ['and', 'b and c > 5', 2],
      ['vector', 'b', 3],
      ['comparison', 'c > 5', 3],
    ]);
    expect(conditions?.[1]).to.deep.include({
      observed: { min: 2, max: 3 },
      held: [{ from: 2000, to: 3000 }],
    });
    expect(conditions?.[5]).to.deep.include({ observed: { min: 4, max: 4 }, held: [] });
  });

  it('is what the rule makes of the points of its range', async () => {
    const answers = { a: [series({}, 0, 3, 0, 0)] };
    const most = await collect('$R > 1', answers, 'one', 'max');
    expect(most.rule?.query).to.equal('max_over_time((a)[2s:1s]) > 1');
    expect(most.trueStretches).to.deep.equal([{ from: 2000, to: 4000 }]);
    const least = await collect('$R > 1', answers, 'one', 'min');
    expect(least.trueStretches).to.deep.equal([]);
    expect(least.comparison).to.deep.include({
      left: 'min_over_time((a)[2s:1s])',
      observed: { min: 0, max: 0 },
    });
    const mean = await collect('$R >= 1', answers, 'one', 'mean');
    expect(mean.conditions?.[0]).to.deep.include({
      kind: 'comparison',
      left: 'avg_over_time((a)[2s:1s])',
      observed: { min: 1, max: 1.5 },
    });
  });

  it('has the series of every query if the form of the condition is not supported', async () => {
    const { conditions, comparison, selectors, sides } = await collect('$A / $B > 0.05', {
      a: [series({}, 1)],
    });
    expect([conditions, comparison, sides]).to.deep.equal([undefined, undefined, []]);
    expect(selectors.map(({ text, series: count }) => [text, count])).to.deep.equal([
      ['a', 1],
      ['b', 0],
      ['c', 0],
    ]);
  });

  it('takes the states of the rule in its own folder', async () => {
    const one = await collect('$A > 1', {}, 'one');
    expect(one.rule).to.include({ file: 'one', namesakes: 1 });
    expect(one.firing).to.deep.equal([]);
    expect((await collect('$A > 1', {}, 'two')).firing).to.have.lengthOf(1);
  });
});
