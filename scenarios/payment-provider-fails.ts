import type { ScenarioInput } from '../core/scenario.ts';
import { paymentDeploy } from './payment-deploy.ts';

export const paymentProviderFails: ScenarioInput = {
  ...paymentDeploy,
  name: 'payment-provider-fails',
  title: 'Failed payments that no deployment caused',
  summary:
    'the payment provider fails 30 % of the payments; HighErrorRate must page, and nothing is rolled back',
  fault: {
    ...paymentDeploy.fault,
    kind: 'payment-failures',
    params: { share: 0.3 },
    telemetry: {
      signal: 'metric',
      metric: 'otel_app_payment_errors_total',
      labels: { reason: 'provider_failed' },
    },
  },
  proofs: [{ kind: 'rollback', application: 'payments', times: 0 }],
};
