// Read by k6 itself as well as by Node: it may import nothing, and has no URL class to lean on.

/** What shop.ts can do; load.rates of a scenario names these. */
export const journeys = ['search', 'catalog', 'login', 'checkout'] as const;

const loopback = /^https?:\/\/(127\.0\.0\.1|localhost)(:\d{1,5})?\/?$/;
const mostPerSecond = 1_000;

/**
 * The address to load, without a trailing slash.
 *
 * @throws Error for anything but a bare address of this machine: load must never reach someone else's.
 */
export function loopbackUrl(given: string | undefined): string {
  if (given && loopback.test(given)) return given.replace(/\/$/, '');
  throw new Error(
    `BASE_URL=${given ?? ''}: expected http://127.0.0.1:PORT or http://localhost:PORT; load goes nowhere else`,
  );
}

/**
 * A rate as k6's arrival-rate executors take it: whole iterations in a unit of time. One iteration in 1/rate seconds
 * is the same pace for any rate, also below one a second.
 *
 * @param given requests per second; absent, empty or 0 is no rate.
 * @throws Error when it is not a number from 0 to 1000.
 */
export function timedRate(
  name: string,
  given: string | undefined,
): { rate: 1; timeUnit: string } | undefined {
  const perSecond = Number(given || 0);
  if (!(perSecond >= 0 && perSecond <= mostPerSecond)) {
    throw new Error(`${name}=${given}: expected requests per second from 0 to ${mostPerSecond}`);
  }
  return perSecond === 0 ? undefined : { rate: 1, timeUnit: `${(1_000 / perSecond).toFixed(6)}ms` };
}
