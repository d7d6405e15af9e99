/**
 * The journeys of the shop, each at a constant rate, however slowly the shop answers. k6 runs this file. Its environment:
 *
 *   BASE_URLS      addresses of the storefront's instances on this machine, separated by commas; the requests of each journey
 *                  alternate between them. Default: BASE_URL
 *   PODS       addresses of the run's pods, if k6 runs in a container beside them
 *   DURATION       e.g. 30m; default 1m
 *   RATE_SEARCH, RATE_CATALOG, RATE_LOGIN, RATE_CHECKOUT, RATE_MONTHLY
 *                  requests per second, may be fractional; 0 or absent leaves the journey out. `monthly` is a rare search
 *                  that can fail while every other journey is healthy
 *   WARM           true if the services have had requests already: none are sent before the load
 *   SEARCH_TYPES   types that `search` requests in turn, separated by commas; default rent,sale
 *
 * Each sample has the tags `name` (its journey) and `instance` (storefront-1, storefront-2 and so on, in the order of
 * BASE_URLS). Samples of the requests before the load also have the tag `cold`.
 */
import exec from 'k6/execution';
import http, { type Params } from 'k6/http';
import { answerWithinMs, type Journey, journeys, loadUrls, optionsFor, turnOf } from './plan.ts';

const baseUrls = loadUrls(__ENV.BASE_URLS || __ENV.BASE_URL, __ENV.PODS);
const searchTypes = (__ENV.SEARCH_TYPES || 'rent,sale').split(',');
const listings = 60;
export const options = optionsFor(journeys, __ENV);
/** Kept, because k6 changes the options before it sends requests. */
const planned = journeys.filter((name) => name in options.scenarios);

/** How often each instance gets a request of every journey before the load. */
const coldRounds = __ENV.WARM === 'true' ? 0 : 3;

/**
 * A service that has just started compiles its code and opens its connections with its first requests. Under load, each of
 * these would wait for all before it, and on a slow machine the slowest would take seconds and fire a latency alert. So the
 * first requests are sent one after the other, before the load.
 */
export function setup(): void {
  for (let round = 0; round < coldRounds; round++) {
    for (const journey of planned) {
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

/** Every k6 scenario runs this function. The name of a k6 scenario is its journey. */
export default function (): void {
  const { name, iterationInTest } = exec.scenario;
  const { instance, nth } = turnOf(iterationInTest, baseUrls.length);
  ask(name as Journey, instance, nth);
}
