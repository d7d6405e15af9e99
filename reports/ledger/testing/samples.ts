import type { AlertLine, DrillLine } from '../../../core/drill-line.ts';
import type { Ledger, LedgerAlert, LedgerDrill } from '../../../core/ledger.ts';

/** Midnight of the first night, epoch milliseconds. */
export const firstNight = Date.UTC(2026, 2, 4, 1, 23);
const day = 24 * 3_600_000;

export const pageOf = (changes: Partial<AlertLine> = {}): AlertLine => ({
  expectation: 0,
  alert: 'CheckoutErrorRateHigh',
  receiver: 'slack',
  labels: {},
  outcome: 'pass',
  failed: [],
  mttdMs: 10_250,
  targetMs: 20_000,
  floor: { best: 8_700, mean: 11_000, worst: 13_500 },
  hops: [],
  ...changes,
});

const { mttdMs: _, ...withoutTime } = pageOf();

export const lost: AlertLine = {
  ...withoutTime,
  outcome: 'fail',
  failed: ['arrives', 'labels'],
  lostAt: 'page received',
  cause: 'the alert was routed elsewhere',
};

/** A drill of a night, from 0. */
export const lineOf = (night: number, page: AlertLine, changes: Partial<DrillLine> = {}): DrillLine => ({
  version: 1,
  run: `run-${night}`,
  at: firstNight + night * day,
  night: `night-${night}`,
  tookMs: 62_000,
  scenario: 'checkout-errors',
  system: 'shop',
  firedrill: '0.1.0',
  pace: 'fast',
  stack: { name: 'metrics', topology: 'sidecar', runtime: 'process', with: [] },
  outcome: page.outcome,
  alerts: [page],
  checks: [],
  noise: [],
  ...changes,
});

const drill = (page: AlertLine, changed: LedgerDrill['changed'] = []): LedgerDrill => ({
  ...lineOf(0, page),
  outcome: page.outcome === 'fail' ? 'fail' : 'pass',
  pages: [page],
  changed,
});

const alertOf = (alert: string, state: LedgerAlert['state'], own?: LedgerDrill): LedgerAlert => ({
  alert,
  rule: { manager: 'prometheus', file: 'prometheus/rules/a.yml', group: 'g', index: 0 },
  where: 'mine/prometheus/rules/a.yml:4',
  state,
  ...(own ? { drill: own } : {}),
});

/** A ledger with an alert of each state. */
export const sampleLedger = (name = 'CheckoutErrorRateHigh'): Ledger => ({
  system: 'shop',
  at: firstNight,
  drills: 3,
  alerts: [
    alertOf(name, 'proven', drill(pageOf())),
    alertOf('Untouched', 'never drilled'),
    alertOf('Rerouted', 'stale', drill(pageOf(), ['route', 'receiver'])),
    alertOf('Lost', 'failed', drill(lost)),
  ],
});
