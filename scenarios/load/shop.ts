/**
 * The shop's mix of journeys, each at a constant rate whatever the shop answers: a slow shop gets no rest. k6 runs
 * this file; its environment is
 *
 *   BASE_URLS      addresses of the storefront's instances on this machine, with commas between them; of every journey,
 *                  they take requests in turn. BASE_URL is taken where this is absent
 *   DURATION       e.g. 30m; default 1m
 *   RATE_SEARCH, RATE_CATALOG, RATE_LOGIN, RATE_CHECKOUT, RATE_MONTHLY
 *                  requests per second, may be fractional; 0 or absent leaves the journey out. `monthly` is the search
 *                  that hardly anyone does, and for which the others' health says nothing
 *   SEARCH_TYPES   what `search` searches for, in turn; default rent,sale
 *
 * Each sample is tagged with its journey as `name`, and with `instance`: storefront-1, storefront-2 and so on, in the
 * order of BASE_URLS. Those of the first requests, which go out one by one before the load, are tagged `cold` as well.
 */
import exec from 'k6/execution';
import http, { type Params } from 'k6/http';
import type { Options, Scenario } from 'k6/options';
import { answerWithinMs, type Journey, journeys, loopbackUrls, timedRate, turnOf } from './plan.ts';

const baseUrls = loopbackUrls(__ENV.BASE_URLS || __ENV.BASE_URL);
const searchTypes = (__ENV.SEARCH_TYPES || 'rent,sale').split(',');
const listings = 60;
const rateOf = (journey: string): string => `RATE_${journey.toUpperCase()}`;

const planned = scenarios();

export const options: Options = {
  scenarios: planned,
  discardResponseBodies: true,
  // A redirect could lead away from this machine.
  maxRedirects: 0,
  // Only what is read: every sample is a line of JSON that carries all of its tags.
  systemTags: ['name', 'status', 'error_code', 'expected_response', 'scenario'],
};

function scenarios(): Record<string, Scenario> {
  const each: Record<string, Scenario> = {};
  for (const journey of journeys) {
    const name = rateOf(journey);
    const rate = timedRate(name, __ENV[name]);
    if (!rate) continue;
    each[journey] = {
      executor: 'constant-arrival-rate',
      ...rate,
      duration: __ENV.DURATION || '1m',
      // A request that finds no free virtual user is not sent but counted as dropped_iterations, also while k6 adds
      // one more; so there are enough from the start for a shop that slows down, up to a bound when it stands still.
      preAllocatedVUs: 10,
      maxVUs: 50,
      gracefulStop: '2s',
    };
  }
  if (Object.keys(each).length === 0)
    throw new Error(`no rate is set: give one of ${journeys.map(rateOf).join(', ')}`);
  return each;
}

/** Rounds in which each instance is asked for every journey before the load. */
const coldRounds = 3;

/**
 * A service that has just started compiles its code and makes its connections with its first requests. Were these the
 * load itself, each would wait for all before it, and the slowest take seconds where there is little processor: latency
 * enough to page somebody. So before the load, they go out one after the other.
 */
export function setup(): void {
  for (let round = 0; round < coldRounds; round++) {
    for (const journey of journeys.filter((name) => name in planned)) {
      for (let instance = 0; instance < baseUrls.length; instance++) {
        ask(journey, instance, round, { cold: 'true' });
      }
    }
  }
}

/** The nth request of a journey to an instance, both counted from 0. */
function ask(journey: Journey, instance: number, nth: number, tags: Record<string, string> = {}): void {
  const url = baseUrls[instance] ?? '';
  const params: Params = {
    // The name makes all requests of a journey one series.
    tags: { name: journey, instance: `storefront-${instance + 1}`, ...tags },
    timeout: `${answerWithinMs}ms`,
    headers: { 'content-type': 'application/json' },
  };
  const get = (path: string) => http.get(`${url}${path}`, params);
  const post = (path: string, body: object) => http.post(`${url}${path}`, JSON.stringify(body), params);
  switch (journey) {
    case 'search':
      get(`/search?type=${searchTypes[nth % searchTypes.length]}`);
      break;
    case 'monthly':
      get('/search?type=monthly');
      break;
    case 'catalog':
      get('/catalog');
      break;
    case 'login':
      post('/login', { email: 'ada@shop.example', password: 'open sesame' });
      break;
    case 'checkout':
      post('/checkout', { listingId: 1 + (nth % listings) });
  }
}

/** Executed by every scenario, each of which has the name of its journey. */
export default function (): void {
  const { name, iterationInTest } = exec.scenario;
  const { instance, nth } = turnOf(iterationInTest, baseUrls.length);
  ask(name as Journey, instance, nth);
}
