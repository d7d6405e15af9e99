import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { FiredrillError } from '../../../core/errors.ts';
import { met, notYet, until } from '../../../core/poll.ts';
import { fixture } from '../../../core/receivers/testing/fixture.ts';
import { openReceiver, type Receiver } from '../receivers.ts';
import { delivered } from '../testing/requests.ts';
import { getThrough, postThrough } from './testing/client.ts';
import { openVendorProxy, type VendorProxy } from './vendor-proxy.ts';

describe('vendor proxy', () => {
  let dir: string;
  let caFile: string;
  let telegram: Receiver;
  let slack: Receiver;
  let proxy: VendorProxy;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'firedrill-proxy-'));
    caFile = join(dir, 'ca.pem');
    telegram = await openReceiver('telegram');
    slack = await openReceiver('slack');
    proxy = await openVendorProxy({
      routes: new Map([
        ['api.telegram.org', telegram.url],
        ['hooks.slack.com', slack.url],
      ]),
      caFile,
    });
  });
  afterEach(async () => {
    await proxy.close();
    await Promise.all([telegram.close(), slack.close()]);
    await rm(dir, { recursive: true });
  });

  const send = 'https://api.telegram.org/bot1:secret/sendMessage';
  const text = 'Firing: Bug Report\nservice: orders';
  const recorded = () => proxy.requests().map(({ method, target, outcome }) => [method, target, outcome]);

  it('leads each vendor’s host over TLS to its receiver, with the time of arrival and pages', async () => {
    const before = Date.now();
    const { status, body } = await postThrough(proxy.url, caFile, send, { chat_id: 7, text });
    expect(status).to.equal(200);
    expect(JSON.parse(body)).to.have.nested.property('result.text', text);
    const [delivery] = telegram.deliveries();
    expect(delivery?.at).to.be.within(before, Date.now() + 1);
    expect(delivery?.pages[0]).to.deep.include({ alert: 'Bug Report' });

    const hook = 'https://hooks.slack.com/services/T1/B1/x';
    expect(await postThrough(proxy.url, caFile, hook, fixture('slack-default-firing'))).to.deep.equal({
      status: 200,
      body: 'ok',
    });
    expect(slack.deliveries()).to.have.lengthOf(1);
    expect(recorded()).to.deep.equal([
      ['CONNECT', 'api.telegram.org:443', 'forwarded'],
      ['CONNECT', 'hooks.slack.com:443', 'forwarded'],
    ]);
    expect(proxy.requests()[0]?.at).to.be.within(before, (delivery?.at ?? 0) + 1);
  });

  const refuse = async (target: string) => {
    const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += chunk;
    return answer;
  };

  for (const target of [
    'grafana.com:443',
    'api.telegram.org.evil.test:443',
    'api.telegram.org:80',
    '127.0.0.1:443',
    'nonsense',
  ]) {
    it(`refuses ${target} and records it`, async () => {
      expect(await refuse(target)).to.match(/^HTTP\/1\.1 403 Forbidden\r\n.*firedrill refuses/s);
      expect(recorded()).to.deep.equal([['CONNECT', target, 'refused']]);
    });
  }

  it('refuses what is in the clear, also to a vendor’s host, and records no secret of it', async () => {
    for (const url of ['http://grafana.test/x?key=s3cret', 'http://api.telegram.org/bot1:s3cret/getMe']) {
      expect(await getThrough(proxy.url, url)).to.include({ status: 403 });
    }
    expect(await fetch(proxy.url)).to.include({ status: 403 });
    expect(recorded()).to.deep.equal([
      ['GET', 'http://grafana.test', 'refused'],
      ['GET', 'http://api.telegram.org', 'refused'],
      ['GET', proxy.url, 'refused'],
    ]);
    expect(JSON.stringify(proxy.requests())).not.to.contain('s3cret');
  });

  const failed = () =>
    until(
      'a failed request',
      () => {
        const request = proxy.requests().find(({ outcome }) => outcome === 'failed');
        return request ? met(request) : notYet(JSON.stringify(proxy.requests()));
      },
      { where: 'proxy', withinMs: 5000, everyMs: 5, signal: new AbortController().signal },
    );

  it('says so when the sender does not trust the authority', async () => {
    const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    socket.write('CONNECT api.telegram.org:443 HTTP/1.1\r\nhost: api.telegram.org\r\n\r\n');
    await once(socket, 'data');
    const [error] = await once(connectTls({ socket, servername: 'api.telegram.org' }), 'error');
    socket.destroy();
    expect(error.code).to.equal('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect((await failed()).reason).to.match(/trust the authority|unknown ca/);
    expect(telegram.deliveries()).to.deep.equal([]);
  });

  it('says so when the receiver is gone', async () => {
    await telegram.close();
    expect(await postThrough(proxy.url, caFile, send, {}).catch(() => 'broken')).to.equal('broken');
    expect((await failed()).reason).to.contain('ECONNREFUSED');
  });

  it('passes a receiver’s misbehaviour on', async () => {
    telegram.misbehave({ mode: 'rate-limit', retryAfterS: 7, requests: 1 });
    expect(await postThrough(proxy.url, caFile, send, { chat_id: 7, text })).to.include({ status: 429 });
    telegram.misbehave({ mode: 'reset', requests: 1 });
    const error = await postThrough(proxy.url, caFile, send, { chat_id: 7, text }).catch((caught) => caught);
    expect(error.code).to.equal('ECONNRESET');
  });

  it('closes twice, with a request still open', async () => {
    telegram.misbehave({ mode: 'time-out' });
    const sent = postThrough(proxy.url, caFile, send, { chat_id: 7, text }).catch((error: Error) => error);
    await delivered(telegram);
    await Promise.all([proxy.close(), proxy.close()]);
    expect(await sent).to.be.instanceOf(Error);
    const gone: Socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    expect(await once(gone, 'error').then(([caught]) => caught.code)).to.equal('ECONNREFUSED');
  });

  it('answers at its own address as it is told, and tells what came to no receiver', async () => {
    const problems: string[] = [];
    await using own = await openVendorProxy({
      routes: new Map([['api.telegram.org', telegram.url]]),
      caFile: join(dir, 'own-ca.pem'),
      own: (request, response) => response.end(`own ${request.url}`),
      onProblem: ({ target, outcome, reason }) => problems.push(`${target} ${outcome}: ${reason}`),
    });
    expect(await (await fetch(`${own.url}/pages?a=b`)).text()).to.equal('own /pages?a=b');
    expect(await getThrough(own.url, 'http://grafana.test/x')).to.include({ status: 403 });
    expect(await postThrough(own.url, own.caFile, send, { chat_id: 7, text })).to.include({ status: 200 });
    expect(problems).to.deep.equal(['http://grafana.test refused: not over TLS']);
    await postThrough(own.url, caFile, send, { chat_id: 7, text }).catch(() => {});
    await until('the failed request', () => (problems.length > 1 ? met(true) : notYet(problems.join())), {
      where: 'proxy',
      withinMs: 30_000,
      everyMs: 5,
      signal: new AbortController().signal,
    });
    expect(problems[1]).to.match(/^api.telegram.org:443 failed: /);
    expect(problems).to.have.lengthOf(2);
  });

  it('writes the authority’s certificate and no key', async () => {
    const written = await readFile(caFile, 'utf8');
    expect(written).to.match(/^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/);
  });

  it('is broken when the certificate cannot be written', async () => {
    const wrong = join(dir, 'missing', 'ca.pem');
    const error = await openVendorProxy({ routes: new Map(), caFile: wrong }).catch((caught) => caught);
    expect(error).to.be.instanceOf(FiredrillError);
    expect(error.message).to.contain(wrong);
  });
});
