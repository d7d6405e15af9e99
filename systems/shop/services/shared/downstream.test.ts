import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { CallError, downstream, levelOf } from './downstream.ts';

const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => expect.fail('the call went through'),
    (error: unknown) => error,
  );

describe('call of another service', () => {
  let server: Server;
  let url: string;

  before((done) => {
    server = createServer((request, response) => {
      if (request.url === '/silent') return;
      const status = Number(request.url?.slice(1));
      response
        .writeHead(status)
        .end(status < 300 ? '{"id":1}' : status === 599 ? 'no json' : '{"error":"closed"}');
    }).listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });

  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it('gives the body of a 2xx answer', async () => {
    expect(await downstream('orders', url, 1_000).post('/201', {})).to.deep.equal({ id: 1 });
  });

  it('carries status and code of a refusal', async () => {
    const error = await caught(downstream('orders', url, 1_000).get('/503'));
    expect(error).to.be.instanceOf(CallError);
    expect(error).to.include({ fault: 'refused', status: 503, code: 'closed' });
    expect(error).to.have.property('message', 'GET /503 of orders answered 503 closed');
  });

  it('tells a late answer from none', async () => {
    expect(await caught(downstream('orders', url, 10).get('/silent'))).to.include({ fault: 'timeout' });
    expect(await caught(downstream('orders', 'http://127.0.0.1:1', 1_000).get('/'))).to.include({
      fault: 'unreachable',
    });
    expect(await caught(downstream('orders', url, 1_000).get('/599'))).to.include({ fault: 'unreachable' });
  });

  it('is a WARN when it failed; everything else is an ERROR, for it is a bug', () => {
    expect(levelOf(new CallError('unreachable', 'x'))).to.equal('warn');
    expect(levelOf(new TypeError('x'))).to.equal('error');
  });
});
