import { humanDuration } from '../../core/duration.ts';
import { type Case, type Cause, firedSince } from './case.ts';

const longestTrue = ({ alert, injectedAt }: Case) =>
  Math.max(0, ...alert.trueStretches.filter(({ to }) => to >= injectedAt).map(({ from, to }) => to - from));

const wasPending = ({ alert, injectedAt }: Case) => alert.pending.some(({ to }) => to >= injectedAt);

/** Grafana asks its data source by itself, which may be another one than was asked here. */
export const readElsewhere: Cause = {
  hop: 'pending',
  cause: 'Grafana read no data where there is some',
  evidence: (of) => {
    const { rule } = of.alert;
    if (rule?.health !== 'nodata' || wasPending(of) || firedSince(of).length > 0) return undefined;
    return [
      `Grafana says that ${rule.query} has no data`,
      `asked directly, it was true for ${humanDuration(longestTrue(of))}`,
      'check the address and the tenant of its data source',
    ];
  },
};

/** The expression was true, and yet no evaluation saw it. */
export const betweenEvaluations: Cause = {
  hop: 'pending',
  cause: 'the expression was true only between evaluations',
  evidence: (of) =>
    wasPending(of) || firedSince(of).length > 0
      ? undefined
      : [
          `longest true stretch: ${humanDuration(longestTrue(of))}`,
          `the rule is evaluated every ${humanDuration(of.alert.rule?.intervalMs ?? Number.NaN)}`,
        ],
};

export const forNeverSatisfied: Cause = {
  hop: 'firing',
  cause: '`for` was never satisfied',
  evidence: (of) => {
    if (firedSince(of).length > 0 || of.alert.firing.length > 0) return undefined;
    const { rule, pending, trueStretches } = of.alert;
    return [
      `longest true stretch: ${humanDuration(longestTrue(of))}; for: ${humanDuration(rule?.forMs ?? Number.NaN)}`,
      `times pending: ${pending.length}; stretches in which the expression was true: ${trueStretches.length}`,
    ];
  },
};

export const firingBefore: Cause = {
  hop: 'firing',
  cause: 'the alert was already firing when the fault was injected',
  evidence: (of) =>
    firedSince(of).length > 0 ? undefined : ['it did not start firing anew after the fault'],
};
