import type { Autopsy, Verdict } from '../../core/record.ts';
import { sampleFloors } from './alert.ts';
import type { SampleKind } from './basics.ts';

type Cause = Extract<SampleKind, 'held' | 'never-crossed' | 'routed-elsewhere'>;

const causes: Record<Exclude<Cause, 'held'>, Autopsy> = {
  'never-crossed': {
    hop: 'expression true',
    cause: 'the threshold was never crossed',
    evidence: [
      'sum(rate(app_checkout_errors_total[10s])) / sum(rate(app_checkout_attempts_total[10s])) was at most 0.031 during the fault; it must be > 0.05',
      '44 of 88 checkout requests failed (50 %), so the rule counts something else than what k6 saw',
    ],
  },
  'routed-elsewhere': {
    hop: 'page received',
    cause: 'the alert was routed to another receiver',
    evidence: [
      'Alertmanager got the alert at 10:30:42.180 and sent it to the receiver "blackhole"',
      'the route taken: (root) → severity=~"crit.*"',
      'slack is fed by the route team="payments", which comes after it',
    ],
  },
};

const page = 'CheckoutErrorRateHigh';

function arrives(receiver: 'slack' | 'pagerduty', measuredMs: number, cause: Cause): Verdict {
  const common = {
    id: `${page}@${receiver}/arrives`,
    title: `${page} reaches ${receiver} within 20 s`,
    targetMs: 20_000,
    floor: sampleFloors.detect,
  };
  if (cause === 'held') {
    const message = `arrived ${measuredMs} ms after the first failing request`;
    return { ...common, outcome: 'pass', message, measuredMs, evidence: ['receivers.slack: page 0'] };
  }
  return {
    ...common,
    outcome: 'fail',
    message: `no page ${page} arrived at ${receiver} within 20 s of the first failing request`,
    evidence: ['0 pages at this receiver during the drill'],
    autopsy: causes[cause],
  };
}

function following(receiver: 'slack' | 'pagerduty', measuredMs: number, cause: Cause): Verdict[] {
  const held = cause === 'held';
  const outcome = held ? 'pass' : 'fail';
  const message = (text: string) => (held ? text : 'no page arrived that could be looked at');
  const id = (check: string) => `${page}@${receiver}/${check}`;
  return [
    {
      id: id('labels'),
      title: `${page} at ${receiver} carries severity="critical", team="payments"`,
      outcome,
      message: message('all labels are there'),
      evidence: held ? ['severity=critical team=payments'] : [],
    },
    {
      id: id('runbook'),
      title: `the runbook of ${page} at ${receiver} opens`,
      outcome,
      message: message('opened with status 200'),
      evidence: held ? ['http://127.0.0.1:41090/runbooks/checkout-errors: 200'] : [],
    },
    {
      id: id('resolved'),
      title: `${page} is resolved at ${receiver} within 40 s`,
      outcome,
      message: message(`resolved ${measuredMs} ms after the last failing request`),
      targetMs: 40_000,
      ...(held ? { measuredMs } : {}),
      floor: sampleFloors.resolve,
      evidence: [],
    },
  ];
}

/** One verdict for each check of the sample scenario. */
export function sampleVerdicts(cause: Cause): Verdict[] {
  return [
    arrives('slack', 10_600, cause),
    ...following('slack', 12_460, cause),
    arrives('pagerduty', 10_630, cause),
    ...following('pagerduty', 12_500, cause),
    {
      id: 'drill/no-other-page',
      title: 'no other page',
      outcome: 'pass',
      message: 'none did',
      evidence: [],
    },
  ];
}

/** The same checks when the drill proved nothing. */
export const brokenVerdicts = (why: string): Verdict[] =>
  sampleVerdicts('held').map(({ id, title }) => ({
    id,
    title,
    outcome: 'broken',
    message: why,
    evidence: [],
  }));
