import { firingHops, resolvingHops } from '../../core/hops.ts';
import type { AlertEvidence, DrillRecord, FloorTermName, Hop } from '../../core/record.ts';
import { at, moments, type SampleKind } from './basics.ts';

type Cause = Extract<SampleKind, 'held' | 'never-crossed' | 'routed-elsewhere'>;

const sources: Record<Hop['name'], [number, string]> = {
  'fault injected': [moments.injected, 'fault command'],
  'first request hit': [moments.firstHit, 'k6 samples'],
  'telemetry exported': [32.4, 'collector: first data point with reason="payment_refused"'],
  'sample stored': [33.1, 'Prometheus: first sample of app_checkout_errors_total'],
  'expression true': [33.9, 'Prometheus: rule expression read back every 100 ms'],
  pending: [33.95, 'Prometheus: ALERTS{alertstate="pending"}'],
  firing: [42.05, 'Prometheus: ALERTS{alertstate="firing"}'],
  'notifier sent': [42.18, 'Alertmanager: updatedAt'],
  'page received': [42.28, 'receiver clock'],
  'fault reverted': [moments.reverted, 'fault command'],
  'last request hit': [moments.lastHit, 'k6 samples'],
  'expression false': [52.6, 'Prometheus: rule expression read back every 100 ms'],
  resolved: [53.05, 'Prometheus: ALERTS ended'],
  'resolved page received': [54.9, 'receiver clock'],
};

const lastReached: Record<Cause, Hop['name'][]> = {
  held: [],
  'never-crossed': [
    'expression true',
    'pending',
    'firing',
    'notifier sent',
    'page received',
    'expression false',
    'resolved',
    'resolved page received',
  ],
  'routed-elsewhere': ['page received', 'resolved page received'],
};

const hops = (cause: Cause): Hop[] =>
  [...firingHops, ...resolvingHops].map((name) => {
    const [seconds, source] = sources[name];
    return lastReached[cause].includes(name) ? { name, source } : { name, at: at(seconds), source };
  });

/** The error ratio that the rule sees: rises over its window of 10 s, and falls again. */
const ratio = (peak: number) =>
  Array.from({ length: 130 }, (_, i): [number, number] => {
    const s = 25 + i * 0.25;
    const up = Math.max(0, Math.min(1, (s - 32.6) / 10));
    const down = Math.max(0, Math.min(1, (52.8 - s) / 10));
    return [at(s), Number((peak * Math.min(up, down)).toFixed(4))];
  });

const labels = { alertname: 'CheckoutErrorRateHigh', severity: 'critical', team: 'payments' };

/** What was collected about the sample's one alert. */
export function sampleAlert(cause: Cause): AlertEvidence {
  const crossed = cause !== 'never-crossed';
  const samples = ratio(crossed ? 0.5 : 0.031);
  const stretch = (from: number, to: number) => (crossed ? [{ labels, from: at(from), to: at(to) }] : []);
  return {
    alert: 'CheckoutErrorRateHigh',
    manager: 'prometheus',
    rule: {
      file: 'checkout.yml',
      group: 'checkout',
      query: 'sum(rate(app_checkout_errors_total[10s])) / sum(rate(app_checkout_attempts_total[10s])) > 0.05',
      forMs: 8000,
      keepFiringForMs: 0,
      intervalMs: 1000,
      labels: { severity: 'critical', team: 'payments' },
      annotations: { summary: 'Checkouts are failing' },
      health: 'ok',
      lastError: '',
    },
    rulesNearby: ['CheckoutErrorRateHigh', 'CheckoutLatencyHigh'],
    selectors: [
      {
        text: 'app_checkout_errors_total',
        metric: 'app_checkout_errors_total',
        series: 2,
        nearest: [],
        labelsFound: [],
      },
    ],
    comparison: {
      left: 'sum(rate(app_checkout_errors_total[10s])) / sum(rate(app_checkout_attempts_total[10s]))',
      operator: '>',
      threshold: 0.05,
      observed: { min: 0, max: crossed ? 0.5 : 0.031 },
      samples,
    },
    sides: [],
    trueStretches: crossed ? [{ from: at(33.9), to: at(52.6) }] : [],
    pending: stretch(33.95, 42.05),
    firing: stretch(42.05, 53.05),
    alertmanager: crossed
      ? [
          {
            labels,
            firstSeenAt: at(42.3),
            receivedAt: at(42.18),
            startsAt: at(42.05),
            receivers: cause === 'held' ? ['payments-slack', 'payments-pagerduty'] : ['blackhole'],
            state: 'active',
            inhibitedBy: [],
            silencedBy: [],
            mutedBy: [],
          },
        ]
      : [],
    route: {
      receiver: cause === 'held' ? 'payments-slack' : 'blackhole',
      path: cause === 'held' ? ['(root)', 'team="payments"'] : ['(root)', 'severity=~"crit.*"'],
      groupWaitMs: 0,
      groupIntervalMs: 2000,
    },
    hops: hops(cause),
  };
}

const term = (name: FloorTermName, source: string, best: number, mean: number, worst: number) => ({
  name,
  source,
  best,
  mean,
  worst,
});

/** Floors of the sample's alert: to detect, and to resolve. */
export const sampleFloors: DrillRecord['floors'][string] = {
  detect: {
    terms: [
      term('first failing request', '1/(λp), 4 failing requests/s', 0, 250, 250),
      term('export', 'OTEL_METRIC_EXPORT_INTERVAL 1s', 0, 500, 1000),
      term('scrape', 'scrape_interval 1s', 0, 500, 1000),
      term('window', 'θ·W/e = 0.05 × 10s / 0.5', 1000, 1000, 1000),
      term('evaluation', 'evaluation_interval 1s', 0, 500, 1000),
      term('for', 'for: 8s, in whole evaluations', 8000, 8000, 8000),
      term('group wait', 'group_wait 0s', 0, 0, 0),
      term('delivery', 'loopback', 20, 20, 20),
    ],
    best: 9020,
    mean: 10770,
    worst: 12270,
  },
  resolve: {
    terms: [
      term('window', 'W = 10s', 9000, 9500, 10000),
      term('evaluation', 'evaluation_interval 1s', 0, 500, 1000),
      term('group interval', 'group_interval 2s', 0, 1000, 2000),
    ],
    best: 9000,
    mean: 11000,
    worst: 13000,
  },
};
