import { expect } from 'chai';
import { scenarioWith } from '../../assertions/testing/basics.ts';
import type { LogRange } from '../../configuration/rules/rule.ts';
import type { FloorCondition } from '../../core/floor-condition.ts';
import { conditionOf } from './condition.ts';

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
    { traffic, scrapeMs: 15_000, logs },
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

describe('the lines that it takes for an expression to have a result', () => {
  const logs = new Map<string, LogRange>([['lines', { per: 'count', windowMs: W }]]);
  const needed: [expr: string, hits: number][] = [
    ['lines > 5', 6],
    ['lines >= 5', 5],
    ['5 < sum(lines)', 6],
    ['lines * 2 >= 10', 5],
    ['lines > 0', 1],
  ];
  for (const [expr, hitsNeeded] of needed) {
    it(`${expr}: ${hitsNeeded}`, () => expect(of(expr, logs)).to.deep.equal({ windowMs: W, hitsNeeded }));
  }
});
