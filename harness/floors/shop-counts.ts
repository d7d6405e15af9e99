import { satisfies } from '../../configuration/routes/route-matcher.ts';
import type { Matcher, VectorSelector } from '../../core/promql/selectors-of.ts';
import { type KnownValues, type Series, type Taken, UnknownValue } from '../../core/promql/value.ts';
import type { Scenario } from '../../core/scenario.ts';

/*
 * What the shop counts while it is healthy and while the fault lasts: which requests of which journeys make each of its
 * counters rise, with which labels. A rule's threshold can be compared with that, whatever it is a quotient of.
 */

/** What the drill asks of the shop, and what the fault does to it. */
export interface ShopTraffic {
  readonly rates: Readonly<Record<string, number>>;
  readonly fault: Scenario['fault'];
  /** e: share of the journey's requests that fail while the fault lasts. */
  readonly errorRatio: number;
}

/** What a stack may have or not. */
export interface Variant {
  /** The payment provider's requests are counted too. */
  readonly withProvider: boolean;
  /** Share of the requests that one instance of the storefront gets. */
  readonly perInstance: number;
}
export const variants: readonly Variant[] = [true, false].flatMap((withProvider) =>
  [1, 0.5].map((perInstance) => ({ withProvider, perInstance })),
);

/** Rises per second. */
export interface Rises {
  readonly before: number;
  readonly during: number;
}

/** Requests that are counted alike. */
interface Counted extends Rises, Series {
  /** Those that the fault hits. */
  readonly hit?: boolean;
}

/** Labels that tell requests apart. */
const countedLabels = [
  'job',
  'instance',
  'reason',
  'http_route',
  'http_request_method',
  'http_response_status_code',
];

/** Names of metrics, whatever namespace and unit an exporter gives them. */
const attempts = /(?:^|_)app_(checkout|login|payment)_attempts(?:_total)?$/;
const errors = /(?:^|_)app_(checkout|login|payment)_errors(?:_total)?$/;
const requests = /(?:^|_)app_http_request_duration(?:_milliseconds|_ms)?_count$/;

/** What there is to count, of one variant. */
export interface ShopCounts extends Pick<KnownValues, 'series' | 'isAlike' | 'instances'> {
  /**
   * How fast the series of a selector rise together, before the fault and while it lasts.
   *
   * @returns `undefined` where there are none.
   */
  rises(selector: VectorSelector, taken: Taken): Rises | undefined;
}

/** Its functions throw `UnknownValue` for metrics that are none of the shop's counters of requests. */
export function shopCounts(traffic: ShopTraffic, { withProvider, perInstance }: Variant): ShopCounts {
  const rows = new Map<string, readonly Counted[]>();
  const rowsFor = (metric: string): readonly Counted[] => {
    const found = rows.get(metric) ?? rowsOf(metric.replaceAll('.', '_'), traffic, withProvider);
    if (!found) throw new UnknownValue(metric);
    rows.set(metric, found);
    return found;
  };
  /** The failing requests, as the metric counts them of which a series is. */
  const failing = (series: Series) =>
    [...rows.values()].find((all) => all.some((row) => row === series))?.find(isHit);
  const found = new Map<string, Rises | undefined>();
  return {
    // It does not change with the share of failing requests: it is looked up once.
    rises(selector, taken) {
      const { keeps, series } = taken;
      const all = rowsFor(selector.metric);
      const key = `${selector.text} ${countedLabels.map(keeps).join()} ${JSON.stringify(series?.labels)}`;
      if (!found.has(key)) found.set(key, together(all, selector, taken, perInstance));
      return found.get(key);
    },
    series: (selectors) =>
      selectors.flatMap(({ metric, matchers }) =>
        rowsFor(metric).filter((row) => every(matchers.map((matcher) => fits(row, matcher)))),
      ),
    isAlike(one, { keeps, series = failing(one) }) {
      return !series || every([sameSeries(one, series, keeps)]);
    },
    instances: ({ labels }) => (labels.job?.includes('storefront') ? 1 / perInstance : 1),
  };
}

const isHit = ({ hit = false }: Counted) => hit;

function together(
  all: readonly Counted[],
  { matchers }: VectorSelector,
  { keeps, series }: Taken,
  perInstance: number,
): Rises | undefined {
  const hit = all.find(isHit);
  const rows = all.filter((row) => {
    const told = Object.keys(row.labels).filter((label) => hit && keeps(label));
    return every([
      ...matchers.map((matcher) => fits(row, matcher)),
      ...(series
        ? [sameSeries(row, series, keeps)]
        : told.map((label) => row === hit || alike(row.labels[label], hit?.labels[label]))),
    ]);
  });
  if (series && rows.length === 0) return undefined;
  const share = keeps('instance') || matchers.some(({ label }) => label === 'instance') ? perInstance : 1;
  const sum = (key: keyof Rises) => rows.reduce((total, row) => total + row[key], 0) * share;
  return { before: sum('before'), during: sum('during') };
}

/** Labels that are the same on every series of the shop, or that only `perInstance` is about. */
const everywhere = new Set(['instance', 'cluster']);

/** Of answers that may be unknown: one `false` decides. */
function every(answers: readonly (boolean | undefined)[]): boolean {
  if (answers.includes(false)) return false;
  if (answers.includes(undefined)) throw new UnknownValue();
  return true;
}

function fits({ labels }: Counted, matcher: Matcher): boolean | undefined {
  const values = labels[matcher.label];
  if (values === undefined) {
    if (everywhere.has(matcher.label)) return true;
    // A label that the series does not have is empty; which others there are is not known.
    return matcher.label === 'reason' ? satisfies({}, matcher) : undefined;
  }
  const each = values.map((value) => satisfies({ [matcher.label]: value }, matcher));
  return each.every((one) => one === each[0]) ? each[0] : undefined;
}

/** Whether two series have the same labels, as far as these are kept: one that only one of them has is another. */
function sameSeries(a: Series, b: Series, keeps: Taken['keeps']): boolean | undefined {
  if (a === b) return true;
  const answers = countedLabels.filter(keeps).map((label) => {
    const [own, its] = [a.labels[label], b.labels[label]];
    return own === undefined || its === undefined ? own === its : alike(own, its);
  });
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

/** Whether two series have the same value of a label. */
function alike(own: readonly string[] = [], its: readonly string[] = []): boolean | undefined {
  if (own.length === 1 && its.length === 1) return own[0] === its[0];
  return own.length > 0 && its.length > 0 && !own.some((value) => its.includes(value)) ? false : undefined;
}

function rowsOf(metric: string, traffic: ShopTraffic, withProvider: boolean): Counted[] | undefined {
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

function attemptRows(what: string, { rates }: ShopTraffic): Counted[] {
  const { journey, labels } = countedBy(what);
  const rate = rates[journey] ?? 0;
  return [{ labels, before: rate, during: rate, hit: true }];
}

function errorRows(what: string, metric: string, { rates, fault, errorRatio }: ShopTraffic): Counted[] {
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

function requestRows({ rates, fault, errorRatio }: ShopTraffic, withProvider: boolean): Counted[] {
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
