import { checkOf } from '../configuration/checked/check-config.ts';
import type { AdditionName, StackName, Topology } from '../core/scenario.ts';
import { additions } from './additions.ts';
import type { ComponentSpec, StackSpec } from './component.ts';
import { alertmanager } from './components/alertmanager.ts';
import { orders, paymentProvider, storefront } from './components/app.ts';
import { gateway } from './components/gateway.ts';
import { grafana } from './components/grafana.ts';
import { loki } from './components/loki.ts';
import { postgres } from './components/postgres.ts';
import { type PrometheusFlags, prometheus } from './components/prometheus.ts';
import { sidecar } from './components/sidecar.ts';
import { tempo } from './components/tempo.ts';
import { toxiproxy } from './components/toxiproxy.ts';

/**
 * A stack of that name with these additions, as data.
 *
 * @throws Error for `metrics` in topology `direct`, which does not exist.
 */
export function stackOf(
  name: StackName,
  topology: Topology,
  flags: PrometheusFlags,
  added: readonly AdditionName[] = [],
): StackSpec {
  if (name === 'metrics' && topology === 'direct')
    throw new Error('the stack metrics has no topology direct');
  const stack = name === 'full' ? fullStack(topology, flags) : metricsStack(flags);
  const all = added.map((addition) => additions[addition]);
  const more = all.flatMap(({ components }) => components?.(stack) ?? []);
  const replaced = new Set(more.map((one) => one.name));
  return {
    ...stack,
    config: [...stack.config, ...all.flatMap(({ config }) => config)],
    components: [...stack.components.filter((one) => !replaced.has(one.name)), ...more],
  };
}

/** The shop with a sidecar Collector for each instrumented service, Prometheus and Alertmanager. */
const metricsStack = (flags: PrometheusFlags): StackSpec => ({
  name: 'metrics',
  topology: 'sidecar',
  config: ['config'],
  components: [
    postgres,
    sidecar('orders'),
    sidecar('storefront'),
    prometheus(flags),
    alertmanager,
    paymentProvider,
    orders('postgres', ['postgres', 'orders-sidecar']),
    storefront(1, ['storefront-sidecar']),
  ],
});

/** The shop with two storefronts and a database that can be slowed down, and its monitoring. */
function fullStack(topology: Topology, flags: PrometheusFlags): StackSpec {
  const collector = (pod: string) => (topology === 'direct' ? 'gateway' : `${pod}-sidecar`);
  return {
    name: 'full',
    topology,
    config: topology === 'direct' ? ['config', 'config-full', 'config-direct'] : ['config', 'config-full'],
    // Stopped in reverse order: senders of telemetry before its receivers, so that the last telemetry is delivered.
    components: [
      postgres,
      toxiproxy,
      loki,
      tempo,
      prometheus(flags),
      alertmanager,
      gateway(topology),
      ...(topology === 'direct' ? [] : ['orders', 'storefront', 'storefront-2'].map(sidecar)),
      grafana,
      paymentProvider,
      orders('toxiproxy', ['postgres', 'toxiproxy', collector('orders')]),
      storefront(1, [collector('storefront')]),
      storefront(2, [collector('storefront-2')]),
    ],
  };
}

/** Binaries of the toolchain for the stack's components and for checking its configuration. */
export const binariesOf = ({ components }: Pick<StackSpec, 'components'>): string[] => [
  ...new Set(components.flatMap((component) => [...programOf(component), ...checkOf(component)])),
];

const programOf = ({ program }: ComponentSpec): string[] =>
  program.kind === 'binary' ? [program.binary] : [];
