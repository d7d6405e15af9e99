import { firingHops, resolvingHops } from '../../../core/hops.ts';
import type { AlertEvidence, DrillRecord, Floor, ProofEvidence, Verdict } from '../../../core/record.ts';
import { at, moments } from '../basics.ts';
import { sampleRecord } from '../sample-record.ts';
import { sampleLine, sampleTrace, traceId } from './request.ts';
import { monthlyRent } from './scenario.ts';
import { telegramPages } from './telegram.ts';

/** Seconds of the hops, in order; unknown ones are left out. */
const hopSeconds = [31.5, 31.9, 32.4, 33.0, 40.02, 40.05, 40.05, 45.1, 45.2, 42.5, 42.44, 60.04, 60.06, 66.4];

const alert: AlertEvidence = {
  alert: 'Bug Report',
  manager: 'grafana',
  rule: {
    file: 'grafana/provisioning/alerting/rules.yaml',
    group: 'bugs',
    query: 'sum by (service_name) (count_over_time({service_name=~".+"} | severity_text="ERROR" [10s])) > 0',
    forMs: 0,
    keepFiringForMs: 0,
    intervalMs: 10_000,
    labels: { severity: 'critical', team: 'backend' },
    annotations: {},
    health: 'ok',
    lastError: '',
  },
  rulesNearby: ['Bug Report', 'High Latency', 'Resource Usage', 'Service Down Report'],
  selectors: [],
  sides: [],
  trueStretches: [{ from: at(40.02), to: at(60.04) }],
  pending: [],
  firing: [{ labels: { alertname: 'Bug Report', service: 'orders' }, from: at(40.05), to: at(60.06) }],
  alertmanager: [],
  hops: [...firingHops, ...resolvingHops].map((name, i) => ({
    name,
    at: at(hopSeconds[i] ?? 0),
    source: i < 4 ? 'Loki' : 'Grafana: rule state history',
  })),
};

const proofs: ProofEvidence[] = [
  { kind: 'log', total: 6, untraced: 0, lines: [sampleLine] },
  { kind: 'trace', asked: traceId, found: 1, trace: sampleTrace },
  { kind: 'log-count', lines: 6, hits: 6, noise: [] },
  { kind: 'p99', prometheusMs: 26, k6Ms: 24, requests: 143 },
  { kind: 'readiness', checks: 24, notReady: [] },
  {
    kind: 'sampling',
    from: at(25),
    to: at(60),
    failed: { requests: 6, traces: 6 },
    slow: { requests: 0, traces: 0 },
    rest: { requests: 1210, traces: 13 },
  },
];

const floor: Floor = {
  terms: [
    { name: 'evaluation', source: "Grafana's interval 1m, at least 10s", best: 0, mean: 5000, worst: 10_000 },
    { name: 'group wait', source: 'group_wait 5s', best: 5000, mean: 5000, worst: 5000 },
  ],
  best: 5000,
  mean: 10_000,
  worst: 15_000,
  beyondPaceMs: 6000,
};

const verdict = (check: string, title: string, more: Partial<Verdict> = {}): Verdict => ({
  id: `Bug Report@telegram/${check}`,
  title,
  outcome: 'pass',
  message: 'as expected',
  evidence: [],
  ...more,
});

/** A whole drill on the full stack that held: log line, trace, and a page of Grafana's at Telegram. */
export function monthlyRentRecord(changes: Partial<DrillRecord> = {}): DrillRecord {
  const base = sampleRecord('held');
  const { injected, reverted, lastHit } = moments;
  return {
    ...base,
    id: '20260304-103000-monthly-rent-51c2',
    scenario: monthlyRent,
    ...structuredClone(telegramPages),
    runbooks: [{ url: 'https://runbooks.internal/backend/bug-report', status: 200 }],
    faultWindow: {
      injectedAt: at(injected),
      revertedAt: at(reverted),
      firstHitAt: at(31.9),
      lastHitAt: at(lastHit),
      hits: 6,
      requests: 6,
      hitsBefore: 0,
      required: 3,
    },
    floors: { 'Bug Report': { detect: floor, resolve: floor } },
    evidence: structuredClone({
      alerts: [alert],
      targets: [],
      notifierErrors: [],
      exporterErrors: [],
      proofs,
      refusedHosts: [
        { at: at(12), target: 'grafana.com:443', reason: 'no receiver answers for grafana.com in this run' },
      ],
    }),
    verdicts: [
      verdict('arrives', 'Bug Report reaches telegram within 26 s', {
        targetMs: 26_000,
        measuredMs: 13_300,
        floor,
      }),
      verdict('labels', 'Bug Report at telegram carries its labels'),
      verdict('resolved', 'Bug Report is resolved at telegram within 46 s', {
        targetMs: 46_000,
        measuredMs: 23_960,
        floor,
      }),
      ...['log', 'trace', 'log-count', 'p99', 'readiness', 'sampling'].map((kind) => ({
        ...verdict('proof', `proof by ${kind}`),
        id: `${kind}/proof`,
      })),
    ],
    ...changes,
  };
}

/** The same drill with other evidence for the proofs of this kind. */
export function withProof(
  found: ProofEvidence,
  kind: ProofEvidence['kind'] = found.kind,
  record = monthlyRentRecord(),
): DrillRecord {
  if (!record.evidence) throw new Error('the sample has no evidence');
  const replaced = record.evidence.proofs.map((proof) => (proof.kind === kind ? found : proof));
  return { ...record, evidence: { ...record.evidence, proofs: replaced } };
}
