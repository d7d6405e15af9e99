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
 * order of BASE_URLS.
 */
import exec from 'k6/execution';
import http, { type Params } from 'k6/http';
import type { Options, Scenario } from 'k6/options';
import { answerWithinMs, journeys, loopbackUrls, timedRate, turnOf } from './plan.ts';

const baseUrls = loopbackUrls(__ENV.BASE_URLS || __ENV.BASE_URL);
const searchTypes = (__ENV.SEARCH_TYPES || 'rent,sale').split(',');
const listings = 60;
const rateOf = (journey: string): string => `RATE_${journey.toUpperCase()}`;

export const options: Options = {
  scenarios: scenarios(),
  discardResponseBodies: true,
  // A redirect could lead away from this machine.
  maxRedirects: 0,
  // Only what is read: every sample is a line of JSON that carries all of its tags.
  systemTags: ['name', 'status', 'error_code', 'expected_response', 'scenario'],
};

function scenarios(): Record<string, Scenario> {
  const planned: Record<string, Scenario> = {};
  for (const journey of journeys) {
    const name = rateOf(journey);
    const rate = timedRate(name, __ENV[name]);
    if (!rate) continue;
    planned[journey] = {
      executor: 'constant-arrival-rate',
      exec: journey,
      ...rate,
      duration: __ENV.DURATION || '1m',
      // A request that finds no free virtual user is not sent but counted as dropped_iterations, also while k6 adds
      // one more; so there are enough from the start for a shop that slows down, up to a bound when it stands still.
      preAllocatedVUs: 10,
      maxVUs: 50,
      gracefulStop: '2s',
    };
  }
  if (Object.keys(planned).length === 0)
    throw new Error(`no rate is set: give one of ${journeys.map(rateOf).join(', ')}`);
  return planned;
}

/** Where the next request of this journey goes, and which of the journey's variants it is. */
function next(journey: string, variants: number): { url: string; params: Params; variant: number } {
  const { instance, variant } = turnOf(exec.scenario.iterationInTest, baseUrls.length, variants);
  return {
    url: baseUrls[instance] ?? '',
    variant,
    params: {
      // The name makes all requests of a journey one series.
      tags: { name: journey, instance: `storefront-${instance + 1}` },
      timeout: `${answerWithinMs}ms`,
      headers: { 'content-type': 'application/json' },
    },
  };
}

export function search(): void {
  const { url, params, variant } = next('search', searchTypes.length);
  http.get(`${url}/search?type=${searchTypes[variant]}`, params);
}

export function monthly(): void {
  const { url, params } = next('monthly', 1);
  http.get(`${url}/search?type=monthly`, params);
}

export function catalog(): void {
  const { url, params } = next('catalog', 1);
  http.get(`${url}/catalog`, params);
}

export function login(): void {
  const { url, params } = next('login', 1);
  http.post(`${url}/login`, JSON.stringify({ email: 'ada@shop.example', password: 'open sesame' }), params);
}

export function checkout(): void {
  const { url, params, variant } = next('checkout', listings);
  http.post(`${url}/checkout`, JSON.stringify({ listingId: variant + 1 }), params);
}
