import { expect } from 'chai';
import { routeOf } from '../../configuration/routes/route.ts';
import { grafanaRules, policyConfig } from '../../configuration/rules/grafana-rules.ts';
import { isLedByRule } from './grafana-files.ts';
import { runningFiles } from './running-files.ts';

const nothing = {
  rules: {},
  contactPoints: [],
  policy: { receiver: 'team' },
  muteTimings: null,
  templates: undefined,
  dataSources: [],
};

describe('the files of a running Grafana', () => {
  it('have the policy also where there is nothing else', () => {
    const { used } = runningFiles({ groups: [], grafana: nothing });
    expect([...used.keys()].filter((path) => path.startsWith('grafana/'))).to.deep.equal([
      'grafana/provisioning/alerting/policies.yaml',
      'grafana/provisioning/datasources/data-sources.yaml',
    ]);
    expect(routeOf(policyConfig(used), {})[0]).to.include({ receiver: 'team' });
  });

  it('do not leave out what is of a form that is not known', () => {
    const other = { contactPoints: [{ name: 'team', integrations: [] }] };
    expect(() => runningFiles({ groups: [], grafana: { ...nothing, ...other } })).to.throw(
      /^grafana: its API gave its contact-points in a form that is not known/,
    );
  });

  it('have no recording rules, and say which rule leads its own pages', () => {
    const data = [{ refId: 'A', datasourceUid: 'metrics', model: { expr: 'up' } }];
    const rule = (title: string, more: object = {}) => ({
      ...{ expr: '', for: '0s', grafana_alert: { title, condition: 'A', data, record: null, ...more } },
    });
    const rules = [
      rule('up:sum', { record: { metric: 'up:sum', from: 'A' } }),
      rule('By Policy', { notification_settings: null }),
      rule('By Rule', { notification_settings: { receiver: 'team' } }),
    ];
    const groups = { Shop: [{ name: 'all', interval: '1m', rules }] };
    const { used } = runningFiles({ groups: [], grafana: { ...nothing, rules: groups } });
    expect(grafanaRules(used).map((one) => [one.labels.alertname, isLedByRule(used, one)])).to.deep.equal([
      ['By Policy', false],
      ['By Rule', true],
    ]);
  });
});
