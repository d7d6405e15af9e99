import { phases } from '../core/hops.ts';
import type {
  AlertEvidence,
  AlertmanagerAlert,
  Evidence,
  FaultWindow,
  Floor,
  Page,
  Unjudged,
} from '../core/record.ts';
import { parseScenario, type Scenario, type ScenarioInput } from '../core/scenario.ts';

/*
 * For tests: a drill that holds, and ways to change one thing of it. The fault is injected at second 0; all
 * times are given in seconds from there.
 */

export const alertName = 'CheckoutErrorRateHigh';
const start = Date.UTC(2026, 2, 4, 10, 30, 0, 250);

/** Wall time, so many seconds after the injection. */
export const at = (seconds: number): number => start + seconds * 1000;

export const pageLabels = { alertname: alertName, severity: 'critical', team: 'payments' };
export const runbookUrl = 'https://runbooks.internal/payments/checkout-errors';

const input: ScenarioInput = {
  name: 'checkout-errors',
  title: 'Half of the payments fail',
  summary: 'CheckoutErrorRateHigh must page Slack',
  load: { rates: { checkout: 8 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'payment-failures',
    hits: { journey: 'checkout', status: [502] },
    telemetry: { metric: 'errors_total', labels: { reason: 'payment_failed' } },
    atLeast: 10,
  },
  expectations: [
    // 20 s and 40 s at fast pace.
    {
      kind: 'page',
      alert: alertName,
      receiver: 'slack',
      within: '5m',
      resolvedWithin: '10m',
      labels: { severity: 'critical', team: 'payments' },
    },
  ],
  settleFor: '1m',
};

export const scenarioWith = (changes: Partial<ScenarioInput> = {}): Scenario =>
  parseScenario({ ...input, ...changes }, 'test');

export const pendingOnlyScenario = (): Scenario =>
  scenarioWith({
    fault: { ...input.fault, lasts: '30s' },
    expectations: [{ kind: 'pending-only', alert: alertName }],
  });

export const pageAt = (seconds: number, changes: Partial<Page> = {}): Page =>
  ({
    receiver: 'slack',
    receivedAt: at(seconds),
    monotonicMs: seconds * 1000,
    status: 'firing',
    alert: alertName,
    labels: pageLabels,
    annotations: { runbook: runbookUrl },
    startsAt: at(9.5),
    links: ['http://127.0.0.1:9093/#/alerts?receiver=slack', runbookUrl],
    delivery: 0,
    title: '',
    text: '',
    precision: 'exact',
    ...changes,
  }) as Page;

const firing = () => pageAt(10.5);
const resolution = () => pageAt(25, { status: 'resolved', delivery: 1 });

export const firingState = { labels: { ...pageLabels, alertstate: 'firing' }, from: at(9.5), to: at(20) };
export const pendingState = { labels: { ...pageLabels, alertstate: 'pending' }, from: at(1.5), to: at(9.5) };

export const held = (changes: Partial<AlertmanagerAlert> = {}): AlertmanagerAlert => ({
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

/** The hops up to and with the given one; the rest not reached. */
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
  rule: {
    file: 'checkout.yml',
    group: 'checkout',
    query: 'sum by (job) (rate(errors_total[4s])) / sum by (job) (rate(attempts_total[4s])) > 0.05',
    forMs: 8000,
    keepFiringForMs: 0,
    intervalMs: 1000,
    labels: { severity: 'critical', team: 'payments' },
    annotations: { runbook: runbookUrl },
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
  alertmanager: [held()],
  route: {
    receiver: 'slack',
    path: ['{}', '{severity="critical"}'],
    groupWaitMs: 667,
    groupIntervalMs: 20_000,
  },
  hops: hopsUntil('page received'),
  ...changes,
});

/** An alert whose expression was never true: what died on the way in. */
export const neverTrue = (changes: Partial<AlertEvidence> = {}): AlertEvidence =>
  evidenceOf({
    trueStretches: [],
    pending: [],
    firing: [],
    alertmanager: [],
    hops: hopsUntil('sample stored'),
    ...changes,
  });

const term = (name: string, best: number, worst: number) => ({
  name,
  source: 'test',
  best,
  mean: (best + worst) / 2,
  worst,
});
const floor = (...terms: Floor['terms']): Floor => {
  const sum = (bound: 'best' | 'mean' | 'worst') => terms.reduce((total, one) => total + one[bound], 0);
  return { terms, best: sum('best'), mean: sum('mean'), worst: sum('worst') };
};
export const floors = {
  [alertName]: {
    detect: floor(
      term('export', 0, 1000),
      term('batch', 0, 67),
      term('scrape', 0, 1000),
      term('window', 0, 800),
      term('evaluation', 0, 1000),
      term('for', 8000, 8000),
      term('group wait', 667, 667),
      term('delivery', 20, 20),
    ),
    resolve: floor(term('window', 2000, 4000), term('group interval', 0, 20_000)),
  },
};

const faultWindow: FaultWindow = {
  injectedAt: at(0),
  revertedAt: at(11),
  firstHitAt: at(0.25),
  lastHitAt: at(11),
  hits: 44,
  requests: 88,
  hitsBefore: 0,
  required: 10,
};

interface Changes extends Omit<Partial<Unjudged>, 'evidence' | 'faultWindow'> {
  readonly evidence?: Partial<Evidence>;
  readonly faultWindow?: Partial<FaultWindow>;
}

/** The record of a drill whose every expectation holds, but for the changes. */
export function recordWith({ evidence = {}, faultWindow: window = {}, ...changes }: Changes = {}): Unjudged {
  const record: Unjudged = {
    version: 1,
    id: 'test',
    startedAt: at(-30),
    scenario: scenarioWith(),
    pace: { name: 'fast', factor: 15 },
    stack: { name: 'shop', topology: 'sidecar', runtime: 'process', components: [] },
    versions: {},
    configuration: [],
    phases: phases
      .slice(0, phases.indexOf('judge'))
      .map((name) => ({ name, startedAt: at(0), endedAt: at(0), outcome: 'done' as const })),
    quietGate: { heldFrom: at(-5), heldForMs: 4000 },
    faultWindow: { ...faultWindow, ...window },
    deliveries: [],
    pages: [firing(), resolution()],
    runbooks: [{ url: runbookUrl, status: 200 }],
    evidence: { alerts: [evidenceOf()], targets: [], notifierErrors: [], exporterErrors: [], ...evidence },
    floors,
    teardownFailures: [],
  };
  return { ...record, ...changes };
}

/** The record without some of its parts. */
export function recordWithout(...parts: (keyof Unjudged)[]): Unjudged {
  const record = recordWith();
  for (const part of parts) Reflect.deleteProperty(record, part);
  return record;
}
