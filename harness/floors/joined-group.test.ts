import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import { alertingRules } from '../../configuration/rules/choose-rule.ts';
import { expectedPages } from '../../core/expected-alerts.ts';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { joinedBefore } from './joined-group.ts';

const [expectation] = expectedPages(parseScenario(checkoutErrors, 'checkout-errors').expectations);

const filesWith = (groupBy: string) =>
  new UsedFiles([
    ['prometheus/prometheus.yml', 'rule_files: [rules/*.yml]'],
    [
      'prometheus/rules/checkout.yml',
      `groups: [{ name: a, rules: [{ alert: CheckoutErrorRateHigh, expr: 'sum(errors) > 0',
        labels: { severity: critical, team: payments } }] }]`,
    ],
    [
      'alertmanager/alertmanager.yml',
      `route: { receiver: slack, group_by: ${groupBy}, routes: [{ matchers: ['severity="ticket"'], receiver: other }] }
receivers: [{ name: slack, slack_configs: [{}] }, { name: other }]`,
    ],
  ]);

function joined(
  groupBy: string,
  labels: Record<string, string>,
  manager: 'prometheus' | 'grafana' = 'prometheus',
) {
  const files = filesWith(groupBy);
  const [rule] = alertingRules(files);
  if (!rule || !expectation) throw new Error('there is no rule');
  return joinedBefore(files, rule, expectation, [{ manager, labels }])?.labels.alertname;
}

describe('an alert after one of a drill before', () => {
  const same = { alertname: 'CheckoutErrorRateHigh', severity: 'critical', team: 'payments' };
  const other = { ...same, alertname: 'CheckoutSlow' };

  it('joins its group where it has the same values of the labels by which the route groups', () => {
    expect(joined('[alertname, team]', same)).to.equal('CheckoutErrorRateHigh');
    expect(joined('[team]', other)).to.equal('CheckoutSlow');
    expect(joined('[]', { ...other, team: 'platform' })).to.equal('CheckoutSlow');
  });

  it('may join it by a label whose value nobody knows before', () => {
    expect(joined('[alertname, instance]', { ...same, instance: 'a:1' })).to.equal('CheckoutErrorRateHigh');
  });

  it('has a group of its own with another value, on another route, with all labels, or at another manager', () => {
    expect(joined('[alertname, team]', other)).to.equal(undefined);
    expect(joined('[alertname]', { ...same, severity: 'ticket' })).to.equal(undefined);
    expect(joined("['...']", same)).to.equal(undefined);
    expect(joined('[alertname]', same, 'grafana')).to.equal(undefined);
  });
});
