import type { KnownSystem } from '../known-system.ts';
import { counts } from './counts.ts';

/** The shop. */
export const shop: KnownSystem = {
  entry: { service: 'storefront', port: 3000 },
  measured: ['storefront', 'orders'],
  counts,
  queue: {
    worker: 'fulfilment',
    journey: 'checkout',
    job: 'orders',
    gauge(metric) {
      if (/(?:^|_)app_fulfilment_queue_depth$/.test(metric))
        return (perSecond, seconds) => perSecond * seconds;
      return /(?:^|_)app_fulfilment_queue_age(?:_seconds)?$/.test(metric)
        ? (_, seconds) => seconds
        : undefined;
    },
  },
};
