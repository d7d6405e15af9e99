import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { within } from '../../core/path.ts';
import { parseStaging } from '../../core/staging.ts';
import type { Identity } from '../../signals/readers/http.ts';
import { certificatesFor, type HostCertificates } from '../../signals/receivers/vendor-hosts/certificates.ts';
import { probe, refuseEmpty } from './probe.ts';
import type { Staging } from './staging.ts';

const token = 'a-token-that-nobody-may-see';

/** What is refused of a staging whose Prometheus is at this address. */
async function refused(url: string, identity: Identity = {}, more: Partial<Staging> = {}): Promise<string> {
  const whereOf = within('staging.yaml');
  const { secret: _, ...file } = parseStaging(
    { name: 'shop', hosts: ['127.0.0.1', 'localhost'], prometheus: { url } },
    whereOf,
  );
  const staging: Staging = {
    ...file,
    ...{ file: '/staging.yaml', whereOf, secret: '', secrets: [token] },
    identities: new Map([['prometheus', { headers: { authorization: `Bearer ${token}` }, ...identity }]]),
    ...more,
  };
  try {
    await probe(staging, new AbortController().signal);
    return '';
  } catch (error) {
    if (error instanceof FiredrillError) return `${error.kind}: ${error.message}`;
    throw error;
  }
}

describe('the first question to the components of a staging', () => {
  const servers: Server[] = [];
  let certificates: HostCertificates;

  const portOf = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return (server.address() as AddressInfo).port;
  };
  const answering = async (listener: RequestListener) =>
    `http://127.0.0.1:${await portOf(createServer(listener))}`;

  before(async () => {
    certificates = await certificatesFor(['localhost']);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
  });

  it('is answered with JSON below the path of the address, to the token', async () => {
    const asked: string[] = [];
    const url = await answering(({ url: path = '', headers }, response) => {
      asked.push(`${path} ${headers.authorization}`);
      response.setHeader('connection', 'close').end('{"status":"success"}');
    });
    expect(await refused(`${url}/prom/`)).to.equal('');
    expect(asked).to.deep.equal(
      ['query?query=vector(1)', 'rules', 'alerts', 'status/config'].map(
        (path) => `/prom/api/v1/${path} Bearer ${token}`,
      ),
    );
  });

  /** Has Prometheus' API without some paths. */
  const lacking = (absent: readonly string[], answer: { readonly status: number; readonly text: string }) =>
    answering(({ url: path = '' }, response) => {
      response.setHeader('connection', 'close');
      if (absent.some((one) => path.startsWith(`/api/v1/${one}`)))
        response.writeHead(answer.status).end(answer.text);
      else response.end('{"status":"success","data":{}}');
    });
  const notFound = { status: 404, text: '404 page not found' };

  it('refuses a querier without rules, and one that shows no configuration', async () => {
    expect(await refused(await lacking(['rules'], notFound))).to.match(
      /^bad-input: staging\.yaml: prometheus\.url: .*\/api\/v1\/rules is not there\n.*-vmalert\.proxyURL/,
    );
    const unsupported = { status: 400, text: 'unsupported path requested: "/api/v1/alerts"' };
    expect(await refused(await lacking(['alerts'], unsupported))).to.match(
      /^bad-input: .*\/api\/v1\/alerts is not there\n.*Ruler/,
    );
    const url = await lacking(['status/config'], notFound);
    expect(await refused(url)).to.match(/^bad-input: .*status\/config is not there\n.*prometheus\.config/);
    expect(await refused(url, {}, { prometheusConfig: 'global: {}' })).to.equal('');
  });

  const wrong: Record<string, readonly [RequestListener, RegExp]> = {
    'an expired token': [
      (_, response) => response.writeHead(401).end('token expired'),
      /^bad-input: staging\.yaml: prometheus: .* answered 401: it does not accept who we are\n.*expired/,
    ],
    'a login page': [
      (_, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Login'),
      /^bad-input: .* answered 200 with a web page, such as that of a login/,
    ],
    'a redirect': [
      (_, response) => response.writeHead(302, { location: 'https://login.example/?secret=x' }).end(),
      /^bad-input: .* answered 302, a redirect to login\.example; no redirect is followed/,
    ],
    'a wrong path': [
      (_, response) => response.writeHead(404).end('404 page not found'),
      /^bad-input: .* answered 404\n.*whole path below which the API of prometheus is/,
    ],
    'something else': [
      (_, response) => response.end('pong'),
      /^bad-input: .* did not answer with JSON: pong/,
    ],
    'a failing component': [
      (_, response) => response.writeHead(503).end('starting'),
      /^broken: .* answered 503: starting/,
    ],
  };
  for (const [name, [listener, message]] of Object.entries(wrong))
    it(`refuses ${name}`, async () => {
      const url = await answering((request, response) => {
        response.setHeader('connection', 'close');
        listener(request, response);
      });
      const found = await refused(url);
      expect(found).to.match(message);
      expect(found).not.to.contain(token).and.not.to.contain('secret=x');
    });

  it('refuses one that cannot be reached', async () => {
    expect(await refused('http://127.0.0.1:1')).to.match(
      /^broken: staging\.yaml: prometheus\.url: .*ECONNREFUSED/,
    );
  });

  it('refuses a certificate of another authority, and accepts one of the authority that is named', async () => {
    const { certificate, key, authority } = certificates;
    const server = createTlsServer({ cert: certificate, key }, (_, response) =>
      response.setHeader('connection', 'close').end('{}'),
    );
    const url = `https://localhost:${await portOf(server)}`;
    expect(await refused(url)).to.match(/^bad-input: staging\.yaml: prometheus\.tls: .*\n.*tls\.ca/);
    expect(await refused(url, { tls: { ca: authority } })).to.equal('');
    expect(await refused(url, { tls: { ca: authority, servername: 'other.example' } })).to.match(/tls\.name/);
  });

  it('refuses HTTPS of something that speaks HTTP', async () => {
    const url = await answering((_, response) => response.end('{}'));
    expect(await refused(url.replace('http:', 'https:'))).to.match(
      /^bad-input: .*(ERR_SSL_\w+|EPROTO)\n.*is it HTTPS at all/,
    );
  });

  it('refuses a tenant without data', () => {
    const whereOf = within('staging.yaml');
    const url = 'http://127.0.0.1:9090';
    const staging = (headers: Record<string, string>) =>
      parseStaging({ name: 'shop', hosts: ['127.0.0.1'], prometheus: { url, headers } }, whereOf);
    const tenant = { ...staging({ 'X-Scope-OrgID': 'nobody' }), whereOf };
    expect(() => refuseEmpty(tenant, { series: 0, rules: 0 })).to.throw(
      /is the tenant right \(X-Scope-OrgID\)/,
    );
    expect(() => refuseEmpty(tenant, { series: 0, rules: 1 })).not.to.throw();
    expect(() => refuseEmpty(tenant, { series: 5, rules: 0 })).to.throw(/no rules, and there is no grafana/);
    const withGrafana = { ...tenant, grafana: { url, headers: {} } };
    expect(() => refuseEmpty(withGrafana, { series: 5, rules: 0 })).not.to.throw();
    expect(() => refuseEmpty(withGrafana, { series: 0, rules: 0 })).to.throw(/nothing to drill/);
  });
});
