import { connect } from 'node:net';
import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import type { ReceiverName } from '../../core/receivers/receivers.ts';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { openReceiver, type ReceivedDelivery, type Receiver } from './receivers.ts';
import { delivered, post } from './testing/requests.ts';

describe('receivers', () => {
  let receiver: Receiver;
  const open = async (kind: ReceiverName = 'webhook') => {
    receiver = await openReceiver(kind);
    return receiver;
  };
  afterEach(() => receiver.close());

  const page = fixture('webhook-firing');

  it('take the time between the request’s start and its answer, on both clocks', async () => {
    await open();
    const wall = performance.timeOrigin + performance.now();
    const mono = performance.now();
    await post(receiver.url, page);
    const [delivery] = receiver.deliveries();
    expect(delivery?.monotonicMs).to.be.within(mono, performance.now());
    // A millisecond of tolerance: the wall clock's own step.
    expect(delivery?.at).to.be.within(wall - 1, Date.now() + 1);
  });

  it('take the time when the headers arrive, not when the body ends', async () => {
    await open();
    const body = JSON.stringify(page);
    const socket = connect(Number(new URL(receiver.url).port), '127.0.0.1');
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(
      `POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    // The interim answer shows that the headers have been read.
    await answered;
    const headersRead = performance.now();
    socket.write(body);
    const delivery = await delivered(receiver);
    socket.destroy();
    expect(delivery.accepted).to.equal(true);
    expect(delivery.monotonicMs).to.be.below(headersRead);
  });

  it('tell listeners of each delivery until they stop', async () => {
    await open();
    const heard: ReceivedDelivery[] = [];
    const stop = receiver.onDelivery((delivery) => heard.push(delivery));
    await post(receiver.url, page);
    await delivered(receiver);
    stop();
    await post(receiver.url, page);
    expect(heard).to.deep.equal([receiver.deliveries()[0]]);
  });

  it('record plain JSON without secrets in headers and query', async () => {
    await open();
    await fetch(`${receiver.url}/hook?token=s3cret`, {
      method: 'POST',
      headers: { authorization: 'Bearer s3cret', 'x-api-key': 's3cret', 'user-agent': 'Alertmanager/0.28.1' },
      body: JSON.stringify(page),
    });
    const [delivery] = receiver.deliveries();
    expect(JSON.parse(JSON.stringify(delivery))).to.deep.equal(delivery);
    expect(JSON.stringify(delivery)).not.to.contain('s3cret');
    expect(delivery).to.include({ path: '/hook?[redacted]', receiver: 'webhook' });
    expect(delivery?.body).to.equal(JSON.stringify(page));
  });

  it('record a request whose sender hangs up half-way', async () => {
    await open();
    const socket = connect(Number(new URL(receiver.url).port), '127.0.0.1');
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(
      'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 99\r\n\r\n{"version"',
    );
    await answered;
    socket.destroy();
    expect(await delivered(receiver)).to.deep.include({
      responseBody: 'aborted',
      accepted: false,
      responseStatus: 0,
      pages: [],
    });
  });

  it('store 2,000 posts, each once and in order', async () => {
    await open();
    const total = 2000;
    let next = 0;
    const sender = async () => {
      while (next < total) {
        next += 1;
        await post(receiver.url, { ...page, groupKey: `g${next}` });
      }
    };
    await Promise.all(Array.from({ length: 32 }, sender));
    const deliveries = receiver.deliveries();
    expect(deliveries).to.have.lengthOf(total);
    expect(deliveries.every(({ accepted }) => accepted)).to.equal(true);
    expect(new Set(deliveries.map(({ body }) => JSON.parse(body).groupKey))).to.have.lengthOf(total);
  }).timeout(240_000);

  it('close twice, with a request still open', async () => {
    await open();
    receiver.misbehave({ mode: 'time-out' });
    const sent = post(receiver.url, page).catch((error: Error) => error);
    await delivered(receiver);
    await Promise.all([receiver.close(), receiver.close()]);
    expect(await sent).to.be.instanceOf(Error);
  });

  it('say so when the port is taken', async () => {
    await open();
    const port = Number(new URL(receiver.url).port);
    const error = await openReceiver('slack', { port }).catch((caught) => caught);
    expect(error).to.be.instanceOf(FiredrillError);
    expect(error).to.include({ kind: 'bad-input' });
    expect(error.message).to.equal(
      `receiver slack: cannot listen on 127.0.0.1:${port}: another process uses this port\n    → end it (ss -lntp shows it) or choose another port`,
    );
  });

  it('say so when the address is not one of this machine', async () => {
    const error = await openReceiver('slack', { bind: '192.0.2.1' }).catch((caught) => caught);
    expect(error).to.include({ kind: 'broken' });
    expect(error.message).to.contain('192.0.2.1:0: this machine has no such address').and.contain('0.0.0.0');
  });

  it('keep as many deliveries as they are asked to, the last ones', async () => {
    await using small = await openReceiver('slack', { keep: 1 });
    let told = 0;
    small.onDelivery(() => {
      told += 1;
    });
    await post(`${small.url}/one`, page);
    await post(`${small.url}/two`, page);
    expect(told).to.equal(2);
    expect(small.deliveries().map(({ path }) => path)).to.deep.equal(['/two']);
  });
});
