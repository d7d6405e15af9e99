import { expect } from 'chai';
import { fastify } from 'fastify';
import { guardAdmin, isLoopback } from './admin.ts';
import { registerErrorHandler } from './failure.ts';

describe('clients that may use the admin routes', () => {
  it('is this machine, however it is written', () => {
    for (const address of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1']) {
      expect(isLoopback(address), address).to.equal(true);
    }
  });

  it('are no other clients', () => {
    for (const address of ['', '10.0.0.1', '128.0.0.1', '172.17.0.1', '::', '::ffff:10.0.0.1', 'fe80::1']) {
      expect(isLoopback(address), address).to.equal(false);
    }
  });

  it('holds for the admin routes alone, also for an escaped path', async () => {
    const app = fastify();
    guardAdmin(app, 'token');
    registerErrorHandler(app);
    app.get('/admin/setting', async () => ({}));
    app.get('/catalog', async () => ({}));
    const ask = async (url: string, remoteAddress: string, authorization = '') =>
      (await app.inject({ url, remoteAddress, headers: { authorization } })).statusCode;
    expect(await ask('/admin/setting', '127.0.0.1')).to.equal(200);
    expect(await ask('/admin/setting', '10.0.0.1')).to.equal(403);
    expect(await ask('/%61dmin/setting', '10.0.0.1')).to.equal(403);
    expect(await ask('/admin/setting', '10.0.0.1', 'Bearer token')).to.equal(200);
    expect(await ask('/admin/setting', '10.0.0.1', 'Bearer other')).to.equal(403);
    expect(await ask('/catalog', '10.0.0.1')).to.equal(200);
  });
});
