import type { ComponentSpec, ImageFacts } from '../component.ts';
import { databaseUrl } from './postgres.ts';

/** One instance of a service of the sample app; the first has the service's name, the second `<name>-2`. */
interface Instance {
  readonly service: string;
  readonly number?: number;
  readonly port: number;
  /** Further ports, beside that of the service. */
  readonly ports?: readonly number[];
  readonly env: Readonly<Record<string, string>>;
  readonly after: readonly string[];
}

/** Node with the programs of this project that run on it. */
export const appImage: ImageFacts = {
  reference: 'node:24.21.0-bookworm-slim',
  entrypoint: ['/usr/local/bin/node'],
  user: '1000',
  config: '/etc/shop',
  data: '/home/node',
  // The project's folder and the working directory: programs are started by relative paths.
  home: '/app',
};

/** Other telemetry settings are read from the folder `app` of the configuration. */
export function instance({ service, number = 1, port, ports = [], env, after }: Instance): ComponentSpec {
  const name = number === 1 ? service : `${service}-${number}`;
  return {
    name,
    pod: name,
    program: {
      kind: 'node',
      entry: `systems/shop/services/${service}/main.ts`,
      imports: ['systems/shop/services/shared/telemetry.ts'],
    },
    args: [],
    env: {
      HOST: '{host}',
      PORT: `{port:${port}}`,
      ADMIN_TOKEN: '{secret}',
      OTEL_SERVICE_NAME: service,
      OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${service}-${number}`,
      ...env,
    },
    ports: [port, ...ports],
    config: 'app',
    ready: { kind: 'http', port, path: '/health/ready' },
    image: appImage,
    limits: { cpus: 0.4, memoryMiB: 600 },
    after,
  };
}

/** An external provider: its telemetry is not visible. */
export const paymentProvider = instance({
  service: 'payment-provider',
  port: 3002,
  env: { OTEL_SDK_DISABLED: 'true' },
  after: [],
});

/**
 * @param databasePod the pod it connects to: `postgres`, or a proxy before it.
 * @param paymentsUrl what it pays through: the provider, or a service before it.
 */
export const orders = (
  databasePod: string,
  after: readonly string[],
  paymentsUrl = 'http://payment-provider:3002',
): ComponentSpec =>
  instance({
    service: 'orders',
    port: 3001,
    env: { DATABASE_URL: databaseUrl(databasePod), PAYMENT_PROVIDER_URL: paymentsUrl },
    after,
  });

/** Fulfils the orders that `orders` puts into the queue. */
export const fulfilment = (after: readonly string[]): ComponentSpec =>
  instance({ service: 'fulfilment', port: 3003, env: { DATABASE_URL: databaseUrl('postgres') }, after });

export const storefront = (number: number, after: readonly string[]): ComponentSpec =>
  instance({ service: 'storefront', number, port: 3000, env: { ORDERS_URL: 'http://orders:3001' }, after });
