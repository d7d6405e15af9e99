/*
 * What is read of a real Grafana that firedrill did not start, and who may read it.
 */
import { expect } from 'chai';
import { contactPointsIn } from '../../configuration/routes/contact-points.ts';
import { routeOf } from '../../configuration/routes/route.ts';
import { grafanaRules, policyConfig } from '../../configuration/rules/grafana-rules.ts';
import { messageOf } from '../../core/errors.ts';
import { within } from '../../core/path.ts';
import { Scope } from '../../core/scope.ts';
import { parseStaging } from '../../core/staging.ts';
import { grafanaReader } from '../../signals/readers/grafana.ts';
import { grafanaProgram } from '../../signals/readers/testing/back-ends.ts';
import { folder, rule, startGrafana, type TestGrafana } from '../../signals/receivers/testing/grafana.ts';
import { probe } from './probe.ts';
import { runningFiles } from './running-files.ts';

const alerting = {
  apiVersion: 1,
  contactPoints: [
    {
      orgId: 1,
      name: 'all',
      receivers: [{ uid: 'hook', type: 'webhook', settings: { url: 'http://127.0.0.1:1/webhook/all' } }],
    },
    {
      orgId: 1,
      name: 'team',
      receivers: [
        {
          uid: 'slack',
          type: 'slack',
          settings: { url: 'https://hooks.slack.com/services/T1/B1/hidden-from-all', recipient: '#team' },
        },
      ],
    },
  ],
  policies: [
    {
      ...{ orgId: 1, receiver: 'all', group_by: ['alertname'], group_wait: '1s' },
      routes: [
        {
          receiver: 'team',
          object_matchers: [['severity', '=', 'critical']],
          mute_time_intervals: ['nights'],
        },
      ],
    },
  ],
  muteTimes: [
    { orgId: 1, name: 'nights', time_intervals: [{ times: [{ start_time: '00:00', end_time: '06:00' }] }] },
  ],
  templates: [{ orgId: 1, name: 'own', template: '{{ define "own" }}It costs $5{{ end }}' }],
};

describe('a real Grafana that runs already', function () {
  this.timeout(600_000); // The first run on a machine builds it.
  const scope = new Scope();
  const ended = new AbortController();
  const { signal } = ended;
  let grafana: TestGrafana;

  before(async () => {
    grafana = await startGrafana({ ...(await grafanaProgram(signal)), alerting, env: {} }, scope);
    await make('/api/folders', { uid: folder, title: 'Drills and more' });
    await make('/api/v1/provisioning/alert-rules', { ...rule('broken', 'Shop Broken', false), for: '30s' });
    await make('/api/datasources', {
      ...{ name: 'Metrics', uid: 'metrics', type: 'prometheus', access: 'proxy' },
      url: 'http://127.0.0.1:1',
    });
  });
  after(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  async function make(path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await grafana.api('POST', path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.be.within(200, 202);
    return Object(answer.body);
  }

  /** The headers of a service account with a role. */
  async function as(role: string): Promise<Record<string, string>> {
    const { id } = await make('/api/serviceaccounts', { name: `firedrill-${role}`, role });
    const { key } = await make(`/api/serviceaccounts/${id}/tokens`, { name: `firedrill-${role}` });
    return { authorization: `Bearer ${key}` };
  }

  const probed = async (headers: Record<string, string>): Promise<string> => {
    const whereOf = within('staging.yaml');
    const hosts = ['127.0.0.1'];
    const { secret: _, ...file } = parseStaging(
      { name: 'shop', hosts, prometheus: { url: grafana.url }, grafana: { url: grafana.url } },
      whereOf,
    );
    const own = { file: '/staging.yaml', whereOf, secret: '', secrets: [] };
    return await probe({ ...file, ...own, identities: new Map([['grafana', { headers }]]) }, signal).then(
      () => '',
      messageOf,
    );
  };

  it('is read by a service account, as files like those of any other', async () => {
    const headers = await as('Admin');
    expect(await probed(headers)).to.equal('');
    const configuration = await grafanaReader(grafana.url, { headers }, signal).configuration();
    const { used } = runningFiles({ groups: [], grafana: configuration });
    expect([...used.values()].join('\n')).not.to.contain('hidden-from-all');
    const [found, ...others] = grafanaRules(used);
    expect(others).to.deep.equal([]);
    expect(found).to.deep.include({ group: 'all', forMs: 30_000, evaluationMs: 60_000 });
    expect(found?.labels).to.include({
      alertname: 'Shop Broken',
      grafana_folder: 'Drills and more',
      severity: 'critical',
    });
    const [route] = routeOf(policyConfig(used), found?.labels ?? {});
    expect(route).to.deep.include({ receiver: 'team', groupBy: ['alertname'], mutedAt: ['nights'] });
    expect(routeOf(policyConfig(used), { alertname: 'Other' })[0]).to.include({ receiver: 'all' });
    expect(contactPointsIn(used).map(({ name, kind, detail }) => [name, kind, detail])).to.have.deep.members([
      ['all', 'webhook', 'all'],
      // Grafana's own.
      ['email receiver', 'email', 'example@email.com'],
      ['team', 'slack', '#team'],
    ]);
    expect(used.get('grafana/provisioning/alerting/mute-timings.yaml')).to.contain('06:00');
    expect(used.get('grafana/provisioning/alerting/templates.yaml')).to.contain('It costs $5');
    expect(used.get('grafana/provisioning/datasources/data-sources.yaml')).to.contain('uid: metrics');
  });

  it('refuses who may not read its alerting', async () => {
    expect(await probed(await as('Viewer'))).to.match(
      /staging\.yaml: grafana: .* answered 403: it does not accept who we are/,
    );
    expect(await probed({})).to.match(/staging\.yaml: grafana: .* answered 401/);
  });
});
