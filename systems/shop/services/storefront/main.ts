import { readConfig, readListen } from '../shared/config.ts';
import { downstream } from '../shared/downstream.ts';
import { runService } from '../shared/service.ts';
import { registerBrowse } from './browse.ts';
import { registerCheckout } from './checkout.ts';
import { registerLogin } from './login.ts';

await runService('storefront', () => {
  const config = readConfig(process.env, (from) => ({
    listen: readListen(from),
    ordersUrl: from.url('ORDERS_URL', 'http:', 'https:'),
    ordersTimeoutMs: from.milliseconds('ORDERS_TIMEOUT_MS', 8_000),
  }));
  const orders = downstream('orders', config.ordersUrl, config.ordersTimeoutMs);
  return {
    listen: config.listen,
    routes: (app) => {
      registerBrowse(app, orders);
      registerLogin(app, orders);
      registerCheckout(app, orders);
    },
  };
});
