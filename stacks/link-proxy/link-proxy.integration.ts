import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, createConnection, createServer as createTcpServer } from 'node:net';
import { expect } from 'chai';
import { type LinkFault, seededLinkFault } from '../../core/link-fault.ts';
import { type OpenLink, openLink } from './open-link.ts';

/** What a client sees of a request. */
interface Seen {
  readonly status?: number;
  readonly body?: string;
  readonly failed?: string;
  readonly afterMs: number;
}

function ask(port: number, path: string, method = 'GET', body = ''): Promise<Seen> {
  const from = Date.now();
  const { promise, resolve } = Promise.withResolvers<Seen>();
  const done = (seen: Omit<Seen, 'afterMs'>) => resolve({ ...seen, afterMs: Date.now() - from });
  const asked = request(
    { host: '127.0.0.1', port, path, method, agent: false },
    (response: IncomingMessage) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      const status = response.statusCode ?? 0;
      response.on('end', () =>
        done(response.complete ? { status, body: text } : { status, failed: 'cut', body: text }),
      );
      response.on('error', () => done({ status, failed: 'cut', body: text }));
    },
  );
  asked.on('error', (error: NodeJS.ErrnoException) => done({ failed: error.code ?? 'error' }));
  asked.end(body);
  return promise;
}

describe('a link of HTTP', function () {
  this.timeout(20_000);
  const whole = 'x'.repeat(10_000);
  let service: Server;
  let link: OpenLink;
  let port = 0;
  const freePort = async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const { port: found } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    return found;
  };
  before(async () => {
    service = createServer((asked, response) => {
      let length = 0;
      asked.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      asked.on('end', () => response.end(asked.url === '/length' ? String(length) : whole));
    }).listen(0, '127.0.0.1');
    await new Promise((done) => service.once('listening', done));
    port = await freePort();
    const upstream = `127.0.0.1:${(service.address() as AddressInfo).port}`;
    link = await openLink({ name: 'web-to-pay', listen: `127.0.0.1:${port}`, upstream });
  });
  after(() => {
    link.close();
    service.close();
    service.closeAllConnections();
  });
  afterEach(() => link.setFault(undefined));
  const break_ = (fault: Partial<LinkFault> & Pick<LinkFault, 'answer'>) =>
    link.setFault(seededLinkFault.parse({ ...fault, seed: 7 }));

  it('passes requests and their bodies as they are, and counts its connections', async () => {
    const before_ = link.connections();
    expect(await ask(port, '/')).to.include({ status: 200, body: whole });
    expect(await ask(port, '/length', 'POST', 'y'.repeat(200_000))).to.include({ body: '200000' });
    expect(link.connections()).to.equal(before_ + 2);
  });

  it('answers the share of requests that is hit, by method and path, the same ones for the same seed', async () => {
    const answer = { status: 503, body: 'no', headers: { 'x-why': 'drill' } };
    const statuses = async () => {
      break_({ share: 0.5, method: 'POST', path: '/length', answer });
      const each: (number | undefined)[] = [];
      for (let nth = 0; nth < 20; nth++) each.push((await ask(port, '/length', 'POST', 'y')).status);
      return each;
    };
    const first = await statuses();
    expect(first.filter((status) => status === 503).length).to.be.within(4, 16);
    expect(await statuses()).to.deep.equal(first);
    break_({ method: 'POST', path: '/length', answer });
    expect(await ask(port, '/length', 'POST')).to.include({ status: 503, body: 'no' });
    expect(await ask(port, '/length')).to.include({ status: 200 });
    expect(await ask(port, '/', 'POST')).to.include({ status: 200 });
  });

  it('answers late', async () => {
    break_({ answer: { delayMs: 400 } });
    const { status, afterMs } = await ask(port, '/');
    expect(status).to.equal(200);
    expect(afterMs).to.be.at.least(390);
  });

  it('cuts a response', async () => {
    break_({ answer: { truncate: true } });
    const { status, failed, body = '' } = await ask(port, '/');
    expect({ status, failed }).to.deep.equal({ status: 200, failed: 'cut' });
    expect(body.length).to.be.lessThan(whole.length);
  });

  it('resets a connection', async () => {
    break_({ answer: { reset: true } });
    expect((await ask(port, '/')).failed).to.equal('ECONNRESET');
  });

  it('passes what looks like TLS untouched, also while requests are hit', async () => {
    const echo = createTcpServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
    await new Promise((done) => echo.once('listening', done));
    const own = await freePort();
    const upstream = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
    const tls = await openLink({ name: 'tls', listen: `127.0.0.1:${own}`, upstream });
    tls.setFault(seededLinkFault.parse({ answer: { reset: true }, seed: 7 }));
    const hello = Buffer.from([0x16, 3, 1, 0, 2, 1, 2]);
    const client = createConnection({ host: '127.0.0.1', port: own });
    client.write(hello);
    const back = await new Promise<Buffer>((done) => client.once('data', done));
    expect(back).to.deep.equal(hello);
    client.destroy();
    tls.close();
    echo.close();
  });

  it('closes the connection when nothing listens behind it', async () => {
    const own = await freePort();
    const gone = await openLink({
      name: 'gone',
      listen: `127.0.0.1:${own}`,
      upstream: `127.0.0.1:${await freePort()}`,
    });
    expect((await ask(own, '/')).failed).to.be.oneOf(['ECONNRESET', 'EPIPE']);
    gone.close();
  });
});
