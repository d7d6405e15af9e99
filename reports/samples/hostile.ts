import type { DrillRecord } from '../../core/record.ts';
import { sampleRecord } from '../sample-record.ts';

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
    scenario: { ...record.scenario, title: hostile, summary: hostile },
    versions: bad,
    stack: {
      ...record.stack,
      runtime: hostile,
      components: [{ name: hostile, tool: hostile, version: hostile, address: hostile }],
    },
    configuration: [{ file: hostile, sha256: hostile }],
    phases: record.phases.map((phase) => ({ ...phase, detail: hostile })),
    pages: [
      {
        ...page,
        labels: bad,
        annotations: bad,
        title: hostile,
        text: hostile,
        links: ['javascript:alert(1)', hostile],
      },
    ],
    deliveries: [{ ...delivery, body: hostile, path: hostile, responseStatus: 400, responseBody: hostile }],
    runbooks: [{ url: hostile, problem: hostile }],
    evidence: {
      ...record.evidence,
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
