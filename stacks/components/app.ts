import type { ComponentSpec } from '../component.ts';
import { databaseUrl } from './postgres.ts';

/** What the services of the sample app have in common. `telemetry` is read from config/app/telemetry.env. */
const service = (
  name: string,
  port: number,
  env: Readonly<Record<string, string>>,
  after: readonly string[],
): ComponentSpec => ({
  name,
  pod: name,
  program: {
    kind: 'node',
    entry: `stacks/sample-app/${name}/main.ts`,
    imports: ['stacks/sample-app/shared/telemetry.ts'],
  },
  args: [],
  env: {
    HOST: '127.0.0.1',
    PORT: `{port:${port}}`,
    OTEL_SERVICE_NAME: name,
    OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${name}-1`,
    ...env,
  },
  ports: [port],
  config: 'app',
  ready: { kind: 'http', port, path: '/health/ready' },
  after,
});

/** A third party: it has telemetry of its own that we never see. */
export const paymentProvider = service('payment-provider', 3002, { OTEL_SDK_DISABLED: 'true' }, []);

export const orders = service(
  'orders',
  3001,
  { DATABASE_URL: databaseUrl, PAYMENT_PROVIDER_URL: 'http://payment-provider:3002' },
  ['postgres', 'orders-sidecar'],
);

export const storefront = service('storefront', 3000, { ORDERS_URL: 'http://orders:3001' }, [
  'storefront-sidecar',
]);
