import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import type { AlertEvidence } from '../../core/record.ts';
import { Scope } from '../../core/scope.ts';
import { startGrafana, type TestGrafana } from '../receivers/testing/grafana.ts';
import { failuresSince } from './failure-counters.ts';
import { type GrafanaReader, grafanaReader } from './grafana.ts';
import { collectGrafanaEvidence } from './grafana-evidence.ts';
import { type LokiReader, lokiReader } from './loki.ts';
import { prometheusReader } from './prometheus.ts';
import { attributes, grafanaProgram, nanos, push, startLoki } from './testing/back-ends.ts';
import { type GrafanaWatch, watchGrafana } from './watch-grafana.ts';

const folder = 'drills';
const expr = (app: string) => `sum(count_over_time({service_name="${app}"} |= \`bug\` [20s])) or vector(0)`;

const rule = (uid: string, title: string, app: string, more: object = {}) => ({
  uid,
  orgID: 1,
  folderUID: folder,
  ruleGroup: 'all',
  title,
  condition: 'C',
  for: '10s',
  noDataState: 'OK',
  execErrState: 'OK',
  data: [
    {
      refId: 'A',
      queryType: 'instant',
      datasourceUid: 'loki',
      relativeTimeRange: { from: 20, to: 0 },
      model: { refId: 'A', queryType: 'instant', expr: expr(app) },
    },
    {
      refId: 'B',
      datasourceUid: '__expr__',
      relativeTimeRange: { from: 0, to: 0 },
      model: { refId: 'B', type: 'reduce', reducer: 'max', expression: 'A' },
    },
    {
      refId: 'C',
      datasourceUid: '__expr__',
      relativeTimeRange: { from: 0, to: 0 },
      model: {
        refId: 'C',
        type: 'threshold',
        expression: 'B',
        conditions: [{ evaluator: { type: 'gt', params: [0] } }],
      },
    },
  ],
  labels: { severity: 'critical' },
  annotations: { summary: 'Bugs' },
  ...more,
});

describe('reader of a real Grafana, with a real Loki', function () {
  this.timeout(600_000); // The first run on a machine builds both.
  const scope = new Scope();
  const ended = new AbortController();
  const { signal } = ended;
  let server: TestGrafana;
  let grafana: GrafanaReader;
  let watch: GrafanaWatch;
  let loki: LokiReader;
  let injectedAt: number;

  const wait = <T>(what: string, withinMs: number, look: () => Promise<T | undefined>) =>
    until(
      what,
      async () => {
        const found = await look();
        return found === undefined ? notYet(watch?.lastProblem() ?? 'not yet') : met(found);
      },
      { where: 'test', withinMs, signal },
    );
  const stateOf = (alert: string, state: string) => async () =>
    watch.states().find((seen) => seen.alert === alert && seen.state === state && seen.since >= injectedAt);

  async function refusingReceiver(): Promise<string> {
    const receiver = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(401).end('{"ok":false}'));
    });
    scope.defer('receiver', () => {
      receiver.closeAllConnections();
      receiver.close();
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/secret/path`;
  }

  async function make(path: string, body: object, method = 'POST'): Promise<unknown> {
    const answer = await server.api(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.be.within(200, 202);
    return answer.body;
  }

  async function provision(lokiUrl: string): Promise<void> {
    await make('/api/datasources', {
      name: 'Loki',
      uid: 'loki',
      type: 'loki',
      access: 'proxy',
      url: lokiUrl,
      jsonData: { httpHeaderName1: 'X-Scope-OrgID' },
      secureJsonData: { httpHeaderValue1: 'dev' },
    });
    await make('/api/folders', { uid: folder, title: folder });
    await make('/api/v1/provisioning/alert-rules', rule('bug', 'Bug Report', 'orders'));
    await make('/api/v1/provisioning/alert-rules', rule('none', 'No Such Logs', 'nobody'));
    const broken = { data: [{ ...rule('x', 'x', 'x').data[0], datasourceUid: 'gone' }], condition: 'A' };
    await make(
      '/api/v1/provisioning/alert-rules',
      rule('broken', 'Broken', 'x', { ...broken, execErrState: 'Alerting' }),
    );
    await make(
      '/api/v1/provisioning/alert-rules',
      rule('mute', 'Mute', 'x', { ...broken, execErrState: 'OK' }),
    );
    const group = `/api/v1/provisioning/folder/${folder}/rule-groups/all`;
    const { body } = await server.api('GET', group);
    await make(group, { ...Object(body), interval: 10 }, 'PUT');
  }

  before(async () => {
    const lokiUrl = await startLoki(scope, signal);
    loki = lokiReader(lokiUrl, signal);
    const point = { uid: 'hook', type: 'webhook', settings: { url: await refusingReceiver() } };
    const policy = { group_by: ['alertname'], group_wait: '1s', group_interval: '1s', repeat_interval: '1h' };
    const alerting = {
      apiVersion: 1,
      contactPoints: [{ orgId: 1, name: 'all', receivers: [point] }],
      policies: [{ orgId: 1, receiver: 'all', ...policy }],
    };
    server = await startGrafana({ ...(await grafanaProgram(signal)), alerting, env: {} }, scope);
    grafana = grafanaReader(server.url, server.password, signal);
    await provision(lokiUrl);
    watch = watchGrafana(grafana, { everyMs: 200, signal });
    await wait('the first evaluation', 60_000, async () => {
      const rules = await grafana.rules();
      return rules.every(({ lastEvaluationAt }) => lastEvaluationAt !== undefined) ? true : undefined;
    });
    injectedAt = Date.now();
    const line = {
      timeUnixNano: nanos(injectedAt + 5),
      severityText: 'ERROR',
      body: { stringValue: 'a bug' },
    };
    const resource = { attributes: attributes({ 'service.name': 'orders' }) };
    const resourceLogs = [{ resource, scopeLogs: [{ logRecords: [line] }] }];
    await push(`${lokiUrl}/otlp/v1/logs`, { resourceLogs }, { 'x-scope-orgid': 'dev' });
    await wait('the alert to be held', 60_000, async () =>
      watch.alerts().find(({ labels }) => labels.alertname === 'Bug Report'),
    );
    await wait('the alert to end', 60_000, stateOf('Bug Report', 'Normal'));
  });
  after(async () => {
    ended.abort();
    await watch?.done;
    expect(await scope.close()).to.deep.equal([]);
  });

  const collect = async (alert: string): Promise<AlertEvidence> => {
    const rules = await grafana.rules();
    const own = rules.find(({ name }) => name === alert);
    if (!own) throw new Error(`no rule ${alert}`);
    // Nobody is there: a rule on logs does not ask it.
    const prometheus = prometheusReader('http://127.0.0.1:1', signal);
    const names = rules.map(({ name }) => name);
    return await collectGrafanaEvidence({ grafana, watch, prometheus, loki }, own, names, {
      alert,
      labels: {},
      injectedAt,
      revertedAt: injectedAt + 1_000,
      fromMs: injectedAt - 2_000,
      toMs: Date.now(),
      stepMs: 100,
    });
  };

  it('times every hop, by the ticks of Grafana’s scheduler', async () => {
    const { hops } = await collect('Bug Report');
    const at = (name: string) => hops.find((hop) => hop.name === name)?.at ?? Number.NaN;
    expect(at('expression true')).to.be.within(injectedAt, injectedAt + 200);
    expect(at('pending') % 10_000).to.equal(0);
    expect(at('pending')).to.be.within(injectedAt, injectedAt + 10_000);
    expect(at('firing') - at('pending')).to.equal(10_000);
    // Three rules are due at each tick.
    expect(at('notifier sent')).to.be.within(at('firing'), at('firing') + 7_500);
    expect(at('expression false')).to.be.within(injectedAt + 19_900, injectedAt + 20_300);
    expect(at('resolved') % 10_000).to.equal(0);
    expect(at('resolved')).to.be.within(at('expression false'), at('expression false') + 10_000);
  });

  it('collects the evidence of an alert that came', async () => {
    const evidence = await collect('Bug Report');
    expect(evidence).to.include({ manager: 'grafana' });
    expect(evidence.rule).to.include({
      file: folder,
      group: 'all',
      forMs: 10_000,
      intervalMs: 10_000,
      health: 'ok',
    });
    expect(evidence.rule?.query).to.equal(`(${expr('orders')}) > 0`);
    expect(evidence.comparison).to.deep.include({ threshold: 0, observed: { min: 0, max: 1 } });
    expect(evidence.selectors[0]).to.include({
      text: '{service_name="orders"} |= `bug`',
      series: 1,
      tenant: 'dev',
    });
    expect(evidence.pending).to.have.lengthOf(1);
    expect(evidence.firing[0]?.labels).to.deep.equal({
      alertname: 'Bug Report',
      grafana_folder: folder,
      severity: 'critical',
    });
    expect(evidence.alertmanager[0]?.receivers).to.deep.equal(['all']);
    expect(evidence.contactPoints).to.deep.include({ name: 'all', kinds: ['webhook'] });
  });

  it('says which streams there are for a query that matches nothing', async () => {
    const { selectors, trueStretches, firing } = await collect('No Such Logs');
    expect(selectors[0]).to.deep.include({ series: 0, tenant: 'dev', nearest: [] });
    expect(selectors[0]?.labelsFound).to.deep.equal([{ service_name: 'orders' }]);
    expect({ trueStretches, firing }).to.deep.equal({ trueStretches: [], firing: [] });
  });

  it('keeps the error of a rule that cannot be evaluated', async () => {
    const { rule: own } = await collect('Broken');
    expect(own?.health).to.equal('error');
    expect(own?.lastError).to.match(/data source not found/);
  });

  it('shows of a rule that hides its error that it is Normal because of one', async () => {
    const rule = (await grafana.rules()).find(({ name }) => name === 'Mute');
    expect(rule?.health).to.equal('ok');
    expect(rule?.alerts.map(({ state, reason }) => [state, reason])).to.deep.equal([['Normal', 'Error']]);
  });

  it('says why a contact point’s last attempt failed, without its secret', async () => {
    const points = await grafana.contactPoints();
    const own = points.find(({ name }) => name === 'all');
    expect(own).to.include({ active: true });
    expect(own?.integrations[0]).to.include({ type: 'webhook' });
    expect(own?.integrations[0]?.lastError)
      .to.match(/401/)
      .and.not.match(/secret/);
    const trouble = failuresSince([], await grafana.failureCounters());
    expect(trouble.join('\n')).to.match(/^\d+ failed attempts of Grafana to notify through webhook$/m);
  });

  it('reads the policy, and marks dashboards', async () => {
    expect(await grafana.policy()).to.include({ receiver: 'all', group_wait: '1s' });
    await grafana.annotate({ at: injectedAt, toMs: injectedAt + 1_000, text: 'fault', tags: ['firedrill'] });
    const { body } = await server.api('GET', '/api/annotations?tags=firedrill');
    expect(body).to.have.lengthOf(1);
    expect(Object(body)[0]).to.include({ time: injectedAt, timeEnd: injectedAt + 1_000, text: 'fault' });
  });

  it('tells no password when it is refused', async () => {
    const stranger = grafanaReader(server.url, 'wrong', signal);
    const refused = await stranger.rules().catch((error: unknown) => error);
    expect(refused)
      .to.have.property('message')
      .that.matches(/answered 401/)
      .and.not.matches(/wrong|Basic/);
  });
});
