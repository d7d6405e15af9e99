import { expect } from 'chai';
import { localClient } from '../../core/http.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { Suppression } from '../../core/record.ts';
import { Scope } from '../../core/scope.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { alertmanagerReader } from './alertmanager.ts';
import { httpReader } from './http.ts';
import { suppressionsOf } from './suppressions.ts';
import { startAlertmanager } from './testing/components.ts';
import { watchAlerts } from './watch-alerts.ts';

/** The receiver is never called: every alert of the test is kept back, and `Down` has a group_wait of an hour. */
const config = {
  route: {
    receiver: 'hook',
    group_by: ['alertname'],
    group_wait: '1h',
    routes: [
      {
        matchers: ['alertname="Muted"'],
        receiver: 'team',
        group_wait: '0s',
        mute_time_intervals: ['always'],
      },
    ],
  },
  receivers: ['hook', 'team'].map((name) => ({ name, webhook_configs: [{ url: 'http://127.0.0.1:9/' }] })),
  inhibit_rules: [
    { source_matchers: ['alertname="Down"'], target_matchers: ['severity="warning"'], equal: ['db'] },
  ],
  time_intervals: [
    { name: 'always', time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }] },
  ],
};

describe('suppressions at a real Alertmanager', function () {
  this.timeout(600_000); // The first run on a machine builds it.
  const scope = new Scope();
  const ended = new AbortController();
  const { signal } = ended;
  const began = Date.now();
  let found: Suppression[];
  let endedAt: number;

  before(async () => {
    const tools = await builtTools(['alertmanager'], signal);
    const url = await startAlertmanager(scope, [], tools.path('alertmanager'), { config, signal });
    const http = httpReader('alertmanager', url, signal);
    const reader = alertmanagerReader(url, signal);
    const iso = (at: number) => new Date(at).toISOString();
    const silence = {
      ...{ comment: 'the database is moved', createdBy: 'ann' },
      ...{ startsAt: iso(Date.now()), endsAt: iso(Date.now() + 3_600_000) },
      matchers: [{ name: 'team', value: 'shop', isRegex: false, isEqual: true }],
    };
    const { silenceID } = JSON.parse(await http.post('/api/v2/silences', silence));
    const alertOf = (alertname: string, labels: Record<string, string> = {}) => ({
      labels: { alertname, ...labels },
    });
    const slow = alertOf('Slow', { severity: 'warning', db: 'main' });
    const fine = alertOf('Fine', { severity: 'warning', db: 'other' });
    const alerts = [alertOf('Down', { db: 'main' }), slow, fine, alertOf('Known', { team: 'shop' })];
    await http.post('/api/v2/alerts', [...alerts, alertOf('Muted')]);
    const watch = watchAlerts(reader, { everyMs: 50, signal });
    const suppressions = async () =>
      suppressionsOf('prometheus', watch.alerts(), await reader.silences(), began);
    const wait = (what: string, is: (all: readonly Suppression[]) => boolean) =>
      until(
        what,
        async () => {
          const all = await suppressions();
          return is(all) ? met(all) : notYet(watch.lastProblem() ?? JSON.stringify(all));
        },
        { where: 'test', withinMs: 20_000, signal },
      );
    const endOf = (all: readonly Suppression[], kind: Suppression['kind']) =>
      all.find((one) => one.kind === kind)?.endedAt;
    await wait('all three', (all) => new Set(all.map(({ kind }) => kind)).size === 3);
    await http.post('/api/v2/alerts', [{ ...alerts[0], endsAt: iso(Date.now()) }]);
    await wait('the end of the inhibition', (all) => endOf(all, 'inhibited') !== undefined);
    await localClient.delete(`${url}/api/v2/silence/${silenceID}`, { signal });
    found = await wait('the end of the silence', (all) => endOf(all, 'silenced') !== undefined);
    endedAt = Date.now();
  });

  after(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  const only = (kind: Suppression['kind']) => {
    const own = found.filter((one) => one.kind === kind);
    expect(own, kind).to.have.lengthOf(1);
    return own[0];
  };
  const isInOrder = ({ from = 0, to = 0, endedAt: end = endedAt }: Partial<Suppression> = {}) =>
    expect([began, from, to, end, endedAt]).to.deep.equal(
      [began, from, to, end, endedAt].toSorted((a, b) => a - b),
    );

  it('names the inhibiting alert, and ends with it', () => {
    const inhibited = only('inhibited');
    expect(inhibited?.labels.alertname).to.equal('Slow');
    expect(inhibited?.inhibitor).to.deep.equal({ alertname: 'Down', db: 'main' });
    expect(inhibited?.endedAt).to.be.a('number');
    isInOrder(inhibited);
  });

  it('names the silence, which ends when it is deleted', () => {
    const silenced = only('silenced');
    expect(silenced?.labels.alertname).to.equal('Known');
    expect(silenced?.silence).to.deep.include({
      ...{ comment: 'the database is moved', createdBy: 'ann', matchers: ['team="shop"'] },
    });
    expect(silenced?.silence?.endsAt).to.be.within(began, endedAt);
    isInOrder(silenced);
  });

  it('names the time interval and whom it keeps the alert from', () => {
    const muted = only('muted');
    expect(muted).to.deep.include({ by: 'always', contactPoint: 'team', labels: { alertname: 'Muted' } });
    expect(muted).not.to.have.property('endedAt');
    isInOrder(muted);
  });
});
