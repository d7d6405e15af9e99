import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { FiredrillError } from '../../../core/errors.ts';
import { Scope } from '../../../core/scope.ts';
import { reservePorts } from './ports.ts';

const any = (...keys: string[]) => new Map(keys.map((key) => [key, undefined]));

async function listen(scope: Scope, port: number): Promise<number> {
  const server = createServer().listen({ port, host: '127.0.0.1' });
  scope.defer('close server', async () => {
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('reservePorts', () => {
  let scope: Scope;
  beforeEach(() => {
    scope = new Scope();
  });
  afterEach(async () => {
    expect(await scope.close()).to.deep.equal([]);
  });

  it('gives each its own port, below those of outgoing connections and free to listen on', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => `pod:${i}`);
    const found = await reservePorts(any(...keys), scope);
    expect([...found.keys()]).to.deep.equal(keys);
    expect(new Set(found.values()).size).to.equal(40);
    for (const port of found.values()) {
      expect(port).to.be.within(18_000, 32_000);
      expect(await listen(scope, port)).to.equal(port);
    }
  });

  it('keeps what it gave from others, until its scope closes', async () => {
    const first = new Scope();
    const [port] = (await reservePorts(any('a'), first)).values();
    const fixed = new Map([['prometheus:9090', port]]);

    const refused = await reservePorts(fixed, scope).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(FiredrillError).with.property('kind', 'bad-input');

    await first.close();
    expect([...(await reservePorts(fixed, scope)).values()]).to.deep.equal([port]);
  });

  it('gives a fixed port, and chooses the others around it', async () => {
    const probe = new Scope();
    const [port = 0] = (await reservePorts(any('a'), probe)).values();
    await probe.close();
    const found = await reservePorts(new Map([...any('a', 'b'), ['prometheus:9090', port]]), scope);
    expect(found.get('prometheus:9090')).to.equal(port);
    expect(new Set(found.values()).size).to.equal(3);
  });

  it('names every fixed port that is taken', async () => {
    const one = await listen(scope, 0);
    const two = await listen(scope, 0);
    const wanted = new Map([...any('a'), ['prometheus:9090', one], ['alertmanager:9093', two]]);
    const refused = await reservePorts(wanted, scope).catch((error: unknown) => error);
    if (!(refused instanceof FiredrillError)) throw refused;
    expect(refused.kind).to.equal('bad-input');
    expect(refused.problems.map(({ where, message }) => [where, message])).to.deep.equal([
      [`port ${one}`, `asked for prometheus:9090, but another process uses 127.0.0.1:${one}`],
      [`port ${two}`, `asked for alertmanager:9093, but another process uses 127.0.0.1:${two}`],
    ]);
  });

  it('refuses the same fixed port asked for twice', async () => {
    const probe = new Scope();
    const [port] = (await reservePorts(any('a'), probe)).values();
    await probe.close();
    const wanted = new Map([
      ['prometheus:9090', port],
      ['alertmanager:9093', port],
    ]);
    const refused = await reservePorts(wanted, scope).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(FiredrillError);
    expect(String(refused)).to.include('asked for alertmanager:9093');
  });
});
