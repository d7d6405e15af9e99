import { expect } from 'chai';
import { routeOf } from '../../configuration/routes/route.ts';
import type { Scenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import type { KnownContactPoint } from '../pages/known-contact-points.ts';
import { findConstantRules } from './always-firing.ts';
import type { EvaluatedRule } from './loaded-rules.ts';

const rule = (
  name: string,
  query: string,
  labels: Record<string, string> = {},
  changes: Partial<EvaluatedRule> = {},
): EvaluatedRule => ({
  ...{ manager: 'prometheus', kind: 'alerting', file: 'f', group: 'g', key: name, name, query, labels },
  ...{ isFiring: true, failed: false, lastError: '' },
  ...changes,
});

const expected = rule('CheckoutErrorRateHigh', 'errors > 0.05', { severity: 'critical' });
const pager = rule('TelemetryDown', 'up == 0', { severity: 'page' });

const config = {
  route: {
    receiver: 'team',
    routes: [
      { matchers: ['alertname = Heartbeat'], receiver: 'dead-mans-switch' },
      { matchers: ['alertname = Quiet'], receiver: 'nobody' },
      { matchers: ['severity = page'], receiver: 'pagerduty' },
      { matchers: ['severity = critical'], receiver: 'slack' },
      { matchers: ['alertname = Nearby'], receiver: 'slack' },
    ],
  },
};
const contactPoints = ['team', 'dead-mans-switch', 'pagerduty', 'slack'].map(
  (name): KnownContactPoint => ({ name, manager: 'alertmanager', kind: 'webhook' }),
);

const found = (rules: EvaluatedRule[], alwaysFiring?: Scenario['alwaysFiring']) =>
  findConstantRules({
    scenario: {
      expectations: checkoutErrors.expectations as Scenario['expectations'],
      ...(alwaysFiring ? { alwaysFiring } : {}),
    },
    rules: [expected, pager, ...rules],
    definitions: [],
    contactPoints,
    routes: ({ name, labels }) => routeOf(config, { ...labels, alertname: name }),
  });

describe('rules that fire all the time', () => {
  it('are recognised by an expression that reads no series, on their own route', () => {
    const [one, ...others] = found([rule('Heartbeat', 'vector(1)')]);
    expect(one).to.include({ name: 'Heartbeat', declared: false, notifies: true });
    expect(one?.contactPoints).to.deep.equal(['dead-mans-switch']);
    expect(one?.routeOwner).to.equal(undefined);
    expect(others).to.deep.equal([]);
  });

  it('are noise on the default route, on the route of other alerts, or on that of the expected one', () => {
    const rows: [EvaluatedRule, string][] = [
      [rule('AlwaysOn', 'vector(1)'), 'default'],
      [rule('AlwaysOn', '1 == bool 1', { severity: 'page' }), 'shared'],
      [rule('AlwaysOn', 'vector(1)', { severity: 'critical' }), 'expected'],
      // On its own route, but to the receiver of the expected page.
      [rule('Nearby', 'vector(1)'), 'expected'],
      [rule('CheckoutErrorRateHigh', 'vector(1)'), 'expected'],
    ];
    for (const [one, owner] of rows) expect(found([one])[0]?.routeOwner, owner).to.equal(owner);
  });

  it('may notify nobody', () => {
    const [one] = found([rule('Quiet', 'vector(1)')]);
    expect(one?.notifies).to.equal(false);
    expect(one?.routeOwner).to.equal(undefined);
  });

  it('may be declared, whatever their expression, but not on the route of an expected alert', () => {
    const declare = (alert: string) => [{ alert, receiver: 'webhook' as const }];
    const [one] = found([rule('Canary', 'probe_success == 1')], declare('Canary'));
    expect(one).to.include({ declared: true, receiver: 'webhook' });
    expect(one?.routeOwner).to.equal(undefined);
    const close = rule('Canary', 'probe_success == 1', { severity: 'critical' });
    expect(found([close], declare('Canary'))[0]?.routeOwner).to.equal('expected');
  });

  it('do not include other rules', () => {
    const others = [
      rule('Clock', 'vector(time()) > 5'),
      rule('Reads', 'up'),
      rule('Unread', 'sum by ('),
      rule('recorded', 'vector(1)', {}, { kind: 'recording' }),
    ];
    expect(found(others)).to.deep.equal([]);
  });

  it('are found in Grafana by their queries', () => {
    const one = rule('Heartbeat', '', {}, { manager: 'grafana' });
    const definition = (expr: string) => ({
      ...{ uid: 'u', title: 'Heartbeat', ruleGroup: 'g', condition: 'B', isPaused: false },
      data: [
        { refId: 'A', datasourceUid: 'prometheus', model: { expr } },
        { refId: 'B', datasourceUid: '__expr__', model: { type: 'threshold', expression: 'A' } },
      ],
    });
    const names = (expr: string) =>
      findConstantRules({
        scenario: { expectations: [] },
        rules: [one],
        definitions: [definition(expr)],
        contactPoints: [],
        routes: ({ name }) => routeOf(config, { alertname: name }),
      }).map(({ name }) => name);
    expect(names('vector(1)')).to.deep.equal(['Heartbeat']);
    expect(names('up')).to.deep.equal([]);
  });
});
