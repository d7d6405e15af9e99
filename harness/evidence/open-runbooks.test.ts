import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { runbookAnswer } from '../../assertions/runbook-answers.ts';
import { alertName, pageAt } from '../../assertions/testing/basics.ts';
import { evidenceOf } from '../../assertions/testing/evidence.ts';
import { recordWith } from '../../assertions/testing/record.ts';
import type { Runbook } from '../../core/record.ts';
import { openRunbookLinks } from './open-runbooks.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const html =
  (body: string, head = '<title>Checkout errors</title>'): Answer =>
  (_, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<html><head>${head}</head><body>${body}</body></html>`);
const leadingTo =
  (location: string, status = 302): Answer =>
  (_, response) =>
    response.writeHead(status, { location }).end();
const text =
  (body: string, type = 'text/plain'): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': type }).end(body);

const steps = '<h1>Checkout errors</h1><p>Look at the payment provider.</p><h2 id="rollback">Roll back</h2>';
const long = `<h1>Sign-in errors</h1><p>${'Look at the provider. '.repeat(100)}</p>`;

/** The answer of the server for each path. */
const site: Record<string, Answer> = {
  '/': html('<h1>Wiki</h1>', '<title>Wiki</title>'),
  '/good': html(steps),
  '/moved': leadingTo('/elsewhere/good', 301),
  '/elsewhere/good': html(steps),
  '/refreshed': html('', '<meta http-equiv="refresh" content="0; url=/good">'),
  '/to-login': leadingTo('/users/sign_in?return=%2Fto-login'),
  '/users/sign_in': html('<form><input name="user"></form>', '<title>Sign in · Wiki</title>'),
  '/to-authorize': leadingTo('/v1/start?response_type=code&client_id=wiki'),
  '/v1/start': html('<p>Choose an account</p>', '<title>Wiki</title>'),
  '/to-named-login': leadingTo('/welcome'),
  '/welcome': html('<p>Who are you?</p>', '<title>Log in - Wiki</title>'),
  '/asks': html('<form><input type="password" name="p"></form>', '<title>Wiki</title>'),
  '/to-sso-book': leadingTo('/books/sso'),
  '/books/sso': html(long, '<title>Sign-in errors - Wiki</title>'),
  '/login-failures': html('<h1>Login failures</h1><p>Look at the identity provider.</p>'),
  '/soft-404': html('<h1>Page not found</h1>', '<title>Wiki</title>'),
  '/soft-title': html('<p>…</p>', '<title>404 Not Found | Wiki</title>'),
  '/soft-sorry': html("<h1>Sorry, the page you are looking for doesn't exist.</h1>", '<title>Wiki</title>'),
  '/soft-code': html('<h1>Page Not Found (404)</h1>', '<title>Wiki</title>'),
  '/soft-unavailable': html("<h1>This page isn't available</h1>", '<title>Wiki</title>'),
  '/soft-find': html("<h1>We can't find the page you're looking for</h1>", '<title>Wiki</title>'),
  '/no-access': html("<h1>You don't have access to this page</h1>", '<title>Wiki</title>'),
  '/about-finding': html(
    `<h1>Cannot find the document</h1><p>${'Look at the index. '.repeat(100)}</p>`,
    '<title>Cannot find the document - Wiki</title>',
  ),
  '/denied': html('<h1>Access denied</h1>', '<title>Wiki</title>'),
  '/about-404': html(
    '<h1>404 rate is high</h1><p>Look at the routes.</p>',
    '<title>Not found rate - Wiki</title>',
  ),
  '/soft-text': text('404 page not found'),
  '/to-root': leadingTo('/'),
  '/to-language': leadingTo('/en/'),
  '/en/': html('<h1>Wiki</h1>', '<title>Wiki</title>'),
  '/to-route': leadingTo('/?title=Checkout'),
  '/empty': html(' ', '<title>Wiki</title>'),
  '/empty-text': text(''),
  '/application': html('<div id="app"></div><script src="/app.js"></script>'),
  '/markdown': text('# Checkout errors\n\nLook at it.', 'text/markdown'),
  '/gone': (_, response) => response.writeHead(410).end('gone'),
  '/round': leadingTo('/round'),
  '/file': leadingTo('file:///etc/passwd'),
  '/large': html(`${steps}<p>${'x'.repeat(3_000_000)}</p>`),
};

describe('opening runbook links', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    asked.push(request.url ?? '');
    const answer = site[path];
    if (answer) answer(request, response);
    else response.writeHead(404).end('no');
  });
  let origin: string;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    asked.length = 0;
  });

  const where = () => ({
    folder: { url: origin, links: 'https://runbooks.internal/' },
    signal: new AbortController().signal,
  });
  const recordOf = (annotations: Record<string, string>, links: string[] = []) =>
    recordWith({ pages: [pageAt(10.5, { annotations, links })], evidence: { alerts: [] } });
  async function open(path: string): Promise<{ runbook: Runbook; held: boolean; said: string }> {
    const url = origin + path;
    const runbooks = await openRunbookLinks(where(), recordOf({ runbook_url: url }));
    const [runbook] = runbooks;
    if (!runbook) throw new Error('nothing was opened');
    return { runbook, ...runbookAnswer({ runbooks }, url) };
  }

  for (const path of [
    '/good',
    '/good#rollback',
    '/moved',
    '/moved#rollback',
    '/refreshed',
    '/to-sso-book',
    '/login-failures',
    '/about-404',
    '/about-finding',
    '/to-route',
    '/application',
    '/application#rollback',
    '/markdown',
    '/large#rollback',
    '/',
  ]) {
    it(`holds for ${path}`, async () => {
      const { held, said } = await open(path);
      expect(held, said).to.equal(true);
    });
  }

  const bad: [path: string, said: RegExp][] = [
    ['/to-login', /^it ends at a login page, redirected to .*sign_in/],
    ['/to-authorize', /^it ends at a login page/],
    ['/to-named-login', /^it ends at a login page/],
    ['/asks', /^it ends at a login page$/],
    ['/soft-404', /^its page says "Page not found", with status 200$/],
    ['/soft-title', /"404 Not Found \| Wiki"/],
    ['/soft-sorry', /doesn't exist/],
    ['/soft-text', /"404 page not found"/],
    ['/soft-code', /"Page Not Found \(404\)", with status 200$/],
    ['/soft-unavailable', /isn't available/],
    ['/soft-find', /can't find the page/],
    ['/no-access', /don't have access/],
    ['/denied', /"Access denied"/],
    ['/to-root', /^it ends at the site's root/],
    ['/to-language', /^it ends at the site's root/],
    ['/empty', /^its page is empty$/],
    ['/empty-text', /^its page is empty$/],
    ['/good#roll-forward', /^its page has no place #roll-forward$/],
    ['/gone', /^410$/],
    ['/none', /^404$/],
    ['/round', /^redirected more than 5 times/],
    ['/file', /^redirected to file:/],
  ];
  for (const [path, message] of bad) {
    it(`fails for ${path}`, async () => {
      const { held, said } = await open(path);
      expect(held).to.equal(false);
      expect(said).to.match(message);
    });
  }

  it('fails for a redirect to an identity provider, recognised by its host', () => {
    const url = 'https://wiki.internal/checkout';
    const page = { type: 'html' as const, headings: [], text: 9000, scripts: true, asksPassword: false };
    const at = (end: string) =>
      runbookAnswer({ runbooks: [{ url, status: 200, redirects: [end], page }] }, url).held;
    expect(at('https://accounts.google.com/v3/x')).to.equal(false);
    expect(at('https://company.okta.com/app/1')).to.equal(false);
    expect(at('https://docs.internal/checkout')).to.equal(true);
  });

  it('follows at most five redirects', async () => {
    await open('/round');
    expect(asked).to.have.length(6);
  });

  it('reports a server that does not answer', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/runbook`;
    await new Promise((resolve) => closed.close(resolve));
    const [runbook] = await openRunbookLinks(where(), recordOf({ runbook_url: url }));
    expect(runbook?.status).to.equal(undefined);
    expect(runbook?.problem).to.match(/ECONNREFUSED/);
  });

  it('opens no other link of a page', async () => {
    const links = [
      '/silence/new?runbook=1',
      '/alerting/silence/new?matcher=runbook%3Dx',
      '/#/silences/new?filter={runbook="x"}',
      '/ack?next=/runbook',
      '/runbook/ack',
      '/d/runbooks/dashboard',
      '/graph?g0.expr=up',
    ].map((path) => origin + path);
    await openRunbookLinks(
      where(),
      recordOf({ runbook: `${origin}/good`, dashboard: `${origin}/dash` }, links),
    );
    expect(asked).to.deep.equal(['/good']);
  });

  it('opens links in the message whose path contains "runbook", and links that the rule has as its runbook', async () => {
    const rule = evidenceOf().rule;
    if (!rule) throw new Error('no rule');
    const record = recordWith({
      pages: [pageAt(10.5, { annotations: {}, links: [`${origin}/wiki/runbooks/a`, `${origin}/good`] })],
      evidence: {
        alerts: [evidenceOf({ rule: { ...rule, annotations: { runbook_url: `${origin}/good` } } })],
      },
    });
    await openRunbookLinks(where(), record);
    expect(asked.toSorted()).to.deep.equal(['/good', '/wiki/runbooks/a']);
  });

  it("opens the rule's runbook if the default template leaves it out", async () => {
    const labels = { alertname: alertName, team: 'payments' };
    const record = recordWith({
      pages: [pageAt(10.5, { annotations: {}, links: [], labels, notification: 0 })],
      notifications: [
        {
          manager: 'prometheus',
          contactPoint: 'slack',
          kind: 'slack',
          index: 0,
          at: 0,
          monotonicMs: 0,
          groupKey: '{}',
          template: 'default',
          alerts: [
            {
              status: 'firing',
              labels,
              annotations: { runbook: `${origin}/good` },
              startsAt: 0,
              fingerprint: '0',
            },
          ],
        },
      ],
    });
    expect(await openRunbookLinks(where(), record)).to.have.length(1);
    expect(asked).to.deep.equal(['/good']);
  });
});
