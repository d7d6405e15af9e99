import type { ComponentSpec } from '../component.ts';
import { instance } from './app.ts';

/** What was deployed before a stack starts, oldest first; the last one runs. */
const revisions = '1.0.0,1.1.0';

/** They are part of the platform, not of the shop: they send no telemetry. */
const silent = { OTEL_SDK_DISABLED: 'true' };

/** Takes the payments of orders, at one of its revisions. Its process of the second port replaces the one that serves. */
export const payments: ComponentSpec = instance({
  service: 'payments',
  port: 3003,
  ports: [3004],
  env: {
    ...silent,
    ADMIN_PORT: '{port:3004}',
    PAYMENT_PROVIDER_URL: 'http://payment-provider:3002',
    REVISIONS: revisions,
  },
  after: ['payments-sidecar'],
});

/** The deployment controller, in the place of Argo CD. */
export const deployments: ComponentSpec = instance({
  service: 'deployments',
  port: 3005,
  env: { ...silent, APPLICATION: 'payments', POD_URL: 'http://payments:3004', REVISIONS: revisions },
  after: ['payments'],
});

/** Takes Alertmanager's webhooks and has the controller roll back. */
export const rollback: ComponentSpec = {
  ...instance({
    service: 'rollback',
    port: 3006,
    env: { ...silent, CONTROLLER_URL: 'http://deployments:3005' },
    after: ['deployments'],
  }),
  takesWebhooks: true,
};
