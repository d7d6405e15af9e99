import { expect } from 'chai';
import type { RunningDrill } from '../running-drill.ts';
import { readActiveAlerts } from './active-alerts.ts';

describe('active alerts', () => {
  it('include every alert that is not normal in Grafana, also with a state of a later release', async () => {
    const states = ['Normal', 'Pending', 'Alerting', 'NoData', 'Error', 'Recovering'];
    const rules = [{ name: 'Bug Report', alerts: states.map((state) => ({ state })) }];
    const found = await readActiveAlerts({
      prometheus: { alertsNow: async () => [{ labels: { alertname: 'CheckoutSlow' }, state: 'pending' }] },
      grafana: { reader: { rules: async () => rules } },
    } as unknown as Pick<RunningDrill, 'prometheus' | 'grafana'>);
    expect(found.map(({ alert, state }) => `${alert} ${state}`)).to.deep.equal([
      'CheckoutSlow pending',
      'Bug Report pending',
      'Bug Report firing',
      'Bug Report without data',
      'Bug Report in error',
      'Bug Report recovering',
    ]);
  });
});
