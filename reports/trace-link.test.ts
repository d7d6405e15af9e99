import { expect } from 'chai';
import { traceQueryOf } from './trace-link.ts';

const explore = (left: string) => `http://127.0.0.1:3000/explore?orgId=1&left=${encodeURIComponent(left)}`;

describe('a link to traces', () => {
  it('tells the query that it opens', () => {
    const logs = explore(JSON.stringify({ queries: [{ expr: '{a="b"}' }] }));
    const traces = explore(JSON.stringify({ queries: [{ queryType: 'traceql', query: '{status=error}' }] }));
    expect(traceQueryOf(['https://runbooks.internal/a', logs, traces])).to.equal('{status=error}');
  });

  it('is none where an address is anything else', () => {
    const others = [
      '',
      'not an address',
      explore('{'),
      explore('{"queries":1}'),
      explore('null'),
      'http://a/?left',
    ];
    expect(traceQueryOf(others)).to.equal(undefined);
  });
});
