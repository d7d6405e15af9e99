// Both k6 and Node run this file. It must not import anything but types, and k6 has no URL class.
import type { Options, Scenario } from 'k6/options';

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
 * @param pods the addresses of the run's pods, with commas between them, if k6 runs in a container beside them.
 * @param listed addresses of a staging that may be loaded, with commas between them.
 * @throws Error for anything except plain addresses of this machine or of a pod, and those that are listed: load must reach
 * no other machine.
 */
export function loadUrls(given: string | undefined, pods: string | undefined, listed = ''): string[] {
  const isPod = (url: string) => {
    const [, host = ''] = /^http:\/\/([\d.]+):\d{1,5}\/?$/.exec(url) ?? [];
    return host !== '' && (pods ?? '').split(',').includes(host);
  };
  return (given ?? '').split(',').map((url) => {
    if (loopback.test(url) || isPod(url) || (url !== '' && listed.split(',').includes(url)))
      return url.replace(/\/$/, '');
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

const rateOf = (journey: string): string => `RATE_${journey.toUpperCase()}`;

/**
 * The options of a script whose journeys are each sent at a constant rate. A k6 scenario has the name of its journey.
 *
 * @param env RATE_… of each journey and DURATION.
 * @throws Error when no journey has a rate, or one is out of bounds.
 */
export function optionsFor(
  all: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Options & { readonly scenarios: Readonly<Record<string, Scenario>> } {
  const scenarios: Record<string, Scenario> = {};
  for (const journey of all) {
    const name = rateOf(journey);
    const rate = timedRate(name, env[name]);
    if (!rate) continue;
    scenarios[journey] = {
      executor: 'constant-arrival-rate',
      ...rate,
      duration: env.DURATION || '1m',
      // Without a free virtual user a request is not sent but counted in dropped_iterations, also while k6 adds a user.
      // So there are enough users from the start for a slow service, and at most 50 for one that does not answer.
      preAllocatedVUs: 10,
      maxVUs: 50,
      gracefulStop: '2s',
    };
  }
  if (Object.keys(scenarios).length === 0)
    throw new Error(`no rate is set: give one of ${all.map(rateOf).join(', ')}`);
  return {
    scenarios,
    discardResponseBodies: true,
    // A redirect could lead to another machine.
    maxRedirects: 0,
    // Only the tags that are read, because each sample is a JSON line with all of its tags.
    systemTags: ['name', 'status', 'error_code', 'expected_response', 'scenario'],
  };
}
