import { expect } from 'chai';
import { messageOf } from '../../core/errors.ts';
import { Scope } from '../../core/scope.ts';
import { prometheusReader } from './prometheus.ts';
import { serve } from './testing/components.ts';

/** Rules as vmalert shows them through VictoriaMetrics 1.151. */
const ofVmalert = {
  groups: [
    {
      ...{ name: 'shop', interval: 1, file: 'rules.yml', type: 'prometheus', id: '192508751359088781' },
      ...{ lastEvaluation: '2026-12-01T13:07:10.012071509Z', concurrency: 1, states: { inactive: 1 } },
      rules: [
        {
          ...{ state: '', name: 'a:b', query: 'sum(up)', duration: 0, keep_firing_for: 0, lastError: '' },
          ...{ evaluationTime: 0.0018, lastEvaluation: '2026-12-01T13:07:10.012117265Z', health: 'ok' },
          ...{ type: 'recording', datasourceType: 'prometheus', group_name: 'shop', file: 'rules.yml' },
        },
        {
          ...{ state: 'inactive', name: 'Up', query: 'up > 0', duration: 1, keep_firing_for: 90 },
          ...{ labels: { team: 'shop' }, annotations: { summary: 'it is {{ $value }}' }, lastError: '' },
          ...{ evaluationTime: 0.0013, lastEvaluation: '2026-12-01T13:07:10.013944948Z', health: 'ok' },
          ...{ type: 'alerting', datasourceType: 'prometheus', group_name: 'shop', file: 'rules.yml' },
        },
      ],
    },
  ],
};

describe("a reader of a component with Prometheus' API", () => {
  /** @param answers by path; any other path is answered with this status and text. */
  async function readerOf(
    scope: Scope,
    answers: Readonly<Record<string, unknown>>,
    other: { readonly status: number; readonly text: string },
  ) {
    const address = await serve(scope, ({ url = '' }, response) => {
      const data = answers[url.split('?')[0] ?? ''];
      if (data === undefined) response.writeHead(other.status).end(other.text);
      else response.end(JSON.stringify({ status: 'success', data }));
    });
    return prometheusReader(`http://${address}`, new AbortController().signal);
  }
  const notFound = { status: 404, text: '404 page not found' };
  const unsupported = { status: 400, text: 'unsupported path requested: "/api/v1/alertmanagers"\n' };

  it('reads the rules of vmalert', async () => {
    await using scope = new Scope();
    const reader = await readerOf(scope, { '/api/v1/rules': ofVmalert }, unsupported);
    const [rule] = await reader.rules();
    expect(rule).to.deep.include({
      ...{ name: 'Up', group: 'shop', file: 'rules.yml', index: 1, intervalMs: 1_000 },
      ...{ durationMs: 1_000, keepFiringForMs: 90_000, labels: { team: 'shop' } },
    });
    expect(await reader.recordings()).to.have.length(1);
    expect((await reader.everyRule()).map(({ health }) => health)).to.deep.equal(['ok', 'ok']);
  });

  it('sends the parameters of its identity with each query, and with nothing else', async () => {
    await using scope = new Scope();
    const asked: string[] = [];
    const address = await serve(scope, ({ url = '' }, response) => {
      asked.push(url.replace(/[?&](query|start|end|step|time)=[^&]*/g, ''));
      const data = url.includes('/query') ? { resultType: 'matrix', result: [] } : { alerts: [] };
      response.end(JSON.stringify({ status: 'success', data }));
    });
    const identity = { parameters: { latency_offset: '1ms' } };
    const reader = prometheusReader(`http://${address}`, new AbortController().signal, identity);
    await reader.queryRange('up', 0, 1_000, 1_000);
    await reader.rawSamples('up', 0, 1_000);
    await reader.alertsNow();
    expect(asked).to.deep.equal([
      '/api/v1/query_range&latency_offset=1ms',
      '/api/v1/query&latency_offset=1ms',
      '/api/v1/alerts',
    ]);
  });

  it('reads nothing where there is no such path', async () => {
    await using scope = new Scope();
    for (const other of [notFound, unsupported]) {
      const reader = await readerOf(scope, {}, other);
      expect(await reader.alertmanagers()).to.equal(undefined);
      expect(await reader.targets()).to.deep.equal([]);
      expect(await reader.failureCounters()).to.deep.equal([]);
      expect(await reader.buildVersion()).to.equal('');
    }
  });

  it('fails where a path answers with another error', async () => {
    await using scope = new Scope();
    const failure = (work: Promise<unknown>) => work.then(() => '', messageOf);
    for (const [status, text] of [
      [503, 'starting'],
      [400, '{"status":"error","errorType":"bad_data","error":"who are you?"}'],
    ] as const) {
      const reader = await readerOf(scope, {}, { status, text });
      for (const work of [reader.alertmanagers(), reader.targets(), reader.failureCounters()])
        expect(await failure(work)).to.contain(`answered ${status}`);
    }
    const reader = await readerOf(scope, {}, notFound);
    expect(await failure(reader.rules())).to.contain('answered 404');
  });
});
