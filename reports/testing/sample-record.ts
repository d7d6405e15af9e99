import type { DrillRecord, Page } from '../../core/record.ts';
import { sampleAlert, sampleFloors } from './alert.ts';
import { at, loadSeconds, moments, type SampleKind, sampleScenario } from './basics.ts';
import { samplePages } from './pages.ts';
import { brokenVerdicts, sampleVerdicts } from './verdicts.ts';

/** Where each phase of the sample drill ended, in seconds. */
const phaseEnds = [
  ['open receivers', 0.03],
  ['start stack', 5.4],
  ['warm up', 25.4],
  ['quiet gate', 31.4],
  ['inject', 31.6],
  ['prove fault', 33.4],
  ['await pages', 42.4],
  ['revert', 42.5],
  ['prove recovery', 55.1],
  ['settle', 61.1],
  ['collect evidence', 62.3],
  ['tear down', 63.8],
  ['judge', 63.81],
  ['report', 63.9],
] as const;

const phasesUntil = (
  name: DrillRecord['phases'][number]['name'],
  failure?: string,
): DrillRecord['phases'] => {
  const last = phaseEnds.findIndex(([phase]) => phase === name);
  return phaseEnds.slice(0, last + 1).map(([phase, end], i) => ({
    name: phase,
    startedAt: at(phaseEnds[i - 1]?.[1] ?? 0),
    endedAt: at(end),
    ...(i === last && failure ? { outcome: 'failed', detail: failure } : { outcome: 'done' }),
  }));
};

const local = (name: string, tool: string, version: string, port: number, readyAfterMs: number) => ({
  name,
  tool,
  version,
  address: `http://127.0.0.1:${port}`,
  readyAfterMs,
});

/** What every sample has: a drill that ended before its fault. */
const bare: DrillRecord = {
  version: 4,
  id: '20260304-103000-checkout-errors-7f3a',
  startedAt: at(0),
  endedAt: at(63.9),
  scenario: sampleScenario,
  pace: { name: 'fast', factor: 15 },
  stack: {
    name: 'shop',
    topology: 'sidecar',
    runtime: 'process',
    components: [
      local('storefront', 'node', '24.21.0', 41003, 2310),
      local('orders', 'node', '24.21.0', 41004, 2280),
      local('collector', 'otelcol', '0.151.0', 41011, 840),
      local('prometheus', 'prometheus', '3.9.1', 41021, 910),
      local('alertmanager', 'alertmanager', '0.31.0', 41022, 620),
    ],
  },
  versions: { firedrill: '0.1.0', node: '24.21.0', prometheus: '3.9.1', alertmanager: '0.31.0', k6: '1.5.0' },
  configuration: [
    { file: 'stacks/config/prometheus/rules/checkout.yml', sha256: '9b74c9897bac770f'.repeat(4) },
    { file: 'stacks/config/alertmanager/alertmanager.yml', sha256: '5f2d119b74c9897b'.repeat(4) },
  ],
  phases: [],
  deliveries: [],
  pages: [],
  runbooks: [],
  floors: { CheckoutErrorRateHigh: sampleFloors },
  teardownFailures: [],
  verdicts: [],
  outcome: 'pass',
};

const load = (until: number): NonNullable<DrillRecord['load']> => ({
  seconds: loadSeconds(6, until),
  journeys: {
    search: { requests: 660, failed: 0, p99Ms: 24 },
    checkout: { requests: 440, failed: 44, p99Ms: 61 },
  },
  droppedIterations: 0,
});

function judged(kind: 'held' | 'never-crossed' | 'routed-elsewhere'): DrillRecord {
  const { injected, reverted, firstHit, lastHit } = moments;
  const held = kind === 'held';
  return {
    ...bare,
    phases: phasesUntil('report'),
    quietGate: { heldFrom: at(25.4), heldForMs: 6000 },
    load: load(61),
    faultWindow: {
      injectedAt: at(injected),
      revertedAt: at(reverted),
      firstHitAt: at(firstHit),
      lastHitAt: at(lastHit),
      hits: 44,
      requests: 88,
      hitsBefore: 0,
      required: 5,
    },
    ...(held ? samplePages : {}),
    runbooks: held ? [{ url: 'http://127.0.0.1:41090/runbooks/checkout-errors', status: 200 }] : [],
    evidence: {
      alerts: [sampleAlert(kind)],
      targets: [{ job: 'collector', instance: '127.0.0.1:41012', health: 'up', lastError: '' }],
      notifierErrors: [],
      exporterErrors: [],
      proofs: [],
      refusedHosts: [],
    },
    verdicts: sampleVerdicts(kind),
    outcome: held ? 'pass' : 'fail',
  };
}

const brokenAtStart = (): DrillRecord => ({
  ...bare,
  endedAt: at(5.4),
  phases: phasesUntil('start stack', 'orders never became ready'),
  problem: {
    kind: 'broken',
    phase: 'start stack',
    problems: [
      {
        where: 'orders',
        message: 'waited 5.0 s for /health/ready to answer 200; last seen: 503 database: connection refused',
        hint: 'see orders.log in the run directory',
      },
    ],
  },
  verdicts: brokenVerdicts('orders: waited 5.0 s for /health/ready to answer 200'),
  outcome: 'broken',
});

const interruptedWhileWaiting = (): DrillRecord => ({
  ...bare,
  endedAt: at(39.4),
  phases: [
    ...phasesUntil('await pages', 'interrupted').map((phase) => ({
      ...phase,
      endedAt: Math.min(phase.endedAt, at(38.1)),
    })),
    { name: 'revert', startedAt: at(38.1), endedAt: at(38.2), outcome: 'done' },
    { name: 'tear down', startedAt: at(38.2), endedAt: at(39.4), outcome: 'done' },
  ],
  quietGate: { heldFrom: at(25.4), heldForMs: 6000 },
  load: load(38),
  faultWindow: {
    injectedAt: at(moments.injected),
    revertedAt: at(38.2),
    firstHitAt: at(moments.firstHit),
    hits: 26,
    requests: 52,
    hitsBefore: 0,
    required: 5,
  },
  problem: {
    kind: 'interrupted',
    phase: 'await pages',
    problems: [{ where: 'await pages', message: 'interrupted' }],
  },
  verdicts: brokenVerdicts('await pages: interrupted'),
  outcome: 'interrupted',
});

/** A whole, valid record of the given kind; `changes` replace top-level parts. */
export function sampleRecord(kind: SampleKind = 'held', changes: Partial<DrillRecord> = {}): DrillRecord {
  const record =
    kind === 'broken' ? brokenAtStart() : kind === 'interrupted' ? interruptedWhileWaiting() : judged(kind);
  return { ...structuredClone(record), ...changes };
}

/** A page of the sample, for putting foreign text into. */
export function samplePage(changes: Partial<Page> = {}): Page {
  const [page] = samplePages.pages;
  if (!page) throw new Error('the sample has no page');
  return { ...structuredClone(page), ...changes };
}
