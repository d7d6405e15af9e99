import { expect } from 'chai';
import type { GrafanaReader, GrafanaRule } from '../../signals/readers/grafana.ts';
import type { RunningDrill } from '../running-drill.ts';
import { readActiveAlerts } from '../watch/active-alerts.ts';
import { grafanaUnready } from './grafana-gate.ts';

const rule = (changes: Partial<GrafanaRule> = {}): GrafanaRule => ({
  name: 'Bug Report',
  folder: 'f',
  group: 'g',
  intervalMs: 10_000,
  forMs: 0,
  query: '',
  labels: {},
  annotations: {},
  health: 'ok',
  lastError: '',
  lastEvaluationAt: 1,
  alerts: [],
  ...changes,
});
const policy = { receiver: 'telegram', routes: [{ receiver: 'slack', object_matchers: [] }, {}] };
const points = (...active: string[]) =>
  ['telegram', 'slack', 'spare'].map((name) => ({ name, active: active.includes(name), integrations: [] }));

const grafana = (changes: Partial<GrafanaReader> = {}) => {
  const quiet: Partial<GrafanaReader> = {
    rules: async () => [rule()],
    definitions: async () => [],
    alerts: async () => [],
    contactPoints: async () => points('telegram', 'slack'),
    policy: async () => policy,
    ...changes,
  };
  return quiet as GrafanaReader;
};

const fresh = { since: 1, everyMs: 10_000 };

describe('the quiet gate of a drill with Grafana', () => {
  it('is open when every rule was evaluated and the policy is active', async () => {
    const open = { inactive: [], stale: [] };
    expect(await grafanaUnready(grafana(), fresh)).to.deep.equal(open);
    expect(await grafanaUnready(undefined, fresh)).to.deep.equal(open);
  });

  it('shows what is not ready; a rule that fails or has no data on warm traffic is ready', async () => {
    const { lastEvaluationAt: _, ...never } = rule({ name: 'New' });
    const rules = async () => [
      never,
      rule({ health: 'error', lastError: 'no such host' }),
      rule({ health: 'nodata' }),
    ];
    const contactPoints = async () => points('telegram');
    expect(await grafanaUnready(grafana({ rules, contactPoints }), fresh)).to.deep.equal({
      inactive: [
        'Grafana has not evaluated rule New yet',
        "Grafana's policy is not in force yet: contact point slack is not at work",
      ],
      stale: [],
    });
  });

  it('waits until each rule was evaluated since then, except rules with a long interval', async () => {
    const rules = async () => [rule(), rule({ name: 'Seldom', intervalMs: 60_000 })];
    const later = { ...fresh, since: 2 };
    expect(await grafanaUnready(grafana({ rules }), later)).to.deep.equal({
      inactive: [],
      stale: ['Grafana has not evaluated rule Bug Report on warm traffic yet'],
    });
  });

  it('does not wait for a paused rule, identified by its group', async () => {
    const { lastEvaluationAt: _, ...never } = rule();
    const paused = (ruleGroup: string, isPaused = true) => ({
      definitions: async () => [
        { uid: 'u', title: 'Bug Report', ruleGroup, condition: 'C', data: [], isPaused },
      ],
    });
    const rules = async () => [never];
    const { inactive } = await grafanaUnready(grafana({ rules, ...paused('g') }), fresh);
    expect(inactive).to.deep.equal([]);
    for (const other of [paused('another'), paused('g', false)]) {
      const unsettled = await grafanaUnready(grafana({ rules, ...other }), fresh);
      expect(unsettled.inactive).to.deep.equal(['Grafana has not evaluated rule Bug Report yet']);
    }
  });

  it("finds active alerts of both managers, with Prometheus' names of the states", async () => {
    const alert = (state: string) => ({ labels: {}, state, reason: '' });
    const rules = async () => [rule({ alerts: [alert('Normal'), alert('Pending'), alert('Alerting')] })];
    const alertsNow = async () => [
      { labels: { alertname: 'CheckoutSlow' }, annotations: {}, state: 'firing', activeAt: 1 },
    ];
    const prometheus = { alertsNow } as unknown as Parameters<typeof readActiveAlerts>[0]['prometheus'];
    const reader = grafana({ rules });
    const found = await readActiveAlerts({
      prometheus,
      grafana: { reader } as NonNullable<RunningDrill['grafana']>,
    });
    expect(found.map(({ manager, alert, state }) => [manager, alert, state])).to.deep.equal([
      ['prometheus', 'CheckoutSlow', 'firing'],
      ['grafana', 'Bug Report', 'pending'],
      ['grafana', 'Bug Report', 'firing'],
    ]);
  });
});
