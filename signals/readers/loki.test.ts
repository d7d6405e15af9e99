import { expect } from 'chai';
import { Scope } from '../../core/scope.ts';
import { lokiReader } from './loki.ts';
import { serve } from './testing/components.ts';

describe('a metric query of the Loki reader', () => {
  const result = async (status: number, body: string) => {
    await using scope = new Scope();
    const base = await serve(scope, (_, response) => response.writeHead(status).end(body));
    const loki = lokiReader(`http://${base}`, new AbortController().signal);
    return await loki.queryRange('rate({a="b"}[1m])', 0, 1_000, 100).catch((error: Error) => error.message);
  };

  it('that Loki refuses has an error and no series', async () => {
    const refused = await result(400, 'parse error at line 1, col 1');
    expect(refused).to.have.property('error').that.includes('parse error at line 1, col 1');
    expect(refused).to.have.property('series').that.deep.equals([]);
  });

  it('throws where Loki itself fails, which is no fault of the rule', async () => {
    expect(await result(500, 'too many outstanding requests')).to.include('answered 500');
    expect(await result(429, 'slow down')).to.include('answered 429');
  });
});
