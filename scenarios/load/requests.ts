/**
 * The journeys of a user's system: requests at constant rates, however slowly the system answers. k6 runs this file. Its
 * environment:
 *
 *   REQUESTS   JSON: each journey with its method, path, headers, body, service, and the addresses of the service's instances
 *              on this machine, to which its requests alternate
 *   PODS       addresses of the run's pods, if k6 runs in a container beside them
 *   DURATION   e.g. 30m; default 1m
 *   RATE_...   requests per second of a journey, by its name in capitals; 0 or absent leaves the journey out
 *   LISTED     addresses of a staging that may be loaded; no redirect is followed then
 *   WARM       true if the services have had requests already: none are sent before the load
 *
 * Each sample has the tags `name` (its journey) and `instance` (web-1, web-2 and so on). Samples of the requests before the
 * load also have the tag `cold`.
 */
import exec from 'k6/execution';
import http from 'k6/http';
import { answerWithinMs, loadUrls, optionsFor, turnOf } from './plan.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly service: string;
  readonly urls: readonly string[];
}

const requests = JSON.parse(__ENV.REQUESTS || '{}') as Record<string, Request>;
for (const { urls } of Object.values(requests)) loadUrls(urls.join(','), __ENV.PODS, __ENV.LISTED);

export const options = optionsFor(Object.keys(requests), __ENV);
/** Kept, because k6 changes the options before it sends requests. */
const planned = Object.keys(options.scenarios);

/** How often each instance gets a request of every journey before the load, so that slow first requests are not judged. */
const coldRounds = __ENV.WARM === 'true' ? 0 : 3;

export function setup(): void {
  for (let round = 0; round < coldRounds; round++)
    for (const journey of planned)
      for (let instance = 0; instance < (requests[journey]?.urls.length ?? 0); instance++)
        ask(journey, instance, { cold: 'true' });
}

function ask(journey: string, instance: number, tags: Record<string, string> = {}): void {
  const request = requests[journey];
  if (!request) return;
  const { method, path, headers, body, service, urls } = request;
  http.request(method, `${urls[instance] ?? ''}${path}`, body ?? null, {
    // The name makes all requests of a journey one series.
    tags: { name: journey, instance: `${service}-${instance + 1}`, ...tags },
    timeout: `${answerWithinMs}ms`,
    // A redirect may lead to a host of which a staging says nothing.
    ...(__ENV.LISTED ? { redirects: 0 } : {}),
    headers,
  });
}

/** Every k6 scenario runs this function. The name of a k6 scenario is its journey. */
export default function (): void {
  const { name, iterationInTest } = exec.scenario;
  ask(name, turnOf(iterationInTest, requests[name]?.urls.length ?? 1).instance);
}
