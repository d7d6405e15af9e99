import { expect } from 'chai';
import { paces } from '../../core/pace.ts';
import type { Page } from '../../core/record.ts';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import type { NoisyAlert } from '../watch/rule-noise.ts';
import { GateObservations, gateWithinMs, isTrueRegardlessOfService, targetText } from './gate.ts';

describe('the quiet gate', () => {
  const scenario = parseScenario({ ...checkoutErrors, quietFor: '1m' }, 'checkout-errors');

  it('says that the pace shortens scrape_timeout where a scrape takes too long', () => {
    const slow = { job: 'db', instance: 'db:9187', health: 'down', lastError: 'context deadline exceeded' };
    expect(targetText(slow, 15)).to.equal(
      'target db:9187 (db) is down context deadline exceeded: the pace divides scrape_timeout by 15; with --pace real it has all of it',
    );
    expect(targetText(slow, 1)).to.match(/exceeded$/);
    expect(targetText({ ...slow, lastError: 'connection refused' }, 15)).to.match(/refused$/);
  });

  it('waits long enough for every rule of Grafana to be evaluated, at any pace', () => {
    // Until the next evaluation, and the tick over which the rules are spread.
    for (const [pace, holdMs, turnMs] of [
      [paces.fast, 4_000, 10_000],
      [paces.real, 60_000, 60_000],
    ] as const) {
      const within = gateWithinMs({ scenario, pace });
      expect(within - holdMs).to.be.at.least(turnMs + 10_000);
    }
  });

  it('waits longer while rules may still see the fault of the previous drill', () => {
    const parts = { scenario, pace: paces.fast };
    const alone = gateWithinMs(parts);
    const before = {
      ...{ id: 'b', scenario, injectedAt: 0, healthyFrom: 0, notified: [] },
      rulesUnaffectedFrom: Date.now() + 40_000,
    };
    expect(gateWithinMs({ ...parts, before })).to.be.closeTo(alone + 40_000, 1_000);
    expect(gateWithinMs({ ...parts, before: { ...before, rulesUnaffectedFrom: 0 } })).to.equal(alone);
  });

  const alert = (name: string, state: string, changes: Partial<NoisyAlert> = {}): NoisyAlert => ({
    ...{ manager: 'prometheus', alert: name, labels: { alertname: name }, state, pages: [] },
    ...changes,
  });
  const page = { receiver: 'slack' } as Page;

  it('keeps the most severe state of each alert, also of an alert that the last check no longer found', () => {
    const seen = new GateObservations();
    seen.add([alert('A', 'pending'), alert('B', 'firing')], [], 1);
    seen.add([alert('A', 'firing')], [], 2);
    seen.add([alert('A', 'pending')], [], 3);
    expect(seen.noisy().map(({ alert: name, state }) => [name, state])).to.deep.equal([
      ['A', 'firing'],
      ['B', 'firing'],
    ]);
  });

  it('shows DatasourceNoData under the name of its rule, with its pages', () => {
    const seen = new GateObservations();
    const labels = { alertname: 'DatasourceNoData', rulename: 'Logins' };
    seen.add(
      [
        alert('Logins', 'without data', { manager: 'grafana' }),
        alert('DatasourceNoData', 'held', { manager: 'grafana', labels }),
        alert('DatasourceNoData', 'paged', { labels, pages: [page] }),
        alert('Old', 'held'),
      ],
      [],
      1,
    );
    expect(seen.noisy().map(({ alert: name, state, pages }) => [name, state, pages.length])).to.deep.equal([
      ['Logins', 'without data', 0],
      ['Logins', 'without data', 1],
      ['Old', 'held', 0],
    ]);
  });

  it('ignores trouble that is over', () => {
    const seen = new GateObservations();
    seen.add([], ['target a is down'], 10);
    seen.add([], ['no answer yet on journey login'], 50);
    expect(seen.troubleSince(40)).to.deep.equal(['no answer yet on journey login']);
    expect(seen.troubleSince(5)).to.have.length(2);
  });

  it('blames a rule on an unhealthy service only if the rule is true whatever the service does', () => {
    const bool = { left: 'a', operator: '>', right: '1' };
    const isWrong = (query: string, isConstant = false) =>
      isTrueRegardlessOfService({ query, bool, isConstant });
    for (const query of ['a > bool 1', '(a > bool 1)', 'b > 2 or (a > bool 1)'])
      expect(isWrong(query), query).to.equal(true);
    for (const query of ['a > bool 1 and b > 2', 'a > bool 1 unless b', '(a > bool 1) > 0', 'a > 1'])
      expect(isWrong(query), query).to.equal(false);
    expect(isWrong('vector(1)', true)).to.equal(true);
    expect(isTrueRegardlessOfService({ query: 'a > 1', isConstant: false })).to.equal(false);
  });
});
