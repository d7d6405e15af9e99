import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import { paces } from '../../core/pace.ts';
import type { Floor, FloorTermName, Page } from '../../core/record.ts';
import { parseScenario } from '../../core/scenario.ts';
import { serviceDown } from '../../scenarios/service-down.ts';
import { LoadStatistics } from '../load/load-statistics.ts';
import {
  mayStillPage,
  missingPages,
  pagesWithinMs,
  refuseHitsAfterRevert,
  resolveWithinMs,
  strayPagesWaitMs,
} from './await-pages.ts';

const [expectation] = serviceDown.expectations;
if (expectation?.kind !== 'page') throw new Error('service-down expects a page');
const of = (instance: string) => ({ ...expectation, labels: { ...expectation.labels, instance } });
const scenario = parseScenario(
  { ...serviceDown, expectations: [of('storefront-1'), of('storefront-2')] },
  'service-down',
);

const page = (status: Page['status'], instance: string, receivedAt: number): Page => ({
  receiver: 'telegram',
  receivedAt,
  monotonicMs: receivedAt,
  status,
  alert: 'Service Down Report',
  labels: { alertname: 'Service Down Report', ...of(instance).labels },
  annotations: {},
  links: [],
  delivery: 0,
});

const floor = (terms: Partial<Record<FloorTermName, number>>): Floor => ({
  terms: Object.entries(terms).map(([name, worst]) => ({
    name: name as FloorTermName,
    source: '',
    best: 0,
    mean: 0,
    worst,
  })),
  best: 0,
  mean: 0,
  worst: Object.values(terms).reduce((sum, worst) => sum + worst, 0),
});

describe('the pages to wait for', () => {
  const missing = (status: Page['status'], ...pages: Page[]) =>
    missingPages(scenario.expectations, pages, status, 1_000).map(({ labels }) => labels.instance);

  it('are distinguished by their labels', () => {
    expect(missing('firing')).to.deep.equal(['storefront-1', 'storefront-2']);
    expect(missing('firing', page('firing', 'storefront-1', 2_000))).to.deep.equal(['storefront-2']);
    expect(missing('firing', page('firing', 'storefront-2', 999))).to.have.length(2);
  });

  it('are not awaited to be resolved where no resolution is expected', () => {
    const limitWith = (resolvedWithin: string) =>
      resolveWithinMs({
        scenario: parseScenario(
          { ...serviceDown, expectations: [{ ...expectation, resolvedWithin }] },
          'try',
        ),
        pace: paces.fast,
        floors: {},
      });
    expect(limitWith('60m')).to.equal(303_000);
    for (const none of ['never', 'outlasts']) expect(limitWith(none), none).to.equal(10_000);
  });

  it('must be resolved by a page with the same labels, if they came at all', () => {
    const came = [page('firing', 'storefront-1', 2_000), page('firing', 'storefront-2', 2_000)];
    expect(missing('resolved', ...came, page('resolved', 'storefront-1', 3_000))).to.deep.equal([
      'storefront-2',
    ]);
    expect(missing('resolved')).to.deep.equal([]);
  });

  it('are not to be resolved if the expectation says so', () => {
    const never = scenario.expectations.map((one) => ({ ...one, resolvedWithin: 'never' }));
    expect(missingPages(never, [page('firing', 'storefront-1', 2_000)], 'resolved', 1_000)).to.deep.equal([]);
  });

  it('include the page of an escalation, for which there is more time', () => {
    const escalating = parseScenario(
      {
        ...serviceDown,
        expectations: [
          { ...of('storefront-1'), within: '5m', escalatesTo: { receiver: 'slack', after: '10m' } },
        ],
      },
      'escalating',
    );
    const came = [page('firing', 'storefront-1', 2_000)];
    expect(
      missingPages(escalating.expectations, came, 'firing', 1_000).map(({ receiver }) => receiver),
    ).to.deep.equal(['slack']);
    const inputs = { scenario: escalating, pace: { name: 'fast', factor: 15 }, floors: {} } as const;
    expect(pagesWithinMs(inputs)).to.equal(60_000 * 1.25 + 3_000);
  });

  it('must be resolved again if they came again', () => {
    const came = [page('firing', 'storefront-1', 2_000), page('resolved', 'storefront-1', 3_000)];
    const again = page('firing', 'storefront-1', 4_000);
    expect(missing('resolved', ...came)).to.deep.equal([]);
    expect(missing('resolved', ...came, again)).to.have.length(2);
    expect(missing('resolved', ...came, again, page('resolved', 'storefront-1', 5_000))).to.deep.equal([]);
  });

  it('must be resolved even if only their labels are wrong', () => {
    const other = page('firing', 'storefront-9', 2_000);
    expect(missing('resolved', other)).to.have.length(2);
    expect(missing('resolved', other, page('resolved', 'storefront-9', 3_000))).to.deep.equal([]);
  });
});

describe('suppressed alerts', () => {
  const inputs = {
    scenario: parseScenario(
      { ...serviceDown, expectations: [{ kind: 'suppressed', alerts: ['B', 'C'], by: 'A' }] },
      'suppressed',
    ),
    pace: { name: 'fast', factor: 15 },
    floors: { B: { detect: floor({ for: 8_000, 'group wait': 700, delivery: 20 }), resolve: floor({}) } },
  } as const;
  const held = (alertname: string, receivedAt: number) => ({ labels: { alertname }, receivedAt });

  it('are awaited until they fire, and until their page would have come', () => {
    const at = (now: number, ...all: ReturnType<typeof held>[]) => mayStillPage(inputs, all, 1_000, now);
    expect(at(5_000, held('B', 999))).to.deep.equal(['B does not fire yet', 'C does not fire yet']);
    const both = [held('B', 2_000), held('C', 2_500)];
    expect(at(3_400, ...both)).to.deep.equal(['B may still page', 'C may still page']);
    expect(at(3_600, ...both)).to.deep.equal(['B may still page']);
    expect(at(3_720, ...both)).to.deep.equal([]);
  });

  it('are awaited for a quarter longer than their floor', () => {
    expect(pagesWithinMs(inputs)).to.equal(8_720 * 1.25 + 3_000);
  });
});

describe('the time to settle', () => {
  const files = new UsedFiles([
    ['prometheus/prometheus.yml', 'global: { evaluation_interval: 1s }'],
    [
      'prometheus/rules/web.yml',
      JSON.stringify({
        groups: [{ name: 'web', rules: [{ alert: 'Service Down Report', expr: 'up == 0' }] }],
      }),
    ],
    [
      'alertmanager/alertmanager.yml',
      'route: { receiver: slack, group_interval: 20s }\nreceivers: [{ name: slack }]',
    ],
  ]);
  const settle = (detect: Floor, resolvedWithin?: string) =>
    strayPagesWaitMs({
      scenario: parseScenario(
        {
          ...serviceDown,
          expectations: serviceDown.expectations.map((one) =>
            one.kind === 'page' && resolvedWithin !== undefined ? { ...one, resolvedWithin } : one,
          ),
        },
        'try',
      ),
      pace: { name: 'fast', factor: 15 },
      floors: { 'Service Down Report': { detect, resolve: floor({}) } },
      files,
    });
  const quick = floor({ evaluation: 1_000, 'group wait': 700, delivery: 20 });

  it('is that of the scenario at this pace, and longer if rules of the last tick may still page', () => {
    expect(settle(quick)).to.equal(4_000);
    expect(settle(floor({ evaluation: 10_000, spread: 7_600, 'group wait': 700, delivery: 50 }))).to.equal(
      8_350,
    );
  });

  it('lasts until a resolution that is not to be sent would have been', () => {
    expect(settle(quick, 'never')).to.equal(22_000);
    expect(settle(quick, 'outlasts')).to.equal(4_000);
  });
});

describe('recovery', () => {
  it('is not proven while requests that began after the revert are hit', () => {
    const loadStatistics = new LoadStatistics({ journey: 'checkout', status: [502] });
    const hit = (at: number, durationMs = 10) =>
      loadStatistics.add({ at, journey: 'checkout', status: 502, durationMs, instance: '' });
    // A request that began long before, and a single later one.
    hit(9_000, 5_000);
    hit(9_500);
    expect(() => refuseHitsAfterRevert(loadStatistics, 10_000)).not.to.throw();
    hit(9_900);
    expect(() => refuseHitsAfterRevert(loadStatistics, 10_000)).to.throw(
      /2 requests were hit in the last 2 s/,
    );
  });
});
