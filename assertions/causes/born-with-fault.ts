import { humanDuration } from '../../core/duration.ts';
import { labelsText } from '../checks.ts';
import type { Cause } from './case.ts';

/** A counter that first exists when it first counts: `rate` and `increase` see what follows its first sample only. */
export const bornWithFault: Cause = {
  hop: 'expression true',
  cause:
    'the series was born with the fault: a counter that first exists when it first counts has no increase',
  evidence: ({ alert: { born = [] }, injectedAt }) =>
    born.map(
      ({ selector, labels, firstAt, firstValue, rise }) =>
        `${selector}: {${labelsText(labels)}} began ${humanDuration(firstAt - injectedAt)} after the injection, at ${firstValue}, and rose by ${rise} since; start it at 0`,
    ),
};
