import { churnText, labelChurn } from '../label-churn.ts';
import type { Cause } from './case.ts';

/** Each value of the label is a new alert, for which `for` starts again. */
export const labelsChange: Cause = {
  hop: 'firing',
  cause: 'its labels change while it is pending, so that `for` starts anew each time',
  evidence: ({ alert, injectedAt }) => {
    const churn = labelChurn(alert, injectedAt);
    return churn && churnText(churn);
  },
};
