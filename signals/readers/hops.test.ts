import { expect } from 'chai';
import type { Hop } from '../../core/record.ts';
import { alertHops, type HopReadings } from './hops.ts';
import type { WatchedAlert } from './watch-alerts.ts';

const labels = { alertname: 'A' };
const heldAlert: WatchedAlert = {
  labels: { ...labels, cluster: 'x' },
  firstSeenAt: 4400,
  receivedAt: 4050,
  startsAt: 4000,
  receivers: ['slack'],
  state: 'active',
  inhibitedBy: [],
  silencedBy: [],
  mutedBy: [],
  suppressed: [],
};
const readings: HopReadings = {
  injectedAt: 1000,
  revertedAt: 6000,
  toMs: 12_000,
  stored: { name: 'sample stored', source: 'test', at: 2500 },
  stretches: [{ from: 1600, to: 8000 }],
  stepMs: 100,
  states: {
    pending: [{ labels, from: 2000, to: 3000 }],
    firing: [{ labels, from: 4000, to: 8000 }],
    activations: [{ labels, at: 2000 }],
    ends: [{ labels, at: 9000 }],
  },
  held: [heldAlert],
};
const times = (hops: Hop[]) => Object.fromEntries(hops.map(({ name, at }) => [name, at]));
const find = (hops: Hop[], name: Hop['name']) => hops.find((hop) => hop.name === name);

describe('hops of an alert', () => {
  it('gives each hop the time of the one that knows it', () => {
    expect(times(alertHops(readings))).to.deep.equal({
      'sample stored': 2500,
      'expression true': 1600,
      pending: 2000,
      firing: 4000,
      'notifier sent': 4050,
      'expression false': 8100,
      resolved: 9000,
    });
  });

  it('leaves the time out of hops that were not reached, and the way back out before a revert', () => {
    const { revertedAt: _, stored: __, ...rest } = readings;
    const states = { pending: [], firing: [], activations: [], ends: [] };
    const hops = alertHops({ ...rest, stretches: [], states, held: [] });
    expect(hops.map(({ name }) => name)).to.deep.equal([
      'expression true',
      'pending',
      'firing',
      'notifier sent',
    ]);
    expect(hops.every((hop) => !('at' in hop))).to.equal(true);
  });

  it('says when the expression was true before the fault, false before its end, or true to the last', () => {
    const early = alertHops({ ...readings, stretches: [{ from: 200, to: 5000 }] });
    expect(find(early, 'expression true')).to.deep.include({ at: 1000 });
    expect(find(early, 'expression true')?.detail).to.include('already');
    expect(find(early, 'expression false')).to.deep.include({
      at: 5100,
      detail: 'before the fault was reverted',
    });
    const late = alertHops({ ...readings, stretches: [{ from: 1600, to: 12_000 }] });
    expect(find(late, 'expression false')).not.to.have.property('at');
    expect(find(late, 'expression false')?.detail).to.include('still true');
  });

  it('leaves out what became true after the alert was resolved', () => {
    const again = [...readings.stretches, { from: 11_000, to: 12_000 }];
    const hops = alertHops({ ...readings, stretches: again });
    expect(times(hops)).to.include({ 'expression false': 8100, resolved: 9000 });
    const { ends: _, ...unended } = readings.states;
    const unresolved = alertHops({
      ...readings,
      stretches: again,
      states: { ...unended, ends: [] },
      held: [],
    });
    expect(find(unresolved, 'expression false')).not.to.have.property('at');
  });

  it('takes an evaluation between two steps for what it shows', () => {
    const states = { ...readings.states, activations: [{ labels, at: 1560 }], ends: [{ labels, at: 8030 }] };
    expect(times(alertHops({ ...readings, states }))).to.include({
      'expression true': 1560,
      pending: 1560,
      'expression false': 8030,
      resolved: 8030,
    });
  });

  it('takes the pending that led to the firing, of the label set that fired', () => {
    const other = { ...labels, instance: 'b' };
    const activations = [
      { labels, at: 1200 },
      { labels: other, at: 1300 },
      { labels, at: 2000 },
      { labels, at: 9500 },
    ];
    const hop = find(alertHops({ ...readings, states: { ...readings.states, activations } }), 'pending');
    expect(hop?.at).to.equal(2000);
    expect(hop?.detail).to.include('2 times');
  });

  it('takes Alertmanager for the end when Prometheus has none, and says so when it still fires', () => {
    const states = { ...readings.states, ends: [] };
    const still = find(alertHops({ ...readings, states }), 'resolved');
    expect(still).not.to.have.property('at');
    expect(still?.detail).to.include('still firing');
    const gone = find(alertHops({ ...readings, states, held: [{ ...heldAlert, goneAt: 9700 }] }), 'resolved');
    expect(gone).to.deep.include({ at: 9700 });
    expect(gone?.source).to.match(/^Alertmanager/);
  });

  it('does not take an alert that fired before the fault', () => {
    const states = {
      ...readings.states,
      firing: [{ labels, from: 900, to: 8000 }],
      activations: [{ labels, at: 100 }],
    };
    const hops = times(alertHops({ ...readings, states, held: [{ ...heldAlert, startsAt: 900 }] }));
    expect(hops).to.include({ pending: undefined, firing: undefined, 'notifier sent': undefined });
  });

  it('takes an end at the very last moment that still showed it', () => {
    const states = { ...readings.states, ends: [{ labels, at: 8000 }] };
    expect(find(alertHops({ ...readings, states }), 'resolved')).to.include({ at: 8000 });
  });

  it('says that Grafana and its own Alertmanager know', () => {
    const sources = alertHops({ ...readings, manager: 'grafana' }).map(({ source }) => source);
    expect(sources.filter((source) => source.startsWith('Grafana'))).to.have.lengthOf(4);
    expect(sources.join()).not.to.contain('Prometheus');
  });
});
