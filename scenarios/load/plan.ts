// Read by k6 itself as well as by Node: it may import nothing, and has no URL class to lean on.

/** What shop.ts can do; load.rates of a scenario names these. */
export const journeys = ['search', 'catalog', 'login', 'checkout', 'monthly'] as const;
export type Journey = (typeof journeys)[number];

const loopback = /^https?:\/\/(127\.0\.0\.1|localhost)(:\d{1,5})?\/?$/;
const mostPerSecond = 1_000;

/** How long a request waits for its answer, milliseconds: above every limit within the shop. */
export const answerWithinMs = 20_000;

/**
 * The addresses to load, without trailing slashes.
 *
 * @param given one address, or several with commas between them.
 * @throws Error for anything but bare addresses of this machine: load must never reach someone else's.
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
 * Where the nth request of a journey goes and which it is there, both counted from 0. The instances take turns, and what
 * a request asks for goes by its count there: were it by n, one of two instances would see every `rent`.
 */
export const turnOf = (n: number, instances: number) => ({
  instance: n % instances,
  nth: Math.floor(n / instances),
});

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
