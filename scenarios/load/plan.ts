// Both k6 and Node run this file. It must not import anything, and k6 has no URL class.

/** The journeys of shop.ts: the keys of load.rates in a scenario. */
export const journeys = ['search', 'catalog', 'login', 'checkout', 'monthly'] as const;
export type Journey = (typeof journeys)[number];

const loopback = /^https?:\/\/(127\.0\.0\.1|localhost)(:\d{1,5})?\/?$/;
const mostPerSecond = 1_000;

/** Timeout of a request in milliseconds: longer than every timeout within the shop. */
export const answerWithinMs = 20_000;

/**
 * The addresses to load, without trailing slashes.
 *
 * @param given one address, or several with commas between them.
 * @throws Error for anything except plain addresses of this machine: load must never reach another machine.
 */
export function loopbackUrls(given: string | undefined): string[] {
  return (given ?? '').split(',').map((url) => {
    if (loopback.test(url)) return url.replace(/\/$/, '');
    throw new Error(
      `BASE_URLS=${given ?? ''}: expected http://127.0.0.1:PORT or http://localhost:PORT; load goes nowhere else`,
    );
  });
}

/**
 * The instance for the nth request of a journey, and its number on that instance, both from 0. Requests alternate between
 * the instances. The search type depends on the number on the instance: if it depended on n, one of two instances would get
 * every search for `rent`.
 */
export const turnOf = (n: number, instances: number) => ({
  instance: n % instances,
  nth: Math.floor(n / instances),
});

/**
 * Converts a rate for k6's arrival-rate executors, which take whole iterations per unit of time: one iteration per 1/rate
 * seconds. This works for rates below one a second too.
 *
 * @param name of the variable, for the error.
 * @param given requests per second; absent, empty or 0 means no requests.
 * @returns `undefined` for no requests.
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
