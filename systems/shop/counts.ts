import { UnknownValue } from '../../core/promql/value.ts';
import type { Counted, CountsVariant, SystemCounts, Traffic } from '../known-system.ts';

const variants: readonly CountsVariant[] = [true, false].flatMap((withProvider) =>
  [1, 0.5].map(
    (perInstance): CountsVariant => ({
      perInstance,
      instances: ({ labels }) => (labels.job?.includes('storefront') ? 1 / perInstance : 1),
      rows: (metric, traffic) => rowsOf(metric, traffic, withProvider),
    }),
  ),
);

/** Whether the requests of the payment provider are counted, and whether there are two storefronts, depends on the stack. */
export const counts: SystemCounts = {
  labels: ['job', 'instance', 'reason', 'http_route', 'http_request_method', 'http_response_status_code'],
  optional: ['reason'],
  everywhere: ['instance', 'cluster'],
  variants,
};

/** Names of metrics, whatever namespace and unit an exporter gives them. */
const attempts = /(?:^|_)app_(checkout|login|payment)_attempts(?:_total)?$/;
const errors = /(?:^|_)app_(checkout|login|payment)_errors(?:_total)?$/;
const requests = /(?:^|_)app_http_request_duration(?:_milliseconds|_ms)?_count$/;

function rowsOf(metric: string, traffic: Traffic, withProvider: boolean): Counted[] | undefined {
  const attempted = attempts.exec(metric)?.[1];
  if (attempted !== undefined) return attemptRows(attempted, traffic);
  const failed = errors.exec(metric)?.[1];
  if (failed !== undefined) return errorRows(failed, metric, traffic);
  return requests.test(metric) ? requestRows(traffic, withProvider) : undefined;
}

const storefront = { job: ['storefront'] } as const;
/** Each checkout is one payment, which the payments service counts. */
const countedBy = (what: string) =>
  what === 'payment'
    ? { journey: 'checkout', labels: { job: ['payments'] } }
    : { journey: what, labels: storefront };

function attemptRows(what: string, { rates }: Traffic): Counted[] {
  const { journey, labels } = countedBy(what);
  const rate = rates[journey] ?? 0;
  return [{ labels, before: rate, during: rate, hit: true }];
}

function errorRows(what: string, metric: string, { rates, fault, errorRatio }: Traffic): Counted[] {
  const { journey, labels: counter } = countedBy(what);
  if (fault.hits?.journey !== journey) return [{ labels: counter, before: 0, during: 0 }];
  const { telemetry } = fault;
  // Without the reason in the scenario, any may be that of the fault.
  const known = telemetry.signal === 'metric' && telemetry.metric.replaceAll('.', '_') === metric;
  const reason = known ? telemetry.labels.reason : undefined;
  const labels = { ...counter, reason: reason === undefined ? [] : [reason] };
  return [{ labels, before: 0, during: (rates[journey] ?? 0) * errorRatio, hit: true }];
}

/** Route, method and status of a journey's answer, and the requests to `orders` that it takes. */
const answers: Readonly<
  Record<string, { route: string; method: string; status: string; orders: readonly string[] }>
> = {
  search: { route: '/search', method: 'GET', status: '200', orders: ['/listings'] },
  monthly: { route: '/search', method: 'GET', status: '200', orders: ['/listings'] },
  catalog: { route: '/catalog', method: 'GET', status: '200', orders: ['/listings/catalog'] },
  login: { route: '/login', method: 'POST', status: '200', orders: ['/logins'] },
  checkout: { route: '/checkout', method: 'POST', status: '201', orders: ['/payments', '/fulfilment'] },
};

function requestRows({ rates, fault, errorRatio }: Traffic, withProvider: boolean): Counted[] {
  return Object.entries(rates).flatMap(([journey, rate]) => {
    const answer = answers[journey];
    if (!answer) throw new UnknownValue(journey);
    const failing = fault.hits?.journey === journey ? errorRatio : 0;
    const { route, method, status, orders } = answer;
    const own = { ...storefront, http_route: [route], http_request_method: [method] };
    const good = { ...own, http_response_status_code: [status] };
    const bad = { ...own, http_response_status_code: (fault.hits?.status ?? []).map(String) };
    const behind = orders.map((path): Counted => {
      // Nothing is sent on of a payment that failed.
      const during = path === '/fulfilment' ? rate * (1 - failing) : rate;
      const labels = {
        job: ['orders'],
        http_route: [path],
        http_request_method: [],
        http_response_status_code: [],
      };
      return { labels, before: rate, during };
    });
    const charges = {
      job: ['payment-provider'],
      http_route: ['/v1/charges'],
      http_request_method: ['POST'],
      http_response_status_code: [],
    };
    return [
      { labels: good, before: rate, during: rate * (1 - failing) },
      ...(failing > 0 ? [{ labels: bad, before: 0, during: rate * failing, hit: true }] : []),
      ...behind,
      ...(withProvider && journey === 'checkout' ? [{ labels: charges, before: rate, during: rate }] : []),
    ];
  });
}
