import { expect } from 'chai';
import type { GrafanaAlert, GrafanaRule } from './grafana.ts';
import { addStates, grafanaStates, type SeenState } from './grafana-states.ts';

const labels = { alertname: 'A', instance: 'a' };
const rule = (...alerts: Partial<GrafanaAlert>[]): GrafanaRule => ({
  name: 'A',
  folder: 'f',
  group: 'g',
  intervalMs: 10_000,
  forMs: 20_000,
  query: '',
  labels: {},
  annotations: {},
  health: 'ok',
  lastError: '',
  alerts: alerts.map((alert) => ({ labels, state: 'Normal', reason: '', activeAt: 0, ...alert })),
});

/** Looks, each with its time and what it shows of the one alert; nothing: no such alert. */
const looked = (...looks: [now: number, state?: string, since?: number][]) =>
  looks.reduce<Map<string, SeenState>>(
    (known, [now, state, activeAt = 0]) =>
      addStates(known, [state ? rule({ state, activeAt }) : rule()], now),
    new Map(),
  );
const statesOf = (...looks: Parameters<typeof looked>) => grafanaStates(looked(...looks).values(), 'A');

describe('states of alerts in Grafana', () => {
  it('follows an alert there and back, by the ticks that Grafana tells', () => {
    const states = statesOf(
      [5_000, 'Normal', 0],
      [13_000, 'Pending', 10_000],
      [29_000, 'Pending', 10_000],
      [33_000, 'Alerting', 30_000],
      [42_000, 'Alerting', 30_000],
      [47_000, 'Normal', 40_000],
    );
    expect(states).to.deep.equal({
      pending: [{ labels, from: 10_000, to: 29_000 }],
      // The look at 42 s still showed it: the rule's evaluation of that tick came later.
      firing: [{ labels, from: 30_000, to: 40_000, endedAt: 40_000 }],
      activations: [{ labels, at: 10_000 }],
      ends: [{ labels, at: 40_000 }],
    });
  });

  it('takes an alert that fires at once for active then', () => {
    const states = statesOf([5_000, 'Normal', 0], [13_000, 'Alerting', 10_000]);
    expect(states.activations).to.deep.equal([{ labels, at: 10_000 }]);
    expect(states.firing).to.deep.equal([{ labels, from: 10_000, to: 13_000 }]);
    expect(states.ends).to.deep.equal([]);
  });

  it('takes the first look without it for the end of an alert whose series is gone', () => {
    expect(statesOf([13_000, 'Alerting', 10_000], [31_000], [32_000]).ends).to.deep.equal([
      { labels, at: 31_000 },
    ]);
  });

  it('keeps the alerts of a rule, and rules, apart', () => {
    const other = { ...labels, instance: 'b' };
    const rules = [
      rule({ state: 'Pending', activeAt: 10_000 }, { labels: other, state: 'Alerting', activeAt: 5_000 }),
    ];
    const known = addStates(new Map(), [...rules, { ...rule({ state: 'Pending' }), name: 'B' }], 11_000);
    const states = grafanaStates(known.values(), 'A');
    expect(states.pending.map(({ labels: own }) => own)).to.deep.equal([labels]);
    expect(states.firing.map(({ labels: own }) => own)).to.deep.equal([other]);
  });

  it('does not take an error, or no data, for firing', () => {
    expect(statesOf([13_000, 'Error', 10_000], [23_000, 'NoData', 20_000])).to.deep.equal({
      pending: [],
      firing: [],
      activations: [],
      ends: [],
    });
  });
});
