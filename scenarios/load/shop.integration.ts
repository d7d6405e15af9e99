import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';

interface Point {
  readonly metric: string;
  readonly type: string;
  readonly data: { readonly tags: Readonly<Record<string, string>> };
}

describe('the load of shop.ts in k6', function () {
  this.timeout(600_000); // The first run on a machine builds k6.
  const servers: Server[] = [];
  const asked: string[][] = [[], []];
  let points: Point[];
  /** Requests to each instance before the load: three rounds of five journeys. */
  const coldEach = 15;
  /** The largest number of these requests at the same time. */
  let atOnce = 0;

  before(async () => {
    let underWay = 0;
    for (const requests of asked) {
      const answer = async (request: IncomingMessage, response: ServerResponse) => {
        underWay += 1;
        response.once('finish', () => {
          underWay -= 1;
        });
        requests.push(`${request.method} ${request.url} ${await text(request)}`.trim());
        if (asked.flat().length <= 2 * coldEach) atOnce = Math.max(atOnce, underWay);
        response.writeHead(request.url?.includes('monthly') ? 500 : 200).end('{}');
      };
      const server = createServer((request, response) => void answer(request, response));
      servers.push(server);
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    }
    const tools = await builtTools(['k6']);
    const script = fileURLToPath(new URL('shop.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(
      tools.path('k6'),
      ['run', '--quiet', '--no-usage-report', '--address=', '--out=json', script],
      {
        env: {
          BASE_URLS: servers
            .map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
            .join(','),
          DURATION: '4s',
          RATE_SEARCH: '5',
          RATE_MONTHLY: '0.5',
          RATE_CATALOG: '1',
          RATE_LOGIN: '1',
          RATE_CHECKOUT: '1',
          K6_NO_COLOR: 'true',
          K6_SUMMARY_MODE: 'disabled',
        },
      },
    );
    points = stdout
      .split('\n')
      .filter((line) => line.startsWith('{"metric":"http_req_duration","type":"Point"'))
      .map((line) => JSON.parse(line) as Point);
  });

  after(() => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  });

  const tags = () => points.map(({ data }) => data.tags);
  const of = (journey: string) => tags().filter(({ name, cold }) => name === journey && !cold);

  it('asks every instance for each journey first, one request after the other, and tags the samples as cold', () => {
    const first = ['rent', 'sale', 'rent'].flatMap((type, round) => [
      `GET /search?type=${type}`,
      'GET /catalog',
      'POST /login {"email":"ada@shop.example","password":"open sesame"}',
      `POST /checkout {"listingId":${round + 1}}`,
      'GET /search?type=monthly',
    ]);
    expect(asked.map((requests) => requests.slice(0, coldEach))).to.deep.equal([first, first]);
    expect(atOnce, 'requests at once').to.equal(1);
    const cold = tags().map((tag) => tag.cold);
    expect(cold.slice(0, 2 * coldEach)).to.deep.equal(Array(2 * coldEach).fill('true'));
    expect(cold.slice(2 * coldEach))
      .to.include(undefined)
      .and.not.include('true');
  });

  it('distributes each journey over the instances, and tags the samples with the instance', () => {
    const [one, two] = asked.map((requests) =>
      requests.slice(coldEach).filter((request) => /type=(rent|sale)$/.test(request)),
    );
    expect(one?.length, 'the first').to.be.greaterThan(5);
    expect(one?.length).to.be.closeTo(two?.length ?? 0, 1);
    for (const [instance, requests] of [one, two].entries()) {
      expect(of('search').filter((tags) => tags.instance === `storefront-${instance + 1}`)).to.have.lengthOf(
        requests?.length ?? 0,
      );
      // Both instances get each search type equally often.
      const rents = requests?.filter((request) => request === 'GET /search?type=rent').length ?? 0;
      expect(rents, 'rents').to.be.closeTo((requests?.length ?? 0) / 2, 1);
    }
  });

  it('searches for monthly in a separate, rare journey', () => {
    expect(of('monthly').length).to.be.within(2, 3);
    expect(of('monthly').map(({ status }) => status))
      .to.include('500')
      .and.not.include('200');
    expect(of('search').map(({ status }) => status))
      .to.include('200')
      .and.not.include('500');
  });
});
