import type { ScenarioInput } from '../core/scenario.ts';
import { checkoutErrors } from './checkout-errors.ts';

export const slackOutage: ScenarioInput = {
  ...checkoutErrors,
  name: 'slack-outage',
  title: 'Slack is down when the page is sent',
  summary:
    'Slack answers 503 for two minutes; Alertmanager must send CheckoutErrorRateHigh again until it arrives',
  stacks: ['metrics'],
  refusing: { slack: { with: 503, for: '2m' } },
  expectations: checkoutErrors.expectations
    .filter(({ stacks }) => stacks === undefined)
    // The page alone takes up to three minutes, the outage two, and Alertmanager waits longer after each attempt.
    .map((expectation) => (expectation.kind === 'page' ? { ...expectation, within: '8m' } : expectation)),
  proofs: [],
};
