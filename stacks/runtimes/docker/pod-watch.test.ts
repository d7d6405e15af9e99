import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { met, notYet, until } from '../../../core/poll.ts';
import type { Endpoint, SocketRow } from '../sockets.ts';
import { outsideConnections, watchPods } from './pod-watch.ts';

const addresses = {
  subnets: ['192.0.2.0/25', '192.0.2.128/25'],
  gateways: ['192.0.2.1', '192.0.2.129'],
  harness: '198.51.100.1',
};
const endpoint = (text: string): Endpoint => {
  const [host = '', port] = text.split(' ');
  return { host, port: Number(port) };
};
const row = (local: string, remote: string, more: Partial<SocketRow> = {}): SocketRow => ({
  ...{ protocol: 'tcp', local: endpoint(local), remote: endpoint(remote), isListening: false, inode: '1' },
  ...more,
});
const outside = (...rows: SocketRow[]) =>
  outsideConnections(rows, addresses, new Set([7001])).map(({ remote }) => `${remote.host} ${remote.port}`);

describe('sockets of a pod', () => {
  it('are the run’s own to peers, to itself and to the receivers', () => {
    expect(
      outside(
        row('192.0.2.3 40000', '192.0.2.4 3100'),
        row('192.0.2.130 40001', '192.0.2.131 9095'),
        row('127.0.0.1 40002', '127.0.0.11 53', { protocol: 'udp' }),
        row('127.0.0.1 40005', '127.0.0.53 53', { protocol: 'udp' }),
        row('::1 40003', '::1 4317'),
        row('192.0.2.130 40004', '198.51.100.1 7001'),
        row('0.0.0.0 9090', '0.0.0.0 0', { isListening: true }),
      ),
    ).to.deep.equal([]);
  });

  it('belong to the run if they were accepted, from any address', () => {
    const listener = row('0.0.0.0 9090', '0.0.0.0 0', { isListening: true });
    expect(outside(listener, row('192.0.2.130 9090', '192.0.2.129 51000'))).to.deep.equal([]);
  });

  it('lead beyond it to any other address, and to other programs of the machine', () => {
    expect(
      outside(
        row('192.0.2.130 40000', '203.0.113.9 443'),
        row('192.0.2.130 40001', '203.0.113.53 53', { protocol: 'udp' }),
        row('192.0.2.130 40002', '198.51.100.1 9093'),
        row('192.0.2.130 40003', '192.0.2.129 9093'),
        row('::1 40004', '2001:db8::9 443'),
        row('127.0.0.1 40005', '127.0.0.77 9093'),
      ),
    ).to.deep.equal([
      '203.0.113.9 443',
      '203.0.113.53 53',
      '198.51.100.1 9093',
      '192.0.2.129 9093',
      '2001:db8::9 443',
      '127.0.0.77 9093',
    ]);
  });
});

/* This process stands for a pod, and the network namespace that it shares with all others for that of the pod. */
describe('watch of pods', () => {
  const harness = '127.0.0.78';
  const opened: (Server | Socket)[] = [];
  let stop: (() => Promise<void>) | undefined;
  let unwatched = 0;
  const seen = new Set<string>();
  afterEach(async () => {
    await stop?.();
    for (const one of opened.splice(0)) 'destroy' in one ? one.destroy() : one.close();
    seen.clear();
    unwatched = 0;
  });

  const watch = (address: string) => {
    stop = watchPods({
      processes: async () => new Map([['one', { pid: process.pid, address }]]),
      addresses: async () => ({ subnets: [], gateways: [], harness }),
      harnessPorts: (rows) => new Set(rows.filter((row) => row.isListening).map(({ local }) => local.port)),
      onOutside: (found) => seen.add(found.address),
      onUnwatched: () => unwatched++,
      everyMs: 5,
    });
  };
  async function connectedTo(host: string): Promise<string> {
    const server = createServer().listen(0, host);
    opened.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, host);
    opened.push(socket);
    await once(socket, 'connect');
    return `${host}:${port}`;
  }
  const within = { where: 'test', withinMs: 10_000, everyMs: 5, signal: new AbortController().signal };

  it('knows where the harness listens, also since a moment ago', async () => {
    watch('127.0.0.1');
    const own = await connectedTo(harness);
    const beyond = await connectedTo('127.0.0.77');
    await until('a connection beyond the run', () => (seen.has(beyond) ? met(true) : notYet('none')), within);
    expect([...seen]).to.not.include(own);
    expect(unwatched).to.equal(0);
  });

  it('says once that it sees nothing where the process is another than the daemon means', async () => {
    const beyond = await connectedTo('127.0.0.77');
    watch('203.0.113.1');
    await until('the watch to give up', () => (unwatched > 0 ? met(true) : notYet('it goes on')), within);
    expect(unwatched).to.equal(1);
    expect([...seen]).to.not.include(beyond);
  });
});
