import { expect } from 'chai';
import { missedRouteText } from './missed-route.ts';

describe('a route that an alert misses', () => {
  const route = { receiver: 'slack', path: ['{}'], unmet: [] };
  const labels = { severity: 'critical' };

  it('is told with each matcher that is not satisfied', () => {
    const unmet = [
      { label: 'region', operator: '=', value: 'eu' },
      { label: 'severity', operator: '!=', value: 'critical' },
    ] as const;
    expect(missedRouteText({ ...route, unmet: [...unmet] }, labels)).to.equal(
      'not taken: {} → slack: it demands region="eu", and the alert has no region; it demands severity!="critical", and the alert has severity="critical"',
    );
  });
});
