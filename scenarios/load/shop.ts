/**
 * The shop's mix of journeys, each at a constant rate whatever the shop answers: a slow shop gets no rest. k6 runs
 * this file; its environment is
 *
 *   BASE_URL       address of the storefront on this machine
 *   DURATION       e.g. 30m; default 1m
 *   RATE_SEARCH, RATE_CATALOG, RATE_LOGIN, RATE_CHECKOUT
 *                  requests per second, may be fractional; 0 or absent leaves the journey out
 *   SEARCH_TYPES   what to search for, in turn; default rent,sale
 */
import exec from 'k6/execution';
import http, { type Params } from 'k6/http';
import type { Options, Scenario } from 'k6/options';
import { journeys, loopbackUrl, timedRate } from './plan.ts';

const baseUrl = loopbackUrl(__ENV.BASE_URL);
const searchTypes = (__ENV.SEARCH_TYPES || 'rent,sale').split(',');
const listings = 60;

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
    const name = `RATE_${journey.toUpperCase()}`;
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
    throw new Error('no rate is set: give RATE_SEARCH, RATE_CATALOG, RATE_LOGIN or RATE_CHECKOUT');
  return planned;
}

/** The name makes all requests of a journey one series. The time limit is above every limit within the shop. */
const params = (name: string): Params => ({
  tags: { name },
  timeout: '20s',
  headers: { 'content-type': 'application/json' },
});

const turn = (): number => exec.scenario.iterationInTest;

export function search(): void {
  http.get(`${baseUrl}/search?type=${searchTypes[turn() % searchTypes.length]}`, params('search'));
}

export function catalog(): void {
  http.get(`${baseUrl}/catalog`, params('catalog'));
}

export function login(): void {
  const body = JSON.stringify({ email: 'ada@shop.example', password: 'open sesame' });
  http.post(`${baseUrl}/login`, body, params('login'));
}

export function checkout(): void {
  const body = JSON.stringify({ listingId: (turn() % listings) + 1 });
  http.post(`${baseUrl}/checkout`, body, params('checkout'));
}
