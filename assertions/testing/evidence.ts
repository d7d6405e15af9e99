import type { AlertEvidence, AlertmanagerAlert } from '../../core/record.ts';
import { alertName, at, pageLabels, runbookUrl, summary } from './basics.ts';

export const firingState = {
  labels: { ...pageLabels, alertstate: 'firing' },
  from: at(9.5),
  to: at(20),
  endedAt: at(21),
};
export const pendingState = { labels: { ...pageLabels, alertstate: 'pending' }, from: at(1.5), to: at(9.5) };

export const notifierAlert = (changes: Partial<AlertmanagerAlert> = {}): AlertmanagerAlert => ({
  labels: pageLabels,
  firstSeenAt: at(9.7),
  receivedAt: at(9.6),
  startsAt: at(9.5),
  receivers: ['slack'],
  state: 'active',
  inhibitedBy: [],
  silencedBy: [],
  mutedBy: [],
  ...changes,
});

const hopTimes = [
  ['fault injected', 0],
  ['first request hit', 0.25],
  ['telemetry exported', 0.6],
  ['sample stored', 1],
  ['expression true', 1.2],
  ['pending', 1.5],
  ['firing', 9.5],
  ['notifier sent', 9.6],
  ['page received', 10.5],
] as const;

/** Returns all hops. Only those up to the given one are reached. */
export const hopsUntil = (last: (typeof hopTimes)[number][0], delays: Record<string, number> = {}) => {
  const reached = hopTimes.findIndex(([name]) => name === last);
  return hopTimes.map(([name, seconds], i) => ({
    name,
    source: name === 'page received' ? 'receiver slack' : 'test',
    ...(i <= reached ? { at: at(delays[name] ?? seconds) } : {}),
  }));
};

export const evidenceOf = (changes: Partial<AlertEvidence> = {}): AlertEvidence => ({
  alert: alertName,
  manager: 'prometheus',
  rule: {
    file: 'checkout.yml',
    group: 'checkout',
    query: 'sum by (job) (rate(errors_total[4s])) / sum by (job) (rate(attempts_total[4s])) > 0.05',
    forMs: 8000,
    keepFiringForMs: 0,
    intervalMs: 1000,
    labels: { severity: 'critical', team: 'payments' },
    annotations: { summary, runbook: runbookUrl },
    health: 'ok',
    lastError: '',
  },
  rulesNearby: [alertName, 'CheckoutSlow'],
  selectors: ['errors_total', 'attempts_total'].map((metric) => ({
    text: metric,
    metric,
    series: 1,
    nearest: [],
    labelsFound: [],
  })),
  comparison: {
    left: 'sum by (job) (rate(errors_total[4s])) / sum by (job) (rate(attempts_total[4s]))',
    operator: '>',
    threshold: 0.05,
    observed: { min: 0, max: 0.5 },
    samples: [],
  },
  sides: ['errors', 'attempts'].map((text) => ({ text, labels: [{ job: 'shop' }] })),
  trueStretches: [{ from: at(1.2), to: at(20) }],
  pending: [pendingState],
  firing: [firingState],
  alertmanager: [notifierAlert()],
  route: {
    receiver: 'slack',
    path: ['{}', '{severity="critical"}'],
    groupWaitMs: 667,
    groupIntervalMs: 20_000,
  },
  hops: hopsUntil('page received'),
  ...changes,
});

/** Evidence of an alert whose expression was never true. */
export const neverTrue = (changes: Partial<AlertEvidence> = {}): AlertEvidence =>
  evidenceOf({
    trueStretches: [],
    pending: [],
    firing: [],
    alertmanager: [],
    hops: hopsUntil('sample stored'),
    ...changes,
  });
