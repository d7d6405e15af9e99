import { churnText, labelChurn } from '../label-churn.ts';
import type { Cause } from './case.ts';

/** Each value is an alert of its own, for which `for` starts anew. */
export const labelsChange: Cause = {
  hop: 'firing',
  cause: 'its labels change while it is pending, so that `for` starts anew each time',
  evidence: ({ alert, injectedAt }) => {
    const churn = labelChurn(alert, injectedAt);
    return churn && churnText(churn);
  },
};
