import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { paces } from '../../core/pace.ts';
import type { LogLine } from '../../core/record.ts';
import type { LokiReader } from '../../signals/readers/loki.ts';
import { metricValue, watchTelemetry } from './telemetry-watch.ts';

const metric = (more: object = {}) =>
  ({ signal: 'metric', metric: 'm', labels: { pod: 'a' }, ...more }) as Parameters<typeof metricValue>[1];
const sample = (value: number, labels: Record<string, string>) => ({ name: 'm', labels, value });

describe('the value of a metric that shows a fault', () => {
  it('is the sum of the series with its labels', () => {
    const samples = [sample(1, { pod: 'a', x: '1' }), sample(2, { pod: 'a' }), sample(4, { pod: 'b' })];
    expect(metricValue(samples, metric())).to.equal(3);
    expect(metricValue([], metric())).to.equal(0);
  });

  it('is the sum without the series of `minus`, such as requests slower than a bucket', () => {
    const samples = [sample(9, { pod: 'a', le: '+Inf' }), sample(6, { pod: 'a', le: '1000' })];
    const slower = metric({ labels: { pod: 'a', le: '+Inf' }, minus: { le: '1000' } });
    expect(metricValue(samples, slower)).to.equal(3);
  });

  it('is the maximum of the series if one must be above a number', () => {
    const samples = [sample(0.3, { pod: 'a', x: '1' }), sample(0.6, { pod: 'a', x: '2' })];
    expect(metricValue(samples, metric({ above: 0.7 }))).to.equal(0.6);
    expect(metricValue([], metric({ above: -1 }))).to.equal(Number.NEGATIVE_INFINITY);
  });

  it('is the minimum of the series if one must be below a number', () => {
    const samples = [sample(0.3, { pod: 'a', x: '1' }), sample(0.6, { pod: 'a', x: '2' })];
    expect(metricValue(samples, metric({ below: 0.5 }))).to.equal(0.3);
    expect(metricValue([], metric({ below: 0.5 }))).to.equal(Number.POSITIVE_INFINITY);
  });
});

describe('the watch of the telemetry', () => {
  let servers: Server[];
  let shown: string[];
  /** The number of requests to all exporters. */
  let read: number;
  let ended: AbortController;
  beforeEach(() => {
    servers = [];
    shown = [];
    read = 0;
    ended = new AbortController();
  });
  afterEach(() => {
    ended.abort();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  });

  /** Exporters that serve these texts, until `shown` is changed. */
  const exporters = (...texts: string[]) =>
    Promise.all(
      texts.map(async (text, i) => {
        shown[i] = text;
        const server = createServer((_, answer) => {
          read += 1;
          answer.end(shown[i]);
        });
        servers.push(server);
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        return {
          name: `exporter ${i}`,
          url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
        };
      }),
    );
  const prometheus = { queryRange: () => Promise.reject(new Error('not asked')) };
  const absence = { signal: 'absence', metric: 'm', labels: { pod: 'a' } } as const;

  it('reports when the rate of a counter falls below a number, and not before a whole length was seen', async () => {
    const all = {
      exporters: await exporters('m{pod="a"} 0\n', 'm{pod="b"} 7\n'),
      loki: undefined,
      prometheus,
      pace: paces.fast,
    };
    const countsFrom = Date.now();
    // 50 a second by the clock, so that a stall of this process does not look like a lower rate.
    const counting = setInterval(() => {
      shown[0] = `m{pod="a"} ${Math.floor((Date.now() - countsFrom) / 20)}\n`;
    }, 20);
    ended.signal.addEventListener('abort', () => clearInterval(counting));
    const begunAt = Date.now();
    const telemetry = metric({ rateOver: '15s', below: 15 });
    const { exported } = await watchTelemetry(telemetry, all, ended.signal);
    expect(Date.now() - begunAt).to.be.at.least(950);
    const stoppedAt = Date.now();
    clearInterval(counting);
    const hop = await exported;
    expect(hop.source).to.include('the rate of m over 15s below 15');
    expect(hop.at).to.be.at.least(stoppedAt);
  });

  it('reports which exporter first shows a rise, and when', async () => {
    const all = {
      exporters: await exporters('m{pod="a"} 5\n', 'm{pod="a"} 7\n'),
      loki: undefined,
      prometheus,
      pace: paces.real,
    };
    const { exported, stored } = await watchTelemetry(metric(), all, ended.signal);
    const before = Date.now();
    shown[0] = 'm{pod="a"} 6\n';
    const hop = await exported;
    expect(hop).to.include({ name: 'telemetry exported', detail: 'exporter 0 shows 6' });
    expect(hop.at).to.be.within(before, Date.now());
    expect(await stored).to.equal(undefined);
  });

  it('reads no exporter any more once one has shown the sign', async () => {
    const all = {
      exporters: await exporters('m{pod="a"} 5\n', 'm{pod="a"} 7\n'),
      loki: undefined,
      prometheus,
      pace: paces.real,
    };
    const { exported } = await watchTelemetry(metric(), all, ended.signal);
    shown[0] = 'm{pod="a"} 6\n';
    await exported;
    const before = read;
    // Five times the interval of the reads.
    await new Promise((done) => setTimeout(done, 250));
    expect(read - before).to.be.at.most(1);
  });

  it('reports when the last series of one exporter is gone, whatever the others show', async () => {
    const all = {
      exporters: await exporters('m{pod="a"} 5\n', 'm{pod="b"} 7\n'),
      loki: undefined,
      prometheus,
      pace: paces.real,
    };
    const { exported } = await watchTelemetry(absence, all, ended.signal);
    shown[0] = '';
    expect((await exported).detail).to.equal('exporter 0 no longer shows it');
  });

  it('reports when a query begins to have a result, and asks again after an error', async () => {
    const answers = [[], new Error('is starting'), [{ labels: {}, samples: [] }]];
    const asked: string[] = [];
    const queryRange = (query: string) => {
      asked.push(query);
      const answer = answers[asked.length - 1] ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ series: answer });
    };
    const before = Date.now();
    const { exported } = await watchTelemetry(
      { signal: 'query', query: 'up == 0' },
      { exporters: [], loki: undefined, prometheus: { queryRange }, pace: paces.real },
      ended.signal,
    );
    const { name, at } = await exported;
    expect(name).to.equal('telemetry exported');
    expect(at).to.be.at.least(before);
    expect(asked).to.deep.equal(Array(3).fill('up == 0'));
  });

  it('takes an exporter that is gone as one without series', async () => {
    const exporting = await exporters('m{pod="a"} 5\n');
    const all = { exporters: exporting, loki: undefined, prometheus, pace: paces.real };
    const { exported } = await watchTelemetry(absence, all, ended.signal);
    servers[0]?.close();
    servers[0]?.closeAllConnections();
    expect((await exported).detail).to.equal('exporter 0 is gone itself');
  });

  it('has no time for telemetry that was not seen before it ended', async () => {
    const exporting = await exporters('m{pod="b"} 5\n');
    const all = { exporters: exporting, loki: undefined, prometheus, pace: paces.real };
    const watches = [
      await watchTelemetry(metric({ above: 1 }), all, ended.signal),
      await watchTelemetry(absence, all, ended.signal),
      await watchTelemetry({ signal: 'log', query: '{a="b"}' }, all, ended.signal),
    ];
    ended.abort();
    for (const { exported } of watches) expect(await exported).not.to.have.property('at');
    expect(await watches[2]?.stored)
      .to.include({ name: 'sample stored' })
      .and.not.have.property('at');
  });

  it("uses a log line's own time as its export, and the time of the query that found it as its storage", async () => {
    const line = { at: 1_234, service: 'orders', text: 'unexpected error' } as LogLine;
    const answers = [[], [line]];
    const loki = { lines: async () => answers.shift() ?? [line] } as unknown as LokiReader;
    const before = Date.now();
    const all = { exporters: [], prometheus, loki, pace: paces.real };
    const { exported, stored } = await watchTelemetry(
      { signal: 'log', query: '{a="b"} |= "x"' },
      all,
      ended.signal,
    );
    expect(await exported).to.include({ at: 1_234, detail: 'orders: unexpected error' });
    const hop = await stored;
    expect(hop?.at).to.be.within(before, Date.now());
    expect(hop?.source).to.include('{a="b"} |= "x"');
  });
});
