import { expect } from 'chai';
import { routeOf } from '../../configuration/routes/route.ts';
import { policyConfig } from '../../configuration/rules/grafana-rules.ts';
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
});
