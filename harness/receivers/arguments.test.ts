import { expect } from 'chai';
import { findArguments } from './arguments.ts';

const given = (...args: string[]) => findArguments(args).given;
const told = (...args: string[]) =>
  findArguments(args).problems.map(({ where, message, hint }) =>
    [where, message, ...(hint === undefined ? [] : [hint])].join(' | '),
  );

describe('the arguments of firedrill receivers', () => {
  it('listen on this machine only, unless another address is given', () => {
    expect(given()).to.deep.equal({
      listen: { bind: '127.0.0.1', port: 9199 },
      hosts: new Map(),
      json: false,
      help: false,
    });
    expect(given('--listen', '8080').listen).to.deep.equal({ bind: '127.0.0.1', port: 8080 });
    expect(given('--listen', '0.0.0.0:0').listen).to.deep.equal({ bind: '0.0.0.0', port: 0 });
    expect(given('--listen', '[::1]:65535').listen).to.deep.equal({ bind: '::1', port: 65_535 });
    expect(given('--listen', 'localhost:9').listen).to.deep.equal({ bind: 'localhost', port: 9 });
  });

  it('lead further hosts to a kind', () => {
    const args = ['--host', 'webhook=Alerts.example.org', '--host', 'slack=chat.example', '--config', 'c'];
    expect(given(...args, '--json')).to.deep.include({
      hosts: new Map([
        ['alerts.example.org', 'webhook'],
        ['chat.example', 'slack'],
      ]),
      config: 'c',
      json: true,
    });
    expect(told(...args)).to.deep.equal([]);
  });

  for (const address of [
    '127.0.0.1',
    ':9199',
    '127.0.0.1:65536',
    'http://127.0.0.1:9199',
    '::1:9199',
    'a b:1',
  ]) {
    it(`refuse to listen on ${address}`, () => {
      const [problem, ...others] = told('--listen', address);
      expect(problem).to.match(
        /^--listen .* \| expected HOST:PORT with a port from 0 to 65535 \| e\.g\. 127/,
      );
      expect(others).to.deep.equal([]);
    });
  }

  it('tell every fault at once', () => {
    const faults = told(
      ...['--listen', 'x', '--jsn', '--config', '', 'stray'],
      ...['--host', 'slak=a.example', '--host', 'a.example', '--host', 'slack=https://a.example/'],
      ...['--host', 'webhook=127.0.0.1', '--host', 'telegram=hooks.slack.com'],
      ...['--host', 'slack=b.example', '--host', 'webhook=b.example'],
    );
    expect(faults.map((fault) => fault.split(' | ').slice(0, 2).join(': '))).to.deep.equal([
      '--jsn: there is no such option',
      '--config: needs a value',
      'stray: unexpected argument',
      '--listen x: expected HOST:PORT with a port from 0 to 65535',
      '--host slak=a.example: there is no receiver "slak"',
      '--host a.example: expected KIND=HOST, e.g. webhook=alerts.example.org',
      '--host slack=https://a.example/: "https://a.example/" is not the name of a host',
      '--host webhook=127.0.0.1: "127.0.0.1" is not the name of a host',
      '--host telegram=hooks.slack.com: this host leads to slack already',
      '--host webhook=b.example: this host leads to slack already',
    ]);
    expect(faults.join()).to.contain('did you mean slack?').and.contain('did you mean --json?');
  });
});
