import { humanDuration } from '../../core/duration.ts';
import { type Case, type Cause, firedSince } from './case.ts';
import { lostWhenFalse } from './lost-value.ts';

const longestTrue = ({ alert, injectedAt }: Case) =>
  Math.max(0, ...alert.trueStretches.filter(({ to }) => to >= injectedAt).map(({ from, to }) => to - from));

const wasPending = ({ alert, injectedAt }: Case) => alert.pending.some(({ to }) => to >= injectedAt);

/** Grafana found no data, but the harness did: Grafana may query another data source. */
export const dataSourceDiffers: Cause = {
  hop: 'pending',
  cause: 'Grafana read no data where there is some',
  evidence: (alertCase) => {
    const { rule } = alertCase.alert;
    if (rule?.health !== 'nodata' || wasPending(alertCase) || firedSince(alertCase).length > 0)
      return undefined;
    return [
      `Grafana says that ${rule.query} has no data`,
      `asked directly, it was true for ${humanDuration(longestTrue(alertCase))}`,
      'check the address and the tenant of its data source',
    ];
  },
};

/** The expression was true only between two evaluations. */
export const betweenEvaluations: Cause = {
  hop: 'pending',
  cause: 'the expression was true only between evaluations',
  evidence: (alertCase) =>
    wasPending(alertCase) || firedSince(alertCase).length > 0
      ? undefined
      : [
          `longest true stretch: ${humanDuration(longestTrue(alertCase))}`,
          `the rule is evaluated every ${humanDuration(alertCase.alert.rule?.intervalMs ?? Number.NaN)}`,
        ],
};

export const forNeverSatisfied: Cause = {
  hop: 'firing',
  cause: '`for` was never satisfied',
  evidence: (alertCase) => {
    if (firedSince(alertCase).length > 0 || alertCase.alert.firing.length > 0) return undefined;
    const { rule, pending, trueStretches } = alertCase.alert;
    return [
      `longest true stretch: ${humanDuration(longestTrue(alertCase))}; for: ${humanDuration(rule?.forMs ?? Number.NaN)}`,
      `times pending: ${pending.length}; stretches in which the expression was true: ${trueStretches.length}`,
      ...lostWhenFalse(alertCase),
    ];
  },
};

export const firingBefore: Cause = {
  hop: 'firing',
  cause: 'the alert was already firing when the fault was injected',
  evidence: (alertCase) =>
    firedSince(alertCase).length > 0 ? undefined : ['it did not start firing anew after the fault'],
};
