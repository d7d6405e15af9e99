import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { delivered, post } from './testing/requests.ts';

describe('a receiver told to misbehave', () => {
  let receiver: Receiver;
  let url: string;
  const page = fixture('webhook-firing');
  const paths = {
    telegram: '/bot1:x/sendMessage',
    slack: '/services/T1/B1/x',
    pagerduty: '/v2/enqueue',
    webhook: '/',
  };
  const open = async (kind: keyof typeof paths) => {
    receiver = await openReceiver(kind);
    url = receiver.url + paths[kind];
  };
  beforeEach(() => open('webhook'));
  afterEach(() => receiver.close());

  it('answers as told, keeps the pages it refused, and behaves again when told', async () => {
    receiver.misbehave({ mode: 'respond', status: 503, body: 'down' });
    expect(await post(url, page)).to.include({ status: 503, body: 'down' });
    expect(await post(url, page)).to.include({ status: 503 });
    receiver.misbehave(undefined);
    expect(await post(url, page)).to.include({ status: 200 });
    expect(receiver.deliveries().map((one) => [one.accepted, one.responseStatus])).to.deep.equal([
      [false, 503],
      [false, 503],
      [true, 200],
    ]);
    expect(receiver.deliveries()[0]?.pages[0]).to.include({ alert: 'CheckoutErrorRateHigh' });
  });

  it('does so for the next requests only, when told how many', async () => {
    receiver.misbehave({ mode: 'respond', status: 500, requests: 2 });
    const statuses = [await post(url, page), await post(url, page), await post(url, page)].map(
      (r) => r.status,
    );
    expect(statuses).to.deep.equal([500, 500, 200]);
  });

  it('does so for a time from its first request, when told how long', async () => {
    const forMs = 200;
    receiver.misbehave({ mode: 'respond', status: 500, forMs });
    // Time before its first request does not count.
    await new Promise((done) => setTimeout(done, forMs));
    expect(await post(url, page)).to.include({ status: 500 });
    const first = performance.now();
    await until(
      'the outage to end',
      async () => ((await post(url, page)).status === 200 ? met(true) : notYet('refused')),
      { where: 'webhook', withinMs: 5_000, everyMs: 20, signal: new AbortController().signal },
    );
    expect(performance.now() - first).to.be.at.least(forMs / 2);
  });

  const tooMany: [keyof typeof paths, RegExp][] = [
    ['slack', /^rate_limited$/],
    ['pagerduty', /"status":"throttle exceeded"/],
    ['webhook', /too many requests/],
    ['telegram', /"error_code":429,.*retry after 7","parameters":{"retry_after":7}/],
  ];
  for (const [kind, words] of tooMany) {
    it(`limits the rate in the words of ${kind}`, async () => {
      await receiver.close();
      await open(kind);
      receiver.misbehave({ mode: 'rate-limit', retryAfterS: 7 });
      const { status, body, headers } = await post(url, page);
      expect(status).to.equal(429);
      expect(headers.get('retry-after')).to.equal('7');
      expect(body).to.match(words);
      expect(receiver.deliveries()[0]).to.include({ accepted: false });
    });
  }

  it('leaves a request without an answer until the sender gives up', async () => {
    receiver.misbehave({ mode: 'time-out', requests: 1 });
    const patience = new AbortController();
    const sent = fetch(url, { method: 'POST', body: JSON.stringify(page), signal: patience.signal }).catch(
      (e) => e,
    );
    const delivery = await delivered(receiver);
    patience.abort();
    expect(await sent).to.include({ name: 'AbortError' });
    expect(delivery).to.deep.include({ responseBody: 'unanswered', responseStatus: 0, accepted: false });
    expect(delivery.pages).to.have.lengthOf(1);
  });

  it('resets the connection', async () => {
    receiver.misbehave({ mode: 'reset', requests: 1 });
    const error = await post(url, page).catch((caught) => caught);
    expect(error.cause).to.include({ code: 'ECONNRESET' });
    expect(await delivered(receiver)).to.deep.include({ responseBody: 'reset', responseStatus: 0 });
    expect(await post(url, page)).to.include({ status: 200 });
  });
});
