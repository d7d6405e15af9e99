import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import { Scope } from '../../core/scope.ts';
import { type LokiReader, lokiReader } from './loki.ts';
import { attributes, nanos, push, startLoki } from './testing/back-ends.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const many = 5_200;
/** So many lines of the many share an instant. */
const together = 400;

describe('reader of a real Loki', function () {
  this.timeout(600_000); // The first run on a machine builds it.
  const scope = new Scope();
  const ended = new AbortController();
  const began = Date.now() - 60_000;
  let loki: LokiReader;
  let url: string;

  const send = (service: string, logRecords: readonly object[], tenant = 'dev') =>
    push(
      `${url}/otlp/v1/logs`,
      {
        resourceLogs: [
          {
            resource: {
              attributes: attributes({ 'service.name': service, 'service.instance.id': 'orders-1' }),
            },
            scopeLogs: [{ logRecords }],
          },
        ],
      },
      { 'x-scope-orgid': tenant },
    );
  const record = (at: number, text: string, more: object = {}) => ({
    timeUnixNano: nanos(at),
    severityText: 'ERROR',
    severityNumber: 17,
    body: { stringValue: text },
    ...more,
  });

  before(async () => {
    url = await startLoki(scope, ended.signal);
    loki = lokiReader(url, ended.signal);
    const traced = { traceId, spanId, attributes: attributes({ error_code: '22001', status: 500 }) };
    await send('orders', [record(began + 0.25, 'unexpected error', traced), record(began + 2_000, 'second')]);
    const at = (i: number) => began + 10_000 + Math.floor(i / together);
    const crowd = Array.from({ length: many }, (_, i) =>
      record(at(i), `line ${i}`, { severityText: 'INFO' }),
    );
    await send('crowd', crowd);
    await send('orders', [record(began + 500, 'of another tenant')], 'other');
    await until(
      'the lines',
      async () => {
        const n = await loki.count('{service_name=~".+"}', began - 1, Date.now());
        return n === many + 2 ? met(n) : notYet(`${n}`);
      },
      { where: 'loki', withinMs: 20_000, signal: ended.signal },
    );
  });
  after(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  it('reads lines with their labels, metadata and time, earliest first', async () => {
    const lines = await loki.lines('{service_name="orders"}', began, began + 5_000);
    expect(lines.map(({ text }) => text)).to.deep.equal(['unexpected error', 'second']);
    const [first, second] = lines;
    expect(first).to.include({ at: began, service: 'orders', severity: 'ERROR', traceId, spanId });
    expect(first?.labels).to.include({ error_code: '22001', status: '500', service_instance_id: 'orders-1' });
    expect(second).not.to.have.any.keys('traceId', 'spanId');
  });

  it('selects by metadata, and keeps to the range', async () => {
    const errors = '{service_name=~".+"} | error_code="22001"';
    expect(await loki.lines(errors, began, Date.now())).to.have.lengthOf(1);
    expect(await loki.lines(errors, began + 1, Date.now())).to.deep.equal([]);
    expect(await loki.count(errors, began, Date.now())).to.equal(1);
    expect(await loki.count('{service_name="nobody"}', began, Date.now())).to.equal(0);
  });

  it('reads more lines than Loki gives at once, each once, and no more than asked for', async () => {
    const all = await loki.lines('{service_name="crowd"}', began, Date.now(), 10_000);
    expect(new Set(all.map(({ text }) => text)).size).to.equal(many);
    expect(all).to.have.lengthOf(many);
    expect(await loki.lines('{service_name="crowd"}', began, Date.now(), 7)).to.have.lengthOf(7);
  });

  it('evaluates a metric query over time', async () => {
    const query = 'sum by (service_name) (count_over_time({service_name="orders"}[1s])) > 0';
    const { series, error } = await loki.queryRange(query, began - 500, began + 5_000, 100);
    expect(error).to.equal(undefined);
    expect(series.map(({ labels }) => labels)).to.deep.equal([{ service_name: 'orders' }]);
    const times = series[0]?.samples.map(([at]) => at - began) ?? [];
    expect(times[0]).to.be.within(0, 101);
    expect(times.at(-1)).to.be.within(2_800, 3_100);
    expect((await loki.queryRange('sum(', began, began + 1, 100)).error).to.match(/parse error/);
  });

  it('says which streams there are, of its tenant alone', async () => {
    const found = await loki.seriesOf('{service_name="orders"}', began - 1_000, Date.now());
    expect(found[0]).to.include({ service_name: 'orders', service_instance_id: 'orders-1' });
    const other = loki.as('other');
    expect(await other.count('{service_name=~".+"}', began - 1, Date.now())).to.equal(1);
  });

  it('says what it was asked when Loki refuses', async () => {
    const refused = await loki.lines('{', began, Date.now()).catch((error: unknown) => error);
    expect(refused)
      .to.have.property('message')
      .that.matches(/query=.* answered 400: .*parse error/);
  });
});
