import { metaPair, type Pair } from '../configuration/files/pairs.ts';
import type { AdditionName, StackName } from '../core/scenario.ts';
import type { ComponentSpec, StackSpec } from './component.ts';
import { alertmanager } from './components/alertmanager.ts';
import { fulfilment, orders, storefront } from './components/app.ts';
import { deployments, payments, rollback } from './components/deployments.ts';
import { type PrometheusFlags, prometheus } from './components/prometheus.ts';
import { sidecar } from './components/sidecar.ts';

/** What a scenario can add to its stack by its key `with`. */
export interface Addition {
  /** Stacks to which it can be added. Default: all. */
  readonly stacks?: readonly StackName[];
  /** Folders of stacks/ that are laid over the stack's configuration. */
  readonly config: readonly string[];
  /** Further ones on stack `full`. */
  readonly full?: readonly string[];
  /** The pair whose alerts are judged, if it is not the main one. */
  readonly judged?: Pair;
  /** Components that run beside those of the stack. One with the name of a component of the stack replaces it. */
  components?(stack: StackSpec, flags: PrometheusFlags): readonly ComponentSpec[];
  /** Environment of components of the stack, by their names. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const additions: Readonly<Record<AdditionName, Addition>> = {
  /** SLOs of the shop, and the burn-rate alerts made of them. */
  slo: { config: ['config-slo'] },
  /** An alert on a spent error budget, and a dashboard of what is left; with `slo`. */
  freeze: { config: ['config-freeze'] },
  /** The same burn-rate alert for any traffic, and only where there is enough. */
  'low-traffic': { config: ['config-low-traffic'] },
  /** An alert on the burn rate over a single window, as it is often written. */
  budget: { config: ['config-budget'] },
  /** Alerts of everything that fails without the database, inhibited by the alert of the database. */
  cascade: { stacks: ['metrics'], config: ['config-cascade'] },
  /** Four storefronts, and alerts of single instances. For topology sidecar. */
  fleet: {
    config: ['config-fleet'],
    components: ({ components }) =>
      [1, 2, 3, 4]
        .map((number) => ({ number, name: number === 1 ? 'storefront' : `storefront-${number}` }))
        .filter(({ name }) => components.every((one) => one.name !== name))
        .flatMap(({ number, name }) => [sidecar(name), storefront(number, [`${name}-sidecar`])]),
  },
  /** A second rule of CheckoutErrorRateHigh, which pages if nobody has resolved it. */
  escalation: { config: ['config-escalation'] },
  /** A Prometheus and an Alertmanager that watch the monitoring, a Watchdog and a dead-man's switch. */
  watchers: {
    config: ['config-watchers'],
    full: ['config-watchers-full'],
    judged: metaPair,
    components: (_, flags) => [prometheus(flags, metaPair.prometheus), alertmanager(metaPair.alertmanager)],
  },
  /** A payments service that is deployed and rolled back, and what rolls it back when its errors rise. */
  deployments: {
    stacks: ['metrics'],
    config: ['config-deployments'],
    components: () => [
      sidecar('payments'),
      payments,
      deployments,
      rollback,
      orders('postgres', ['postgres', 'orders-sidecar', 'payments'], 'http://payments:3003'),
    ],
  },
  /** Severities P1 to P4, each with a contact point of its own. */
  severities: { config: ['config-severities'] },
  /** Alerts that end and fire again with the errors, with and without `keep_firing_for`. */
  flapping: { config: ['config-flapping'] },
  /** Alertmanager's file in its older form, with PagerDuty's Events API v1. */
  'events-v1': { config: ['config-events-v1'] },
  /** A ticket for a cause that users need not notice. */
  causes: { config: ['config-causes'] },
  /** An alert that compares the traffic with the day before. */
  traffic: { config: ['config-traffic'] },
  /** A service that fulfils orders from a queue. Its Prometheus scrapes the stack metrics. */
  fulfilment: {
    stacks: ['metrics'],
    config: ['config-fulfilment'],
    components: () => [sidecar('fulfilment'), fulfilment(['postgres', 'orders', 'fulfilment-sidecar'])],
    env: { orders: { FULFILMENT: 'queued' } },
  },
  /** An alert on how full the database pool of `orders` is. */
  saturation: { config: ['config-saturation'] },
  /** Metrics made of the spans, and an alert that needs both signals. */
  'span-metrics': { stacks: ['metrics'], config: ['config-span-metrics'] },
};
