import type { AlertLine, DrillLine } from '../../../core/drill-line.ts';
import { firingHops, resolvingHops } from '../../../core/hops.ts';

const checks = ['arrives', 'labels', 'resolved'] as const;

/** The line of an expected page that held. */
export const alertLine = (changes: Partial<AlertLine> = {}): AlertLine => ({
  ...{ expectation: 0, alert: 'WebDown', receiver: 'pagerduty', labels: { severity: 'page', team: 'web' } },
  ...{ outcome: 'pass', failed: [], targetMs: 16_000, mttdMs: 7_000 },
  floor: { best: 6_000, mean: 7_000, worst: 8_000 },
  hops: [...firingHops, ...resolvingHops],
  rule: { manager: 'prometheus', file: 'prometheus/rules/web.yml', group: 'web', index: 0 },
  dependsOn: { rule: 'r1', route: 'w1', templates: 't1', receiver: 'p1' },
  ...changes,
});

/** The line of an expected page that did not arrive. */
export const missed = (changes: Partial<AlertLine> = {}): AlertLine => {
  const { mttdMs: _, ...rest } = alertLine({
    ...{
      outcome: 'fail',
      failed: [...checks],
      lostAt: 'page received',
      cause: 'the alert was routed elsewhere',
    },
    hops: firingHops.slice(0, -1),
    ...changes,
  });
  return rest;
};

let made = 0;

/** The line of a drill with these expected pages. Its outcome and its checks follow from them, and from the noise. */
export function drillLine(
  alerts: readonly AlertLine[] = [alertLine()],
  changes: Partial<DrillLine> = {},
): DrillLine {
  const { noise = [] } = changes;
  const numbered = alerts.map((line, expectation) => ({ ...line, expectation }));
  const ofPages = numbered.flatMap(({ alert, receiver, failed, expectation }) =>
    checks.map((check): DrillLine['checks'][number] => ({
      ...{ id: `${alert}@${receiver}/${check}`, check, expectation },
      outcome: failed.includes(check) ? 'fail' : 'pass',
    })),
  );
  const others: DrillLine['checks'] = [
    { id: 'log/proof', check: 'proof', outcome: 'pass' },
    { id: 'drill/no-other-page', check: 'no-other-page', outcome: noise.length > 0 ? 'fail' : 'pass' },
  ];
  const all = changes.checks ?? [...ofPages, ...others];
  made += 1;
  return {
    ...{ version: 1, run: `run-${made}`, at: made, tookMs: 60_000, scenario: 'web-down', system: 'hello' },
    ...{ firedrill: '0.1.0', pace: 'fast' },
    stack: { name: 'metrics', topology: 'sidecar', runtime: 'process', with: [] },
    outcome: all.some(({ outcome }) => outcome === 'fail') ? 'fail' : 'pass',
    alerts: numbered,
    noise,
    ...changes,
    checks: all,
  };
}

/** Drills of these MTTDs. */
export const drillsOf = (...mttds: readonly number[]): DrillLine[] =>
  mttds.map((mttdMs) => drillLine([alertLine({ mttdMs })]));
