import { expect } from 'chai';
import { chooseRule, owns } from './rule-identity.ts';

const rule = (labels: Record<string, string>, name = 'High') => ({ name, labels });
const warning = rule({ severity: 'warning' });
const critical = rule({ severity: 'critical' });
const templated = rule({ severity: '{{ if gt $value 0.5 }}critical{{ else }}warning{{ end }}', tier: '1' });

describe('rules of one name', () => {
  it('are distinguished by the expected labels', () => {
    const rules = [warning, critical, rule({ severity: 'critical' }, 'Low')];
    expect(chooseRule(rules, 'High', { severity: 'critical', service: 'x' })).to.equal(critical);
    expect(chooseRule(rules, 'High', { severity: 'warning' })).to.equal(warning);
    expect(chooseRule(rules, 'Hihg', {})).to.equal(undefined);
  });

  it('may take an expected label from their series or a template, but not contradict it', () => {
    const open = rule({ team: 'payments' });
    expect(chooseRule([warning, open], 'High', { severity: 'critical' })).to.equal(open);
    expect(chooseRule([warning, templated], 'High', { severity: 'critical' })).to.equal(templated);
    // It agrees in more labels, and yet its alerts can never have the severity.
    const near = rule({ severity: 'warning', team: 'payments', service: 'shop' });
    const expected = { severity: 'critical', team: 'payments', service: 'shop' };
    expect(chooseRule([near, open], 'High', expected)).to.equal(open);
    expect(chooseRule([warning], 'High', { severity: 'critical' })).to.equal(warning);
  });

  it('own the alerts that have their labels, the more of them the more surely', () => {
    const wide = rule({ team: 'payments' });
    const narrow = rule({ team: 'payments', severity: 'critical' });
    const alert = { alertname: 'High', team: 'payments', severity: 'critical' };
    expect(owns(narrow, [wide, narrow], alert)).to.equal(true);
    expect(owns(wide, [wide, narrow], alert)).to.equal(false);
    expect(owns(wide, [wide, narrow], { ...alert, severity: 'warning' })).to.equal(true);
    expect(owns(warning, [warning, critical], { alertname: 'High', severity: 'critical' })).to.equal(false);
    expect(owns(templated, [templated], { alertname: 'High', severity: 'critical', tier: '1' })).to.equal(
      true,
    );
  });
});
