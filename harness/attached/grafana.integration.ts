/*
 * What is read of a real Grafana that firedrill did not start, and who may read it.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { contactPointsIn } from '../../configuration/routes/contact-points.ts';
import { routeOf } from '../../configuration/routes/route.ts';
import { grafanaRules, policyConfig } from '../../configuration/rules/grafana-rules.ts';
import { messageOf } from '../../core/errors.ts';
import { within } from '../../core/path.ts';
import { Scope } from '../../core/scope.ts';
import { parseStaging } from '../../core/staging.ts';
import { grafanaReader } from '../../signals/readers/grafana.ts';
import { prometheusReader } from '../../signals/readers/prometheus.ts';
import { grafanaProgram } from '../../signals/readers/testing/back-ends.ts';
import { serve } from '../../signals/readers/testing/components.ts';
import { folder, rule, startGrafana, type TestGrafana } from '../../signals/receivers/testing/grafana.ts';
import { type Owner, ownerOf } from '../../stacks/runtimes/process/owner.ts';
import { grafanaDataSource } from '../stack/readers.ts';
import { cleanStaging } from './clean.ts';
import { addCopies, copiesOf, takeAway, withCopies } from './copies.ts';
import { Notes, readLeft } from './notes.ts';
import { probe } from './probe.ts';
import { runningFiles } from './running-files.ts';
import type { Staging } from './staging.ts';

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
  let accounts = 0;
  /** Requests to the data source. */
  const asked: string[] = [];

  before(async () => {
    grafana = await startGrafana({ ...(await grafanaProgram(signal)), alerting, env: {} }, scope);
    await make('/api/folders', { uid: folder, title: 'Drills and more' });
    await make('/api/v1/provisioning/alert-rules', { ...rule('broken', 'Shop Broken', false), for: '30s' });
    const prometheus = await serve(scope, ({ method, url }, response) => {
      asked.push(`${method} ${url?.split('?')[0]}`);
      response.end('{"status":"success","data":{"resultType":"matrix","result":[]}}');
    });
    await make('/api/datasources', {
      ...{ name: 'Metrics', uid: 'metrics', type: 'prometheus', access: 'proxy' },
      url: `http://${prometheus}`,
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
    accounts += 1;
    const name = `firedrill-${accounts}`;
    const { id } = await make('/api/serviceaccounts', { name, role });
    const { key } = await make(`/api/serviceaccounts/${id}/tokens`, { name });
    return { authorization: `Bearer ${key}` };
  }

  /** A staging with this Grafana. */
  const stagingOf = (headers: Record<string, string>, of: readonly string[] = [], dir = '/'): Staging => {
    const whereOf = within('staging.yaml');
    const { url } = grafana;
    const copies = of.length > 0 ? { copies: { of, to: 'http://127.0.0.1:9199' } } : {};
    const { secret: _, ...file } = parseStaging(
      { name: 'shop', hosts: ['127.0.0.1'], prometheus: { url }, grafana: { url, ...copies } },
      whereOf,
    );
    const own = { file: join(dir, 'staging.yaml'), whereOf, secret: '', secrets: [] };
    return { ...file, ...own, identities: new Map([['grafana', { headers }]]) };
  };
  const probed = (headers: Record<string, string>): Promise<string> =>
    probe(stagingOf(headers), signal).then(() => '', messageOf);

  it('is read by a service account, as files like those of any other', async () => {
    const headers = await as('Admin');
    expect(await probed(headers)).to.equal('');
    const reader = grafanaReader(grafana.url, { headers }, signal);
    expect(await reader.rules()).to.have.lengthOf(1);
    expect(await reader.version()).not.to.equal('');
    const configuration = await reader.configuration();
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

  it('passes questions on to its data source', async () => {
    const address = grafanaDataSource(grafana.url, 'metrics');
    const now = Date.now();
    const reader = prometheusReader(address, signal, { headers: await as('Admin') });
    expect(await reader.queryRange('up', now, now, 1_000)).to.deep.equal({ series: [] });
    expect(asked).to.deep.equal(['GET /api/v1/query_range']);
  });

  it('refuses who may not read its alerting', async () => {
    expect(await probed(await as('Viewer'))).to.match(
      /staging\.yaml: grafana: .* answered 403: it does not accept who we are/,
    );
    expect(await probed({})).to.match(/staging\.yaml: grafana: .* answered 401/);
  });

  describe('with copies of its pages', () => {
    let headers: Record<string, string>;
    let dir: string;
    let found: readonly string[];

    before(async () => {
      headers = await as('Admin');
    });
    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), 'copies-test-'));
      found = await state();
    });
    afterEach(() => rm(dir, { recursive: true }));

    /** Of a drill that was killed. */
    const dead = { ...ownerOf('two', process.pid), startTicks: '1' };
    const reader = () => grafanaReader(grafana.url, { headers }, signal);
    /** What a drill must leave as it is. */
    const state = () =>
      Promise.all(
        [
          '/api/v1/provisioning/contact-points',
          '/api/v1/provisioning/policies',
          '/api/alertmanager/grafana/config/api/v1/alerts',
        ].map(async (path) => JSON.stringify(await grafana.api('GET', path))),
      );
    const typesOf = async (contactPoint: string) =>
      (await reader().contactPoints())
        .find(({ name }) => name === contactPoint)
        ?.integrations.map(({ type }) => type);
    const add = async (staging: Staging, owner: Owner, drill: Scope): Promise<Notes> => {
      const notes = await Notes.open(staging, owner);
      const { contactPoints } = await reader().configuration();
      const on = { reader: reader(), notes, scope: drill, signal };
      await addCopies(copiesOf(staging), contactPoints, staging, on);
      return notes;
    };

    it('has them while a drill runs, and is as it was afterwards', async () => {
      const drill = new Scope();
      const staging = stagingOf(headers, ['all', 'team'], dir);
      const notes = await add(staging, ownerOf('one', process.pid), drill);
      expect(await typesOf('all')).to.deep.equal(['webhook', 'webhook']);
      expect(await typesOf('team')).to.deep.equal(['slack', 'webhook']);
      const { used } = runningFiles({
        groups: [],
        grafana: {
          ...(await reader().configuration()),
          contactPoints: withCopies(JSON.parse(found[0] ?? '').body, copiesOf(staging), staging),
        },
      });
      expect(contactPointsIn(used)).to.deep.include({
        ...{ name: 'team', manager: 'grafana', kind: 'webhook', detail: 'team' },
        address: ['/webhook/team'],
      });
      expect(await drill.close()).to.deep.equal([]);
      expect(await state()).to.deep.equal(found);
      await notes.close();
      expect(await readdir(dir)).to.deep.equal([]);
    });

    it('is as it was when a drill that was killed is cleaned up', async () => {
      const staging = stagingOf(headers, ['team'], dir);
      await add(staging, dead, new Scope());
      expect(await state()).not.to.deep.equal(found);
      const told = await cleanStaging(staging, { owner: ownerOf('clean', process.pid), env: {} });
      expect(told).to.deep.equal([
        'took away the webhook to http://127.0.0.1:9199/webhook/team from contact point team',
      ]);
      expect(await state()).to.deep.equal(found);
      expect(await readdir(dir)).to.deep.equal([]);
    });

    it('tells what is left, and how to undo it by hand', async () => {
      const drill = new Scope();
      const staging = stagingOf(headers, ['team'], dir);
      const notes = await add(staging, dead, drill);
      const left = (await readLeft(staging))?.changes[0];
      if (left?.kind !== 'copy') throw new Error('it is not noted');

      const stranger = stagingOf(await as('Viewer'));
      expect(await takeAway(left, stranger, signal).then(() => '', messageOf)).to.match(
        /^grafana: the webhook of contact point team is left: .* answered 403.*\n.*by hand: remove the webhook to http:\S+\/team \(uid firedrill-\w+\) from contact point team/,
      );
      expect(await drill.close()).to.deep.equal([]);
      expect(await state()).to.deep.equal(found);
      await notes.close();
    });

    it('does not know a contact point of another name', async () => {
      const staging = stagingOf(headers, ['tean']);
      const { contactPoints } = await reader().configuration();
      expect(() => withCopies(contactPoints, copiesOf(staging), staging)).to.throw(
        /grafana\.copies\.of\[0\]: Grafana has no contact point "tean"\n.*did you mean team/,
      );
    });
  });
});
