import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import type { FaultWindow, LogLine, Trace } from '../../core/record.ts';
import { parseScenario, type ScenarioInput } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import type { RequestSample } from '../load/load-statistics.ts';
import type { RunningDrill } from '../running-drill.ts';
import { placementOf } from '../stack/placement.ts';
import { startProofs } from './proofs.ts';

type ProofInput = NonNullable<ScenarioInput['proofs']>[number];

const now = Date.now();
/** Long ago, so that all telemetry has arrived. */
const window: FaultWindow = {
  injectedAt: now - 100_000,
  revertedAt: now - 60_000,
  firstHitAt: now - 99_000,
  lastHitAt: now - 61_000,
  hits: 2,
  requests: 4,
  hitsBefore: 0,
  required: 1,
};
const traceId = 'b'.repeat(32);
const trace = (id = traceId): Trace => ({ traceId: id, spans: [] });
const line = (changes: Partial<LogLine> = {}): LogLine => ({
  at: now - 90_000,
  service: 'orders',
  severity: 'ERROR',
  text: 'unexpected error',
  labels: {},
  ...changes,
});

/** The parts of a drill that the proofs use. */
function drillWith(proofs: ProofInput[], changes: object): RunningDrill {
  const scenario = parseScenario({ ...checkoutErrors, proofs }, 'test');
  const drill = {
    options: { scenario, placement: placementOf(scenario, 'full', 'direct') },
    signal: new AbortController().signal,
    recorder: { saw: () => {} },
    scope: { defer: () => {} },
    stack: {
      components: [],
      url: () => '',
      files: new UsedFiles([
        ['storefront/telemetry.env', 'OTEL_METRIC_EXPORT_INTERVAL=1000\n'],
        ['prometheus/prometheus.yml', 'global: { scrape_interval: 2s }'],
      ]),
    },
    ...changes,
  };
  return drill as unknown as RunningDrill;
}
const collect = (proofs: ProofInput[], changes: object, of = window) =>
  startProofs(drillWith(proofs, changes)).finish(of);

const log = { kind: 'log', query: '{a="b"}' } as const;
const tracing = (query?: string): ProofInput => ({
  kind: 'trace',
  through: ['storefront'],
  culprit: 'failing',
  ...(query === undefined ? {} : { query }),
});

describe('collecting proofs', () => {
  it('ends its watches with the drill', () => {
    const undone: string[] = [];
    startProofs(drillWith([log], { scope: { defer: (what: string) => undone.push(what) } }));
    expect(undone).to.deep.equal(['stop watching readiness']);
  });

  it('refuses to watch a pod that the stack does not have', () => {
    expect(() => startProofs(drillWith([{ kind: 'readiness', pods: ['x'] }], {}))).to.throw(
      'no service in pod x',
    );
  });

  it('reads the lines of the fault window, and the trace of the first line with a trace_id', async () => {
    const asked: unknown[] = [];
    const found = await collect([log, tracing()], {
      loki: {
        lines: async (...args: unknown[]) => {
          asked.push(args.slice(0, 3));
          return [line(), line({ traceId })];
        },
      },
      tempo: { trace: async (id: string) => trace(id) },
    });
    expect(asked).to.deep.equal([[log.query, window.injectedAt, window.revertedAt]]);
    expect(found[0]).to.include({ kind: 'log', total: 2, untraced: 1 });
    expect(found[1]).to.deep.include({ kind: 'trace', found: 1, trace: trace() });
  });

  it('finds no trace if no line has a trace_id', async () => {
    const [, found] = await collect([log, tracing()], {
      loki: { lines: async () => [line()] },
      tempo: { trace: async () => trace() },
    });
    expect(found).to.deep.equal({
      kind: 'trace',
      asked: 'a log line: there is none with a trace_id',
      found: 0,
    });
  });

  it('returns the middle one of the traces that a query finds', async () => {
    const [found] = await collect([tracing('{ status = error }')], {
      tempo: {
        search: async () => ['1', '2', '3'].map((id) => ({ traceId: id })),
        trace: async (id: string) => trace(id),
      },
    });
    expect(found).to.deep.equal({ kind: 'trace', asked: '{ status = error }', found: 3, trace: trace('2') });
  });

  it('counts the lines of the hit requests, and shows noise', async () => {
    const [found] = await collect([{ kind: 'log-count', query: '{a="b"}', noise: '{c="d"}' }], {
      loki: { count: async () => 2, lines: async () => [line()] },
    });
    expect(found).to.deep.equal({ kind: 'log-count', lines: 2, hits: 2, noise: [line()] });
  });

  it("reads k6's p99 of the requests within the window, and Prometheus' p99 once they are stored", async () => {
    const sample = (at: number, durationMs: number, journey = 'checkout'): RequestSample => ({
      at: now + at,
      journey,
      status: 200,
      durationMs,
      instance: '',
    });
    // The second began before the fault; the third is another journey's.
    const samples = [sample(-90_000, 10), sample(-99_990, 5_000), sample(-80_000, 7_000, 'search')];
    const asked: unknown[] = [];
    const proof = { kind: 'p99', journey: 'checkout', query: 'p99(x[$window])', tolerance: 0.2 } as const;
    const answer = { series: [{ labels: {}, samples: [[0, 12.5]] }] };
    const changes = (given: object) => ({
      loadStatistics: { samplesBetween: () => samples },
      prometheus: {
        queryRange: async (...args: unknown[]) => {
          asked.push(args);
          return given;
        },
      },
    });
    const [found] = await collect([proof], changes(answer));
    expect(found).to.deep.equal({ kind: 'p99', prometheusMs: 12.5, k6Ms: 10, requests: 1 });
    const at = now - 60_000 + 3_000;
    expect(asked).to.deep.equal([['p99(x[40s])', at, at, 1_000]]);
    expect((await collect([proof], changes({ series: [] })))[0]).not.to.have.property('prometheusMs');
    expect(await collect([proof], changes({ series: [], error: 'parse error' }))).to.deep.equal([
      { kind: 'unread', problem: 'parse error' },
    ]);
  });

  it('counts requests by class, and their traces', async () => {
    const sample = (status: number, durationMs: number): RequestSample => ({
      at: now - 80_000 + durationMs,
      journey: 'checkout',
      status,
      durationMs,
      instance: '',
    });
    const asked: string[] = [];
    const samples = [sample(502, 10), sample(200, 3_000), sample(200, 10), sample(200, 12)];
    const [found] = await collect([{ kind: 'sampling', slowerThanMs: 1_000, share: 0.01 }], {
      loadStatistics: { samplesBetween: () => samples },
      tempo: {
        search: async (query: string) => {
          asked.push(query);
          return query.includes('duration <') ? [] : [{ startAt: now - 80_000 }];
        },
      },
    });
    expect(found).to.deep.include({
      kind: 'sampling',
      from: window.injectedAt + 1_000,
      failed: { requests: 1, traces: 1 },
      slow: { requests: 1, traces: 1 },
      rest: { requests: 2, traces: 0 },
    });
    expect(asked[0]).to.include('kind = server && (resource.service.name = "storefront") && status = error');
  });

  it('reports evidence that could not be read, and reads the rest', async () => {
    const unread = await collect([tracing('{}'), { kind: 'sampling', slowerThanMs: 1, share: 1 }, log], {
      loadStatistics: { samplesBetween: () => [] },
      loki: { lines: async () => [line()] },
    });
    const problem = 'this stack has no Tempo';
    expect(unread.slice(0, 2)).to.deep.equal([
      { kind: 'unread', problem },
      { kind: 'unread', problem },
    ]);
    expect(unread[2]).to.include({ kind: 'log', total: 1 });
    const { revertedAt: _, ...lasting } = window;
    expect(await collect([log], {}, lasting)).to.deep.equal([
      { kind: 'unread', problem: 'the fault was not reverted' },
    ]);
  });
});
