import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { ReceiverName } from '../../core/receivers/receivers.ts';
import { Scope } from '../../core/scope.ts';
import { openReceiver } from '../../signals/receivers/receivers.ts';
import { apiOf } from './api.ts';
import { Pages } from './pages.ts';
import { eventsOf } from './testing/events.ts';

describe('the API of firedrill receivers', () => {
  const scope = new Scope();
  const pages = new Pages();
  let server: Server;
  let url = '';

  before(async () => {
    const slack = await openReceiver('slack', { keep: 0 });
    scope.defer('receiver', () => slack.close());
    slack.onDelivery((delivery) => pages.add(delivery));
    const receivers = new Map<ReceiverName, typeof slack>([['slack', slack]]);
    server = createServer(apiOf({ receivers, pages, caFile: import.meta.filename }));
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', listening);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    scope.defer('server', () => {
      server.closeAllConnections();
      server.close();
    });
  });
  after(async () => expect(await scope.close()).to.deep.equal([]));

  const send = (text: string, path = '/services/T1/B1/x') =>
    fetch(`${url}/slack${path}`, { method: 'POST', body: JSON.stringify({ text }) });
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(url + path, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('gives each request below a kind to its receiver, which answers as the vendor', async () => {
    const ok = await send('one');
    expect([ok.status, await ok.text()]).to.deep.equal([200, 'ok']);
    const unknown = await send('two', '/services/');
    expect([unknown.status, await unknown.text()]).to.deep.equal([404, 'no_service']);
    const bare = await fetch(`${url}/slack`, { method: 'POST' });
    expect([bare.status, await bare.text()]).to.deep.equal([404, 'no_service']);
  });

  it('gives the pages, and from where to go on', async () => {
    const { status, body } = await get('/pages?accepted=true');
    expect(status).to.equal(200);
    expect(body.pages).to.have.lengthOf(1);
    expect(body.last).to.equal(3);
    expect((await get(`/pages?since=${body.last}`)).body.pages).to.deep.equal([]);
  });

  it('streams those that are there, then each as it comes, and goes on where a reader was cut off', async () => {
    await using all = await eventsOf(`${url}/pages/events`);
    expect((await all.until(3)).map(({ id }) => id)).to.deep.equal([1, 2, 3]);
    await using rest = await eventsOf(`${url}/pages/events?accepted=true`, { 'last-event-id': '1' });
    await send('three\nlines');
    expect((await all.until(4)).at(-1)).to.deep.include({ id: 4, accepted: true });
    const [page, ...others] = await rest.until(1);
    expect(page?.texts).to.deep.equal([{ field: 'text', text: 'three\nlines' }]);
    expect([page?.id, others]).to.deep.equal([4, []]);
  });

  it('refuses what it does not know, with what it knows', async () => {
    expect(await get('/page')).to.deep.equal({
      status: 404,
      body: {
        problems: [
          {
            where: '/page',
            message: 'there is nothing here',
            hint: 'known: /pages, /pages/events, /ca.pem, /slack',
          },
        ],
      },
    });
    expect(await get('/constructor')).to.include({ status: 404 });
    expect(await get('/pages', { method: 'DELETE' })).to.include({ status: 405 });
    for (const path of ['/pages?kind=smoke', '/pages/events?kind=smoke']) {
      const { status, body } = await get(path);
      expect(status).to.equal(400);
      expect(body.problems).to.have.lengthOf(1).and.to.have.nested.property('[0].where', 'kind=smoke');
    }
  });

  it('gives the certificate', async () => {
    const response = await fetch(`${url}/ca.pem`);
    expect(response.headers.get('content-type')).to.equal('application/x-pem-file');
    expect(await response.text()).to.contain('gives the certificate');
  });
});
