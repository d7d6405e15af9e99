import type { StackSpec } from './component.ts';
import { alertmanager } from './components/alertmanager.ts';
import { orders, paymentProvider, storefront } from './components/app.ts';
import { postgres } from './components/postgres.ts';
import { type PrometheusFlags, prometheus } from './components/prometheus.ts';
import { sidecar } from './components/sidecar.ts';

/** The shop with a sidecar Collector for each instrumented service, Prometheus and Alertmanager. */
export const metricsStack = (flags: PrometheusFlags): StackSpec => ({
  name: 'metrics',
  topology: 'sidecar',
  components: [
    postgres,
    sidecar('orders'),
    sidecar('storefront'),
    prometheus(flags),
    alertmanager,
    paymentProvider,
    orders,
    storefront,
  ],
});
