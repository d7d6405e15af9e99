import { expect } from 'chai';
import { z } from 'zod';
import { FiredrillError } from '../../core/errors.ts';
import { Scope } from '../../core/scope.ts';
import { httpReader, isConnectionRefused } from './http.ts';
import { serve } from './testing/components.ts';

describe('http reader', () => {
  const never = new AbortController().signal;
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('sends the parameters and reads JSON of the form asked for', async () => {
    await using scope = new Scope();
    const base = await serve(scope, (request, response) =>
      response.end(JSON.stringify({ url: request.url })),
    );
    const reader = httpReader('prometheus', `http://${base}/`, never);
    const answer = await reader.json('/api', z.object({ url: z.string() }), { query: 'a{b="c d"}', n: 1 });
    const url = new URL(answer.url, 'http://x');
    expect([url.pathname, url.searchParams.get('query'), url.searchParams.get('n')]).to.deep.equal([
      '/api',
      'a{b="c d"}',
      '1',
    ]);
  });

  it('says what was asked and what is wrong with the answer', async () => {
    await using scope = new Scope();
    const bodies: Record<string, string> = { '/form': '{"a":1}', '/text': '<html>\n<body>' };
    const base = await serve(scope, (request, response) => {
      const body = bodies[request.url ?? ''];
      response.writeHead(body ? 200 : 404).end(body ?? 'no such page\nmore');
    });
    const reader = httpReader('prometheus', `http://${base}`, never);
    const schema = z.object({ a: z.string() });
    const said = async (path: string) => String(await failure(reader.json(path, schema)));
    expect(await said('/form')).to.match(/prometheus: GET \/form .* unexpected form: a: .*expected string/);
    expect(await said('/text')).to.match(
      /GET \/text did not respond with JSON: a web page, such as that of a login$/,
    );
    expect(await said('/none')).to.match(/GET http:\S+\/none answered 404: no such page$/);
  });

  it('tells a component that is not there from a wish to stop', async () => {
    await using scope = new Scope();
    const base = await serve(scope, () => {});
    const controller = new AbortController();
    const hanging = failure(httpReader('prometheus', `http://${base}`, controller.signal).text('/'));
    controller.abort();
    expect(await hanging).to.have.property('name', 'AbortError');
    await scope.close();
    const refused = await failure(httpReader('prometheus', `http://${base}`, never).text('/'));
    expect(refused).to.be.instanceOf(FiredrillError).and.to.have.property('kind', 'broken');
    expect(refused).to.have.property('message').that.includes('ECONNREFUSED');
    expect(isConnectionRefused(refused)).to.equal(true);
  });
});
