import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { configured } from './testing/configured.ts';

const rewriteAddresses = (text: string) => {
  if (text.includes(':99')) throw new Error(`nothing listens on ${text}`);
  return text.replaceAll('postgres:5432', '127.0.0.1:20001');
};
const used = (text: string) => configured('toxiproxy/proxies.json', text, 15, rewriteAddresses);

describe('JSON files', () => {
  it('have the addresses in their values changed, at any depth, and nothing else', () => {
    const written = [
      { name: 'postgres', upstream: 'postgres:5432', enabled: true },
      { name: 'for: 5m', listen: ['postgres:5432', { 'postgres:5432': 1.5, x: null }] },
    ];
    expect(JSON.parse(used(JSON.stringify(written)))).to.deep.equal([
      { name: 'postgres', upstream: '127.0.0.1:20001', enabled: true },
      { name: 'for: 5m', listen: ['127.0.0.1:20001', { 'postgres:5432': 1.5, x: null }] },
    ]);
  });

  it('are refused with every address that cannot be', () => {
    expect(problemsOf(() => used('[{"listen":"a:99"},{"upstream":"b:99"}]'))).to.deep.equal([
      { where: 'toxiproxy/proxies.json:1: [0].listen', message: 'nothing listens on a:99' },
      { where: 'toxiproxy/proxies.json:1: [1].upstream', message: 'nothing listens on b:99' },
    ]);
  });

  it('are refused with every key that toxiproxy does not know', () => {
    const [problem, ...others] = problemsOf(() => used('[{"name":"a","Listen":"b:1","upstreams":"c:2"}]'));
    expect(others).to.deep.equal([]);
    expect(problem).to.deep.equal({
      where: 'toxiproxy/proxies.json:1: [a].upstreams',
      message: 'toxiproxy knows no such key and would pass over it',
      hint: 'did you mean upstream? known: upstream, listen, name, enabled',
    });
    expect(problemsOf(() => used('{"name":"a"}'))).to.have.length(1);
  });

  it('are refused when they are none', () => {
    const [problem] = problemsOf(() => used('[{'));
    expect(problem?.where).to.equal('toxiproxy/proxies.json:1');
    expect(problem?.message).to.match(/JSON/);
  });
});
