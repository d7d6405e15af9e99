import type { AdditionName } from '../core/scenario.ts';
import type { ComponentSpec } from './component.ts';
import { fulfilment } from './components/app.ts';
import { sidecar } from './components/sidecar.ts';

/** What a scenario can add to its stack by its key `with`. */
export interface Addition {
  /** Folders of stacks/ that are laid over the stack's configuration. */
  readonly config: readonly string[];
  /** Components that run beside those of the stack. */
  readonly components?: readonly ComponentSpec[];
  /** Environment of components of the stack, by their names. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const additions: Readonly<Record<AdditionName, Addition>> = {
  /** SLOs of the shop, and the burn-rate alerts made of them. */
  slo: { config: ['config-slo'] },
  /** An alert that compares the traffic with the day before. */
  traffic: { config: ['config-traffic'] },
  /** A service that fulfils orders from a queue. Its Prometheus scrapes the stack metrics. */
  fulfilment: {
    config: ['config-fulfilment'],
    components: [sidecar('fulfilment'), fulfilment(['postgres', 'orders', 'fulfilment-sidecar'])],
    env: { orders: { FULFILMENT: 'queued' } },
  },
  /** An alert on how full the database pool of `orders` is. */
  saturation: { config: ['config-saturation'] },
  /** Metrics made of the spans, and an alert that needs both signals. */
  'span-metrics': { config: ['config-span-metrics'] },
};
