import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { missedRoutes, routeOf } from './route.ts';
import { trees } from './testing/route-trees.ts';

describe('routeOf', () => {
  for (const { name, route, cases } of trees) {
    for (const [labels, receivers] of cases) {
      it(`${name}: ${JSON.stringify(labels)}`, () => {
        expect(routeOf({ route }, labels).map((taken) => taken.receiver)).to.deep.equal(receivers);
      });
    }
  }

  const inheriting = {
    receiver: 'root',
    group_by: ['alertname'],
    group_wait: '10s',
    routes: [
      {
        matchers: ['team="a"'],
        group_interval: '15s',
        mute_time_intervals: ['nights'],
        active_time_intervals: ['days'],
        routes: [{ match: { severity: 'page' }, group_wait: '0s' }],
      },
      { matchers: ['team="b"'], group_by: ['...'] },
    ],
  };

  it('inherits group settings, and shows the path', () => {
    expect(routeOf({ route: inheriting }, { team: 'a', severity: 'page' })).to.deep.equal([
      {
        receiver: 'root',
        path: ['{}', '{team="a"}', '{severity="page"}'],
        groupWaitMs: 0,
        groupIntervalMs: 15_000,
        repeatIntervalMs: 14_400_000,
        groupBy: ['alertname'],
        mutedAt: [],
        activeAt: [],
      },
    ]);
    expect(routeOf({ route: inheriting }, { team: 'b' })[0]).to.deep.include({
      groupWaitMs: 10_000,
      groupIntervalMs: 300_000,
      groupBy: ['...'],
    });
  });

  it('does not inherit the times at which a route is muted', () => {
    const times = { mutedAt: ['nights'], activeAt: ['days'] };
    expect(routeOf({ route: inheriting }, { team: 'a' })[0]).to.deep.include(times);
    expect(routeOf({ route: inheriting }, { team: 'a', severity: 'page' })[0]).to.deep.include({
      mutedAt: [],
      activeAt: [],
    });
  });

  it("has Alertmanager's defaults", () => {
    expect(routeOf({ route: { receiver: 'r' } }, {})[0]).to.include({
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
    });
  });

  const faulty: [name: string, config: unknown, message: string][] = [
    ['no route', {}, 'alertmanager.yml: route'],
    ['no receiver at the root', { route: {} }, 'route.receiver'],
    [
      'a duration that is none',
      { route: { receiver: 'r', routes: [{ group_wait: '10' }] } },
      'route.routes[0].group_wait',
    ],
    ['a matcher without operator', { route: { receiver: 'r', matchers: ['team'] } }, '"team" is no matcher'],
    ['a matcher with an open quote', { route: { receiver: 'r', matchers: ['team="x'] } }, 'is no matcher'],
    ['a matcher without label', { route: { receiver: 'r', matchers: ['="x"'] } }, 'is no matcher'],
    [
      'a pattern that is none',
      { route: { receiver: 'r', matchers: ['team=~"("'] } },
      'no regular expression',
    ],
  ];
  for (const [name, config, message] of faulty) {
    it(`refuses ${name}`, () => {
      expect(() => routeOf(config, {}))
        .to.throw(FiredrillError, message)
        .with.property('kind', 'bad-input');
    });
  }
});

describe('missedRoutes', () => {
  const missed = (routes: readonly object[], labels: Readonly<Record<string, string>>) =>
    missedRoutes({ route: { receiver: 'root', routes } }, labels).map(({ receiver, unmet, takenBy }) => [
      receiver,
      unmet.map(({ label }) => label).join(),
      takenBy,
    ]);
  const payments = { matchers: ['team="payments"'], receiver: 'payments' };
  const critical = { matchers: ['severity=~"crit"'], receiver: 'critical' };

  it('names the matchers that are not satisfied, also of a route above', () => {
    const nested = { ...critical, routes: [{ matchers: ['team="payments"'], receiver: 'both' }] };
    expect(missed([nested], { severity: 'critical', team: 'payments' })).to.deep.equal([
      ['critical', 'severity', undefined],
      ['both', 'severity', undefined],
    ]);
    expect(missed([{ ...payments, routes: [critical] }], { team: 'payments' })).to.deep.equal([
      ['root', '', '{team="payments"}'],
      ['critical', 'severity', undefined],
    ]);
  });

  it('names the route that takes the alert before, unless it continues', () => {
    const all = { receiver: 'all' };
    const labels = { team: 'payments' };
    expect(missed([payments, all], labels)).to.deep.equal([
      ['root', '', '{team="payments"}'],
      ['all', '', '{team="payments"}'],
    ]);
    expect(missed([{ ...payments, continue: true }, all], labels)).to.deep.equal([
      ['root', '', '{team="payments"}'],
    ]);
  });

  it('has none of the routes that are taken', () => {
    for (const { name, route, cases } of trees) {
      for (const [labels, receivers] of cases) {
        const paths = missedRoutes({ route }, labels).map(({ path }) => path.join());
        for (const { path } of routeOf({ route }, labels)) expect(paths, name).not.to.include(path.join());
        expect(receivers).not.to.be.empty;
      }
    }
  });
});
