import type { ChildProcess } from 'node:child_process';
import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import { met, notYet, until } from '../../core/poll.ts';
import { Scope } from '../../core/scope.ts';
import { type PrometheusReader, prometheusReader } from '../../signals/readers/prometheus.ts';
import { serve, startPrometheus } from '../../signals/readers/testing/components.ts';
import { type RemoteWriter, remoteWriter, type SampledLine } from '../../signals/writers/remote-write.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { pastOfCounter } from './extrapolate.ts';
import { ruleReadsOf } from './rule-reads.ts';
import { writeHistory } from './write-history.ts';

const second = 1_000;
const minute = 60 * second;
const everyMs = 500;
/** Requests per second while there is load. */
const rate = 20;

const receiving = ['--web.enable-remote-write-receiver'];
const storage = { tsdb: { out_of_order_time_window: '1d' } };
const rules = {
  groups: [
    {
      name: 'shop',
      rules: [
        { record: 'shop:requests:rate10m', expr: 'sum(rate(requests_total[10m]))' },
        { alert: 'NoRequests', expr: 'rate(requests_total[1h] offset 30m) < 1' },
        { alert: 'FewRequests', expr: 'avg_over_time(shop:requests:rate10m[30m]) < 1' },
        { alert: 'Slow', expr: 'histogram_quantile(0.5, sum by (le) (rate(latency_bucket[1h]))) > 1' },
        { alert: 'Restarting', expr: 'resets(requests_total[1h]) > 0' },
        { alert: 'Full', expr: 'avg_over_time(pool_used[1h]) > 0.9' },
      ],
    },
  ],
};

describe('a history in a real Prometheus', () => {
  const scope = new Scope();
  const ended = new AbortController();
  const { signal } = ended;
  const children: ChildProcess[] = [];
  let program: string;
  let target: string;
  const startedAt = Date.now();
  /** Since when the target counts requests. */
  let loadFrom = Number.POSITIVE_INFINITY;

  before(async function () {
    this.timeout(600_000); // The first run on a machine builds it.
    const tools = await builtTools(['prometheus'], signal);
    program = tools.path('prometheus');
    target = await serve(scope, (_, response) => {
      const requests = Math.floor((rate * Math.max(0, Date.now() - loadFrom)) / second);
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(
        [
          `requests_total ${requests}`,
          `latency_bucket{le="0.1"} ${Math.floor(requests / 4)}`,
          `latency_bucket{le="0.5"} ${requests}`,
          `latency_bucket{le="+Inf"} ${requests}`,
          'pool_used 0.25\n',
        ].join('\n'),
      );
    });
  });

  after(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  const configOf = (more: object) => ({
    global: {
      scrape_interval: `${everyMs}ms`,
      scrape_timeout: `${everyMs}ms`,
      evaluation_interval: `${everyMs}ms`,
    },
    rule_files: ['rules.yml'],
    scrape_configs: [{ job_name: 'shop', static_configs: [{ targets: [target] }] }],
    ...more,
  });

  async function started(more: object, flags: readonly string[]) {
    const files = { 'prometheus.yml': configOf(more), 'rules.yml': rules };
    const url = await startPrometheus(scope, children, program, { files, flags, signal });
    return { prometheus: prometheusReader(url, signal), writer: remoteWriter(url, signal) };
  }

  /** Waits until the target was scraped without load, then for some seconds with it. */
  async function warm({ prometheus }: { prometheus: PrometheusReader }): Promise<void> {
    const scraped = async (what: string, seconds: number, from: number) =>
      await until(
        `samples ${what}`,
        async () => {
          const [series] = await prometheus.rawSamples('requests_total', from, Date.now());
          const count = series?.samples.length ?? 0;
          return count * everyMs >= seconds * second ? met(true) : notYet(`${count} samples`);
        },
        { where: 'test', withinMs: 30_000, signal },
      );
    loadFrom = Number.POSITIVE_INFINITY;
    await scraped('without load', 2, startedAt);
    loadFrom = Date.now();
    await scraped('with load', 2, loadFrom);
  }

  const historyIn = (
    { prometheus, writer }: { prometheus: PrometheusReader; writer: RemoteWriter },
    withinMs = 30_000,
  ) =>
    writeHistory(
      { prometheus, writer, signal, onNotMet: () => {} },
      {
        reads: ruleReadsOf(
          new UsedFiles([
            ['prometheus/prometheus.yml', JSON.stringify(configOf({}))],
            ['prometheus/rules.yml', JSON.stringify(rules)],
          ]),
        ),
        lengthMs: 120 * minute,
        liveFrom: startedAt,
        loadFrom,
        exportMs: 0,
      },
      withinMs,
    );

  const refusalOf = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'nothing was refused',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );

  it('has the rules see hours of the same traffic, without a gap and without a reset', async () => {
    const stack = await started({ storage }, receiving);
    const { prometheus } = stack;
    const valueNow = async (query: string) => {
      const now = Date.now();
      const { series, error } = await prometheus.queryRange(query, now, now, second);
      expect(error, query).to.equal(undefined);
      return series[0]?.samples[0]?.[1];
    };
    await warm(stack);
    // Of a window of an hour with seconds of traffic, almost nothing is left.
    expect(await valueNow('rate(requests_total[1h])')).to.be.below(1);
    const written = await historyIn(stack);
    for (const [query, value] of [
      ['rate(requests_total[5m])', rate],
      ['rate(requests_total[1h])', rate],
      ['rate(requests_total[1h] offset 30m)', rate],
      ['avg_over_time(shop:requests:rate10m[30m])', rate],
      // A quarter is below 0.1 s and the others below 0.5 s: a third of the way from one to the other.
      ['histogram_quantile(0.5, sum by (le) (rate(latency_bucket[1h])))', 0.1 + 0.4 / 3],
    ] as const)
      expect(await valueNow(query), query).to.be.closeTo(value, 0.03 * value);
    expect(await valueNow('resets(requests_total[90m])')).to.equal(0);
    expect(await valueNow('avg_over_time(pool_used[1h])')).to.equal(0.25);
    // One sample each half second, on both sides of the first live one.
    expect(await valueNow('count_over_time(requests_total[1h])')).to.be.within(7_190, 7_201);
    // An hour and, of the requests, half an hour more.
    expect(written.series).to.equal(6);
    const ages = [90, 60, 60, 60, 60, 30].map((minutes) => (minutes * minute) / everyMs + 1);
    expect(written.samples).to.equal(ages.reduce((sum, count) => sum + count, 0));
    expect(Date.now() - (written.from ?? 0)).to.be.within(90 * minute, 93 * minute);
  });

  it('is refused with Prometheus’ answer where it takes no older samples, or none at all', async () => {
    for (const [more, flags, answer] of [
      [{}, receiving, /api\/v1\/write answered 400: .*out of (bounds|order)/],
      [{ storage }, [], /api\/v1\/write answered 404: .*--web\.enable-remote-write-receiver/],
    ] as const) {
      const stack = await started(more, flags);
      await warm(stack);
      expect(await refusalOf(historyIn(stack))).to.match(answer);
    }
  });

  it('is missed if it was not stored', async () => {
    const stack = await started({ storage }, receiving);
    await warm(stack);
    const losing = { ...stack, writer: { write: async () => {} } };
    const refusal = await refusalOf(historyIn(losing, 10_000));
    expect(refusal).to.match(/last seen: \{.*\} has 0 of \d+ samples of its history/);
  });

  it('turns 3.6 s until a burn-rate alert into the 104 s of production', async () => {
    const files = { 'prometheus.yml': { storage } };
    const url = await startPrometheus(scope, children, program, { files, flags: receiving, signal });
    const [prometheus, writer] = [prometheusReader(url, signal), remoteWriter(url, signal)];
    const stepMs = 200;
    const faultAt = Math.floor(Date.now() / second) * second - 10 * minute;
    const healthyMs = 2 * minute;
    const faultyMs = 3 * minute;
    const line = (
      labels: SampledLine['labels'],
      from: number,
      forMs: number,
      value: number,
      perSecond: number,
    ) => ({
      ...{ labels, firstAt: from, everyMs: stepMs, count: forMs / stepMs },
      ...{ firstValue: value, perMs: perSecond / second },
    });
    const cases = ['new stack', 'with history'];
    // 100 requests a second, of which half fail after two healthy minutes.
    for (const name of cases) {
      const [attempts, errors] = ['attempts_total', 'errors_total'].map((metric) => ({
        __name__: metric,
        case: name,
      }));
      await writer.write([
        line(attempts ?? {}, faultAt - healthyMs, healthyMs + faultyMs, 0, 100),
        line(errors ?? {}, faultAt - healthyMs, healthyMs, 0, 0),
        line(errors ?? {}, faultAt, faultyMs, 0, 50),
      ]);
    }
    for (const metric of ['attempts_total', 'errors_total']) {
      const [series] = await prometheus.rawSamples(
        `${metric}{case="with history"}`,
        faultAt - healthyMs,
        faultAt,
      );
      if (!series) throw new Error(`${metric} was not stored`);
      const extent = { backMs: 60 * minute, everyMs: stepMs };
      await writer.write([pastOfCounter(series, series.samples, extent)]);
    }
    const ratio = 'sum by (case) (rate(errors_total[1h])) / sum by (case) (rate(attempts_total[1h]))';
    const { series } = await prometheus.queryRange(
      `${ratio} > 14.4 * 0.001`,
      faultAt,
      faultAt + faultyMs - stepMs,
      stepMs,
    );
    const detected = Object.fromEntries(
      series.map(({ labels, samples }) => [labels.case, (samples[0]?.[0] ?? 0) - faultAt]),
    );
    expect(Object.keys(detected).sort()).to.deep.equal(cases);
    expect(detected['new stack']).to.be.within(3_500, 3_900);
    expect(detected['with history']).to.be.within(103_500, 104_100);
  });
});
