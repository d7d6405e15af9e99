import { expect } from 'chai';
import { scenarioWith } from '../../assertions/testing/basics.ts';
import type { LogRange } from '../../configuration/rules/rule.ts';
import type { FloorCondition } from '../../core/floor-condition.ts';
import { shop } from '../../systems/shop/shop.ts';
import { conditionOf } from './condition.ts';

const { counts, queue } = shop;

const { fault } = scenarioWith();
/** 20 requests per second, 8 of them checkouts, of which half fail. */
const traffic = {
  rates: { search: 5, catalog: 5, login: 2, checkout: 8 },
  fault: {
    ...fault,
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_checkout_errors_total',
      labels: { reason: 'payment_failed' },
    } as const,
  },
  errorRatio: 0.5,
};
const of = (expr: string, logs: ReadonlyMap<string, LogRange> = new Map()): FloorCondition =>
  conditionOf(
    expr
      .replaceAll('ERRORS', 'otel_app_checkout_errors_total')
      .replaceAll('ALL', 'otel_app_checkout_attempts_total')
      .replaceAll('REQUESTS', 'otel_app_http_request_duration_milliseconds_count'),
    { traffic, counts, scrapeMs: 15_000, evaluationMs: 30_000, logs },
  );

const e = 'sum by (job) (rate(ERRORS[5m]))';
const n = 'sum by (job) (rate(ALL[5m]))';
const W = 300_000;

function shares(condition: FloorCondition): { threshold: number; windowMs: number } {
  if (!('threshold' in condition) || condition.threshold === undefined)
    throw new Error(JSON.stringify(condition));
  return { threshold: condition.threshold, windowMs: condition.windowMs ?? 0 };
}

describe('the share of requests above which an expression has a result', () => {
  it('is not known for a system of which nothing is known', () => {
    const expr = 'sum(rate(otel_app_checkout_errors_total[5m])) > 0.4';
    const read = { traffic, scrapeMs: 15_000, evaluationMs: 30_000, logs: new Map() };
    expect(conditionOf(expr, read)).to.deep.equal({ windowMs: W });
  });

  it('is known for the payments of a checkout, which another service counts', () => {
    const errors = 'sum by (job) (rate(otel_app_payment_errors_total[5m]))';
    const attempts = 'sum by (job) (rate(otel_app_payment_attempts_total[5m]))';
    expect(shares(of(`${errors} / ${attempts} > 0.05`))).to.deep.equal({ threshold: 0.05, windowMs: W });
    // 0.4 of 8 requests per second.
    expect(of(`${errors} > 0.4`)).to.deep.include({ threshold: 0.05, windowMs: W, absolute: true });
  });

  const written: [expr: string, threshold: number][] = [
    [`${e} / ${n} > 0.05`, 0.05],
    [`100 * ${e} / ${n} > 5`, 0.05],
    [`${e} / ${n} * 100 > 5`, 0.05],
    [`5 < 100 * (${e} / ${n})`, 0.05],
    [`${e} > 0.05 * ${n}`, 0.05],
    [`0.05 * ${n} < ${e}`, 0.05],
    [`(1 - (${n} - ${e}) / ${n}) > 0.05`, 0.05],
    [`(${n} - ${e}) / ${n} < 0.95`, 0.05],
    [`${e} / (${e} + (${n} - ${e})) >= 0.05`, 0.05],
    [`${e} / (${n} - ${e}) > 0.25`, 0.2],
    [`(${e} or vector(0)) / clamp_min(${n}, 0.1) > 0.05`, 0.05],
    [`${e} / (${n} > 0) > 5 / 100`, 0.05],
    [`round(100 * ${e} / ${n}, 0.1) >= 5`, 0.0495],
    [`log10(${e} / ${n}) > -1`, 0.1],
    [`-100 * ${e} / ${n} < -5`, 0.05],
    [`sum(increase(ERRORS[5m])) / sum(increase(ALL[5m])) > 0.05`, 0.05],
    [`sum(rate(ERRORS{reason="payment_failed"}[5m])) / sum(rate(ALL[5m])) > 0.05`, 0.05],
    [`sum by (job, instance) (rate(ERRORS[5m])) / sum by (job, instance) (rate(ALL[5m])) > 0.05`, 0.05],
    [
      `1 - sum(rate(REQUESTS{http_route="/checkout",http_response_status_code!~"5.."}[5m])) / sum(rate(REQUESTS{http_route="/checkout"}[5m])) > 0.05`,
      0.05,
    ],
    [
      `sum by (http_route) (rate(REQUESTS{job="storefront",http_response_status_code=~"5.."}[5m])) / sum by (http_route) (rate(REQUESTS{job="storefront"}[5m])) > 0.05`,
      0.05,
    ],
    // Of all requests of the storefront, of which 8 in 20 are checkouts.
    [`${e} / sum by (job) (rate(REQUESTS{job="storefront"}[5m])) > 0.05`, 0.125],
    [
      `sum(rate(ERRORS[5m])) / (sum(rate(ALL[5m])) + sum(rate(otel_app_login_attempts_total[5m]))) > 0.1`,
      0.125,
    ],
  ];
  for (const [expr, threshold] of written) {
    it(expr, () => {
      const found = shares(of(expr));
      expect(found.threshold).to.be.closeTo(threshold, 1e-6);
      expect(found.windowMs).to.equal(W);
      expect(found).not.to.have.property('absolute');
    });
  }
});

const byRoute = (more: string, by = 'http_route') =>
  `sum by (${by}) (rate(REQUESTS{job="storefront"${more}}[5m]))`;
const failed = byRoute(',http_response_status_code=~"5.."');
const answered = byRoute(',http_response_status_code!~"5.."');
const routes = byRoute('');

describe('aggregations around a share', () => {
  const written: [expr: string, threshold: number][] = [
    [`max(${e} / ${n}) > 0.05`, 0.05],
    [`min by (job) (${e} / ${n}) > 0.05`, 0.05],
    [`avg(${e} / ${n}) * 100 > 5`, 0.05],
    [`sum(${e} / ${n}) > 0.05`, 0.05],
    [`topk(1, ${e} / ${n}) > 0.05`, 0.05],
    [`bottomk(3, ${e} / ${n}) > 0.05`, 0.05],
    [`quantile(0.9, ${e} / ${n}) > 0.05`, 0.05],
    [`sort_desc(max(${e} / ${n} or vector(0))) > 0.05`, 0.05],
    [`sum(${e} or vector(0)) / sum(${n}) > 0.05`, 0.05],
    [`max(label_replace(${e} / ${n}, "team", "payments", "", "")) > 0.05`, 0.05],
    [`max(clamp_max(round(100 * ${e} / ${n}, 1), 100)) >= 5`, 0.045],
    [`max(sum by (instance) (rate(ERRORS[5m])) / sum by (instance) (rate(ALL[5m]))) > 0.05`, 0.05],
    [`avg(sum by (instance) (rate(ERRORS[5m])) / sum by (instance) (rate(ALL[5m]))) > 0.05`, 0.05],
    // The other routes do not fail: a maximum and the first are those of the failing one.
    [`max(${failed} / ${routes}) > 0.05`, 0.05],
    [`min(${answered} / ${routes}) < 0.95`, 0.05],
    [`topk(1, ${failed} / ${routes}) > 0.05`, 0.05],
    [`bottomk(1, ${answered} / ${routes}) < 0.95`, 0.05],
    // Search, catalog, login and checkout: of four routes one.
    [`avg(${answered} / ${routes}) < 0.975`, 0.1],
    [`count(${answered} / ${routes} < 0.95) > 0`, 0.05],
    [`count(${answered} / ${routes} > 0.95) < 4`, 0.05],
    [`sum(1 - ${answered} / ${routes}) > 0.05`, 0.05],
    [`quantile(0, ${answered} / ${routes}) < 0.95`, 0.05],
    [`max by (r) (label_replace(${failed} / ${routes}, "r", "$1", "http_route", "(.*)")) > 0.05`, 0.05],
    [`sum by (r) (label_replace(${failed}, "r", "$1", "http_route", "(.*)")) > 0.4`, 0.05],
  ];
  for (const [expr, threshold] of written) {
    it(expr, () => expect(shares(of(expr)).threshold).to.be.closeTo(threshold, 1e-6));
  }

  it('are never true where other series decide', () => {
    for (const expr of [
      `max(${answered} / ${routes}) < 0.95`,
      `topk(1, ${answered} / ${routes}) < 0.95`,
      `topk(3, ${answered} / ${routes}) < 0.95`,
      `quantile(1, ${answered} / ${routes}) < 0.95`,
      `avg(${answered} / ${routes}) < 0.7`,
      `count(${answered} / ${routes} < 0.95) > 1`,
    ]) {
      expect(of(expr), expr).to.deep.equal({ never: true });
    }
  });

  it('keep the length of their window where what they make of it is not known', () => {
    for (const expr of [
      `stddev(${answered} / ${routes}) > 0.05`,
      `avg(${failed} / ${routes} or vector(0)) > 0.05`,
      // Which status the other services answer with is not known.
      `max(sum by (http_route) (rate(REQUESTS{http_response_status_code=~"5.."}[5m])) / sum by (http_route) (rate(REQUESTS[5m]))) > 0.05`,
      `max(rate(another_metric_total[5m])) > 0.05`,
      `sum by (class) (label_replace(${failed}, "class", "$1xx", "http_route", "(.).*")) > 0.4`,
    ]) {
      expect(of(expr), expr).to.deep.equal({ windowMs: W });
    }
  });
});

describe('quantiles of buckets', () => {
  const quantile = (by: string, metric = 'latency_bucket') =>
    of(`histogram_quantile(0.9, sum by (${by}) (rate(${metric}[5m]))) > 1`);

  it('can never be true if the aggregation drops `le`', () => {
    expect(quantile('job')).to.deep.equal({ never: true });
    expect(of('histogram_quantile(0.9, sum without (le) (rate(latency_bucket[5m]))) > 1')).to.deep.equal({
      never: true,
    });
  });

  it('have the length of their window if `le` is kept, and for native histograms', () => {
    for (const [by, metric] of [['le'], ['job, le'], ['job', 'latency']] as const)
      expect(quantile(by, metric), by).to.deep.equal({ windowMs: W });
  });
});

describe('what a range makes of a comparison', () => {
  const minute = `${e} / ${n}`.replaceAll('[5m]', '[1m]');
  const inner = { windowMs: 60_000, threshold: 0.05 };
  const every = { windowMs: 600_000, stepMs: 30_000 };
  const exactly = (count: number) => ({ least: count, most: count });

  const made: [expr: string, condition: FloorCondition][] = [
    [`max_over_time((${minute})[10m:]) > 0.05`, { over: inner, needed: exactly(1), ...every }],
    [`min_over_time((${minute})[10m:]) > 0.05`, { over: inner, needed: exactly(20), ...every }],
    [
      `100 * max by (job) (min_over_time((${minute})[10m:1m])) >= 5`,
      { over: inner, needed: exactly(10), windowMs: 600_000, stepMs: 60_000 },
    ],
    // Of the share that succeeds the smallest is wanted.
    [`min_over_time((1 - ${minute})[10m:]) < 0.95`, { over: inner, needed: exactly(1), ...every }],
    [`1 - max_over_time((1 - ${minute})[10m:]) > 0.05`, { over: inner, needed: exactly(20), ...every }],
    [`avg_over_time((${minute})[10m:]) > 0.05`, { mean: inner, ...every }],
    [
      `quantile_over_time(0.5, (${minute})[10m:]) > 0.05`,
      { over: inner, needed: { least: 10, most: 11 }, ...every },
    ],
    [`count_over_time((${minute} > 0.05)[10m:]) > 5`, { over: inner, needed: exactly(6), ...every }],
    [`last_over_time((${minute} > 0.05)[10m:]) > 0`, { over: inner, needed: 'last', ...every }],
    [
      `max_over_time((${minute})[10m:]) > 0.05 and max_over_time((${minute})[10m:]) > 0.3`,
      {
        all: [
          { over: inner, needed: exactly(1), ...every },
          { over: { ...inner, threshold: 0.3 }, needed: exactly(1), ...every },
        ],
      },
    ],
    // More points than the range has.
    [`count_over_time((${minute} > 0.05)[10m:]) > 20`, { never: true }],
    [`max_over_time((${minute})[10m:]) > 1.1`, { never: true }],
    // Not understood: as long as both look back together.
    [`stddev_over_time((${minute})[10m:]) > 0.05`, { windowMs: 660_000 }],
    [`sum(max_over_time((${minute})[10m:])) > 0.05`, { windowMs: 660_000 }],
    [`max_over_time((${minute})[10m:]) == 1`, { windowMs: 660_000 }],
    [`max_over_time((${minute})[10m:]) > ${minute}`, { windowMs: 660_000 }],
    [`avg_over_time((rate(another_total[1m]))[10m:]) > 3`, { windowMs: 660_000 }],
  ];
  for (const [expr, condition] of made) {
    it(expr, () => expect(of(expr)).to.deep.equal(condition));
  }

  it('of log lines', () => {
    const logs = new Map<string, LogRange>([['lines', { per: 'count', windowMs: 60_000 }]]);
    const over = { windowMs: 60_000, hitsNeeded: 6 };
    const needed = exactly(1);
    expect(of('max_over_time((lines)[10m:]) > 5', logs)).to.deep.equal({ over, needed, ...every });
    expect(of('stddev_over_time((lines)[10m:]) > 5', logs)).to.deep.equal({ windowMs: 660_000 });
  });
});

describe('the lines that it takes for an expression to have a result', () => {
  const logs = new Map<string, LogRange>([['lines', { per: 'count', windowMs: W }]]);
  const needed: [expr: string, hits: number][] = [
    ['lines > 5', 6],
    ['lines >= 5', 5],
    ['5 < sum(lines)', 6],
    ['lines * 2 >= 10', 5],
    ['lines > 0', 1],
    ['max(sum by (service) (lines)) > 5', 6],
    ['topk(1, avg(lines)) >= 5', 5],
    // Without lines there is no series to compare.
    ['count(lines) > 0', 1],
    ['lines >= 0', 1],
    ['lines or vector(0) > 5', 1],
    ['(lines or vector(0)) > 5', 6],
  ];
  for (const [expr, hitsNeeded] of needed) {
    it(`${expr}: ${hitsNeeded}`, () => expect(of(expr, logs)).to.deep.equal({ windowMs: W, hitsNeeded }));
  }

  it('is not known for an upper bound, and never true if no number of lines is enough', () => {
    for (const expr of ['lines < 5', 'lines == 3', '(lines or vector(0)) < 1', 'lines > 2 < 7'])
      expect(of(expr, logs), expr).to.deep.equal({ windowMs: W });
    for (const expr of ['lines == 0', 'lines < 0', 'lines > 5 < 2'])
      expect(of(expr, logs), expr).to.deep.equal({ never: true });
  });
});

describe('a comparison with the past, when the load falls to a fifth', () => {
  const dropped = { ...traffic, fault: scenarioWith().fault, errorRatio: 1, loadFactor: 0.2 };
  const farOffsetMs = 15 * 60_000;
  const under = (expr: string, far?: number) =>
    conditionOf(expr, {
      traffic: dropped,
      counts,
      scrapeMs: 15_000,
      evaluationMs: 15_000,
      logs: new Map(),
      ...(far === undefined ? {} : { farOffsetMs: far }),
    });
  const requests = (window: string, offset = '') =>
    `sum by (job) (rate(otel_app_http_request_duration_milliseconds_count{job="storefront"}[${window}]${offset}))`;
  const now = requests('5m');

  it('holds from the share of the window at which too few requests are left', () => {
    const condition = shares(under(`${now} < 0.5 * ${requests('5m', ' offset 1d')}`));
    expect(condition).to.include({ windowMs: W });
    expect(condition.threshold).to.be.closeTo(0.625, 1e-6);
    // The past may be read over another window, and by any counter that the load makes rise.
    expect(shares(under(`${now} / ${requests('1h', ' offset 1d')} < 0.6`)).threshold).to.be.closeTo(
      0.5,
      1e-6,
    );
    const logins = 'sum(rate(otel_app_login_attempts_total[5m]))';
    expect(shares(under(`${logins} < 1.2`)).threshold).to.be.closeTo(0.5, 1e-6);
  });

  it('never holds below its threshold, if the past is far enough that the fault never reaches it', () => {
    const rule = `${now} < 0.1 * ${requests('5m', ' offset 1d')}`;
    expect(under(rule, farOffsetMs)).to.deep.equal({ never: true });
    const near = `${now} < 0.1 * ${requests('5m', ' offset 10m')}`;
    expect(under(near, farOffsetMs)).to.deep.equal({ windowMs: 15 * 60_000 });
  });

  it('is not understood where the window of now reaches into that of the past', () => {
    expect(under(`${now} < 0.5 * ${requests('5m', ' offset 4m')}`, farOffsetMs)).to.deep.equal({
      windowMs: 9 * 60_000,
    });
  });
});

describe('a queue that grows, ten orders a second', () => {
  const growing = (expr: string) =>
    conditionOf(expr, {
      scrapeMs: 15_000,
      evaluationMs: 15_000,
      logs: new Map(),
      growing: { queue, perSecond: 10 },
    });
  const depth = 'otel_app_fulfilment_queue_depth{job="orders"}';
  const age = 'otel_app_fulfilment_queue_age_seconds{job="orders"}';

  it('meets a comparison after the time that it needs to rise', () => {
    expect(growing(`max by (job) (${depth}) > 60`)).to.deep.equal({ risesForMs: 6_001 });
    expect(growing(`${age} >= 10`)).to.deep.equal({ risesForMs: 10_000 });
    expect(growing(`${depth} > 60 and ${age} > 10`)).to.deep.equal({
      all: [{ risesForMs: 6_001 }, { risesForMs: 10_001 }],
    });
  });

  it('never shows in the gauges of the service that does no work', () => {
    expect(growing('max(otel_app_fulfilment_queue_depth{job="fulfilment"}) > 60')).to.deep.equal({
      never: true,
    });
  });

  it('is not understood over a range, or beside another metric', () => {
    expect(growing(`max_over_time(${depth}[2m]) > 60`)).to.deep.equal({ windowMs: 120_000 });
    expect(growing(`${depth} > 2 * some_gauge`)).to.deep.equal({});
  });
});
