import { expect } from 'chai';
import { met, notYet, type PollResult, until } from '../../../core/poll.ts';
import { Scope } from '../../../core/scope.ts';
import { seededRandom } from '../../../core/seeded-random.ts';
import { failShare } from './shared/fail-share.ts';
import { type OtlpSink, startOtlpSink } from './testing/otlp-sink.ts';
import { type Postgres, startPostgres } from './testing/postgres.ts';
import { type RunningService, startService } from './testing/service.ts';

/** The whole shop on a real Postgres; the tests run in order, and the last ones take it apart. */
describe('sample app', function () {
  this.timeout(60_000);
  const scope = new Scope();
  const { signal } = new AbortController();
  let sink: OtlpSink;
  let postgres: Postgres;
  let provider: RunningService;
  let orders: RunningService;
  let storefront: RunningService;
  let env: Record<string, string>;

  const call = async (method: string, url: string, body?: unknown) => {
    const response = await fetch(url, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const get = (path: string) => call('GET', `${storefront.url}${path}`);
  const post = (path: string, body: unknown) => call('POST', `${storefront.url}${path}`, body);
  const behave = (behaviour: unknown) => call('PUT', `${provider.url}/admin/behaviour`, behaviour);
  const eventually = <T>(what: string, look: () => T | undefined): Promise<T> =>
    until(
      what,
      (): PollResult<T> => {
        const found = look();
        return found === undefined ? notYet('not among what arrived') : met(found);
      },
      { where: 'sample app', withinMs: 30_000, everyMs: 20, signal },
    );
  const lineOf = (service: RunningService, message: string) =>
    eventually(`the line "${message}"`, () => service.lines.findLast(({ msg }) => msg === message));

  before(async () => {
    sink = await startOtlpSink(scope);
    postgres = await startPostgres(scope, signal);
    env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_BLRP_SCHEDULE_DELAY: '50',
    };
    // An export that comes only at the end shows that the stop sends what is still held.
    provider = await startService(scope, signal, 'payment-provider', {
      ...env,
      OTEL_METRIC_EXPORT_INTERVAL: '600000',
    });
    orders = await startService(scope, signal, 'orders', {
      ...env,
      DATABASE_URL: postgres.url,
      PAYMENT_PROVIDER_URL: provider.url,
    });
    storefront = await startService(scope, signal, 'storefront', { ...env, ORDERS_URL: orders.url });
  });

  after(() => scope.close());

  it('counts from 0 for every reason before the first error', async () => {
    for (const reason of ['payment_failed', 'fulfilment_failed', 'timeout', 'internal']) {
      const first = await eventually(`app.checkout.errors of ${reason}`, () =>
        sink.points.find(
          ({ metric, attributes }) => metric === 'app.checkout.errors' && attributes.reason === reason,
        ),
      );
      expect(first.value, reason).to.equal(0);
    }
  });

  it('serves every journey', async () => {
    const search = await get('/search?type=rent&q=harbour');
    expect(search.status).to.equal(200);
    expect(search.body.listings).to.have.lengthOf(20);
    expect((await get('/catalog')).body.catalog).to.have.lengthOf(3);
    expect((await post('/login', { email: 'ada@shop.example', password: 'open sesame' })).status).to.equal(
      200,
    );
    expect(await post('/login', { email: 'ada@shop.example', password: 'guess' })).to.deep.equal({
      status: 401,
      body: { error: 'invalid_credentials' },
    });
    expect((await post('/checkout', { listingId: 7 })).status).to.equal(201);
    expect((await post('/checkout', { listingId: 7_000 })).status).to.equal(404);
  });

  it('is one trace from the storefront to the database and the payment provider', async () => {
    const root = await eventually('the span of the checkout', () =>
      sink.spans.find(({ name }) => name === 'POST /checkout'),
    );
    for (const name of [
      'POST /payments',
      'pg.query:INSERT postgres',
      'POST /v1/charges',
      'POST /fulfilment',
    ]) {
      await eventually(name, () =>
        sink.spans.find((span) => span.name === name && span.traceId === root.traceId),
      );
    }
    expect(sink.spans.filter(({ name }) => /health|admin/.test(name))).to.deep.equal([]);
  });

  it('finds what is let by the month', async () => {
    expect((await get('/search?type=monthly')).body.listings).to.have.lengthOf(20);
  });

  it('says of every request how it ended, for pipelines that drop by status', async () => {
    await get('/search?type=hourly');
    await eventually('the line of the refused search', () =>
      storefront.lines.find((line) => line['http.route'] === '/search' && line.status === 400),
    );
    const record = await eventually('an exported line of a request', () =>
      sink.logs.find(({ service, body }) => service === 'orders' && body.stringValue === 'request'),
    );
    expect(record.attributes).to.include({ status: 200 });
  });

  it('fails half of the checkouts by chance, at a share of 0.5, and the same ones for the same seed', async () => {
    expect((await behave({ failShare: 2 })).status).to.equal(400);
    const seed = 1;
    const fails = failShare(0.5, seededRandom(seed, 'fail'));
    const expected = Array.from({ length: 6 }, () => (fails() ? 502 : 201));
    const failing = expected.filter((status) => status === 502).length;
    expect(failing).to.be.within(1, 5);
    const before = await behave({ failShare: 0.5, seed });
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await post('/checkout', { listingId: 7 }));
    expect(answers.map(({ status }) => status)).to.deep.equal(expected);
    const failed = answers.find(({ status }) => status === 502);
    expect(failed?.body).to.deep.equal({ error: 'payment_failed' });
    const { body: counts } = await behave({ failShare: 0 });
    expect(Number(counts.declined) - Number(before.body.declined)).to.equal(failing);
    expect((await post('/checkout', { listingId: 7 })).status).to.equal(201);

    // No line of a failed call is an ERROR: those are left for bugs.
    expect(await lineOf(storefront, 'failed checkout')).to.include({ level: 'warn' });
    expect(await lineOf(orders, 'failed payment')).to.include({
      level: 'warn',
      reason: 'card_processor_unavailable',
    });
    await eventually(`${failing} payment errors`, () =>
      sink.points.find(
        ({ metric, attributes, value }) =>
          metric === 'app.checkout.errors' && attributes.reason === 'payment_failed' && value === failing,
      ),
    );
  });

  it('stays ready while the payment provider is slow', async () => {
    await behave({ delayMs: 600_000 });
    const given = AbortSignal.timeout(200);
    const stuck = fetch(`${provider.url}/v1/charges`, { method: 'POST', signal: given }).catch(
      (error: Error) => error.name,
    );
    expect((await call('GET', `${orders.url}/health/ready`)).status).to.equal(200);
    expect(await stuck).to.equal('TimeoutError');
    await behave({});
  });

  it('holds database connections when asked to, tells how many are used, and gives them back', async () => {
    const at = `${orders.url}/admin/connections`;
    const used = (wanted: number) =>
      eventually(`${wanted} connections in use`, () =>
        sink.points.findLast(
          ({ metric, value }) => metric === 'app.database.connections.used' && value === wanted,
        ),
      );
    // The service's own look at its database may use one more at any time.
    const held = await call('PUT', at, { held: 28 });
    expect(held.body).to.include({ held: 28, max: 30, waiting: 0 });
    await used(28);
    expect((await post('/checkout', { listingId: 7 })).status).to.equal(201);
    expect((await call('PUT', at, { held: 31 })).status).to.equal(400);
    expect((await call('PUT', at, {})).body).to.include({ held: 0, max: 30, waiting: 0 });
    await used(0);
  });

  it('puts orders into a queue where another service fulfils them, and tells how long they wait', async function () {
    this.timeout(90_000); // Two services start.
    const queueing = await startService(scope, signal, 'orders', {
      ...env,
      DATABASE_URL: postgres.url,
      PAYMENT_PROVIDER_URL: provider.url,
      FULFILMENT: 'queued',
    });
    const latest = (metric: string, service: string, holds: (value: number) => boolean) =>
      eventually(`${metric} of ${service}`, () => {
        const last = sink.points.findLast((point) => point.metric === metric && point.service === service);
        return last && holds(last.value) ? last : undefined;
      });
    for (let n = 0; n < 3; n++) {
      const { body } = await call('POST', `${queueing.url}/payments`, { listingId: 7 });
      const ordered = await call('POST', `${queueing.url}/fulfilment`, { paymentId: body.paymentId });
      expect(ordered.status).to.equal(201);
      const again = await call('POST', `${queueing.url}/fulfilment`, { paymentId: body.paymentId });
      expect(again.status).to.equal(409);
    }
    await latest('app.fulfilment.queue.depth', 'orders', (value) => value === 3);
    await latest('app.fulfilment.queue.age', 'orders', (value) => value > 0.1);

    const worker = await startService(scope, signal, 'fulfilment', { ...env, DATABASE_URL: postgres.url });
    await latest('app.fulfilment.completed', 'fulfilment', (value) => value === 3);
    for (const service of ['orders', 'fulfilment']) {
      await latest('app.fulfilment.queue.depth', service, (value) => value === 0);
      await latest('app.fulfilment.queue.age', service, (value) => value === 0);
    }
    expect((await call('GET', `${worker.url}/health/ready`)).status).to.equal(200);
    expect(await Promise.all([worker.stop(), queueing.stop()])).to.deep.equal([0, 0]);
  });

  it('is live but not ready without Postgres; the storefront stays ready', async () => {
    const measured = (value: number) =>
      eventually(`app.dependency.up of ${value}`, () =>
        sink.points.findLast(
          (point) => point.metric === 'app.dependency.up' && point.attributes.dependency === 'postgres',
        )?.value === value
          ? true
          : undefined,
      );
    await measured(1);
    await postgres.stop();
    await measured(0);
    const ready = await call('GET', `${orders.url}/health/ready`);
    expect(ready.status).to.equal(503);
    expect(ready.body.reasons).to.have.lengthOf(1);
    expect((await call('GET', `${orders.url}/health/live`)).status).to.equal(200);
    expect((await get('/health/ready')).status).to.equal(200);
    expect(await post('/checkout', { listingId: 7 })).to.deep.equal({
      status: 500,
      body: { error: 'internal' },
    });
  });

  it('stops with exit code 0 on SIGTERM, exporting what is still held', async () => {
    const held = () => sink.points.filter(({ service }) => service === 'payment-provider');
    expect(held()).to.deep.equal([]);
    expect(await Promise.all([storefront, orders, provider].map((service) => service.stop()))).to.deep.equal([
      0, 0, 0,
    ]);
    expect(held().map(({ metric }) => metric)).to.include('app.http.request.duration');
  });
});
