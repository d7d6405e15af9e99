import type { Delivery, DrillRecord, ProofEvidence } from '../../core/record.ts';
import { sampleBudget } from './budget.ts';
import { sampleLine, sampleTrace } from './monthly-rent/request.ts';
import { monthlyRent } from './monthly-rent/scenario.ts';
import { refusedDelivery, telegramPages } from './monthly-rent/telegram.ts';
import { sampleSuppressions } from './notified-record.ts';
import { sampleRecord } from './sample-record.ts';

/** Text as a page, a component or a label may bring it, meant to break out of every format there is. */
export const hostile =
  '<script>alert(1)</script> ]]> | a | `b` "c" \'d\' & \u001b[31mred\u001b[0m \u0000 \ud800 \u202e *e* _f_ @org\nsecond';

/** A failed drill with the hostile text wherever foreign text gets in. */
export function hostileRecord(): DrillRecord {
  const record = sampleRecord('held', { outcome: 'fail' });
  const [verdict] = record.verdicts;
  const [alert] = record.evidence?.alerts ?? [];
  const [page] = record.pages;
  const [delivery] = record.deliveries;
  if (!verdict || !alert || !page || !delivery || !record.evidence)
    throw new Error('the sample lacks a part');
  const bad = { [hostile]: hostile };
  return {
    ...record,
    id: hostile,
    scenario: {
      ...record.scenario,
      title: hostile,
      summary: hostile,
      proofs: monthlyRent.proofs.map((proof) => ({
        ...proof,
        ...('query' in proof ? { query: hostile } : {}),
      })),
    },
    versions: bad,
    stack: {
      ...record.stack,
      runtime: hostile,
      components: [
        {
          ...{ name: hostile, tool: hostile, version: hostile, address: hostile },
          image: { reference: hostile, digest: hostile, source: 'local' },
        },
      ],
    },
    configuration: [{ file: hostile, sha256: hostile }],
    phases: record.phases.map((phase) => ({ ...phase, detail: hostile })),
    pages: [
      {
        ...page,
        labels: bad,
        contactPoints: [hostile],
        annotations: bad,
        title: hostile,
        text: hostile,
        links: ['javascript:alert(1)', hostile],
      },
    ],
    deliveries: [
      { ...delivery, body: hostile, path: hostile, responseStatus: 400, responseBody: hostile },
      ...hostileMessages(),
    ],
    runbooks: [{ url: hostile, problem: hostile }],
    evidence: {
      ...record.evidence,
      proofs: hostileProofs(),
      suppressions: sampleSuppressions.map(({ silence, ...one }) => ({
        ...one,
        ...{ by: hostile, labels: { alertname: hostile }, inhibitor: bad, contactPoint: hostile },
        ...(silence ? { silence: { ...silence, comment: hostile, createdBy: hostile } } : {}),
      })),
      budgets: [
        {
          ...sampleBudget,
          ...{ alert: hostile, labels: { severity: hostile }, slo: hostile },
          windows: sampleBudget.windows.map((window) => ({ ...window, window: hostile })),
        },
      ],
      refusedHosts: [{ at: record.startedAt, target: hostile, reason: hostile }],
      alerts: [
        {
          ...alert,
          alert: hostile,
          hops: alert.hops.map((hop) => ({ ...hop, source: hostile, detail: hostile })),
        },
      ],
    },
    problem: { kind: 'broken', problems: [{ where: hostile, message: hostile, hint: hostile }] },
    teardownFailures: [{ what: hostile, message: hostile }],
    verdicts: [
      {
        ...verdict,
        id: `${hostile}@slack/arrives`,
        title: hostile,
        outcome: 'fail',
        message: hostile,
        evidence: [hostile],
        autopsy: { hop: 'firing', cause: hostile, evidence: [hostile] },
      },
    ],
  };
}

function hostileProofs(): ProofEvidence[] {
  const bad = { [hostile]: hostile };
  const line = { ...sampleLine, service: hostile, severity: hostile, text: hostile, labels: bad };
  const spans = sampleTrace.spans.map((span) => ({
    ...span,
    service: hostile,
    name: hostile,
    instance: hostile,
    statusMessage: hostile,
    attributes: { ...bad, 'db.query.text': hostile, 'db.response.status_code': hostile },
  }));
  return [
    { kind: 'log', total: 1, untraced: 0, lines: [{ ...line, traceId: hostile, spanId: hostile }] },
    { kind: 'trace', asked: hostile, found: 1, trace: { traceId: hostile, spans } },
    { kind: 'log-count', lines: 1, hits: 1, noise: [line] },
    { kind: 'unread', problem: hostile },
    { kind: 'readiness', checks: 1, notReady: [{ pod: hostile, at: sampleLine.at, status: 503 }] },
  ];
}

/** One taken, with links that would run something, and one refused. */
function hostileMessages(): Delivery[] {
  const [first] = telegramPages.deliveries;
  if (!first) throw new Error('the sample has no message');
  const link = { type: 'text_link', offset: 0, length: hostile.length, url: 'javascript:alert(1)' };
  const entities = [link, { ...link, url: hostile }, { type: hostile, offset: -3, length: 1e9 }];
  return [
    { ...first, message: { text: hostile, entities }, responseBody: JSON.stringify({ result: hostile }) },
    { ...refusedDelivery, responseBody: JSON.stringify({ description: hostile }) },
  ];
}
