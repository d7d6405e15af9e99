import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect } from 'chai';
import { hasIpv6, openedIn, rowsOf, socketReader, socketsOf } from './sockets.ts';

describe('sockets of a machine', () => {
  it('are read from the tables of the kernel, of both families and in every state', () => {
    const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 0 100 0 0 10 0
   1: 0100007F:A001 4D00007F:2385 02 00000001:00000000 01:00000000 00000000     0        0 102 1 0 100 0 0 10 0
   2: 0100007F:A002 0100007F:2385 06 00000000:00000000 03:00000000 00000000     0        0 0 3 0
`;
    expect(
      rowsOf('tcp', tcp).map(({ local, remote, isListening, inode }) => ({
        local,
        remote,
        isListening,
        inode,
      })),
    ).to.deep.equal([
      {
        local: { host: '127.0.0.1', port: 8080 },
        remote: { host: '0.0.0.0', port: 0 },
        isListening: true,
        inode: '101',
      },
      {
        local: { host: '127.0.0.1', port: 40961 },
        remote: { host: '127.0.0.77', port: 9093 },
        isListening: false,
        inode: '102',
      },
    ]);
    const head = 'head\n';
    const tcp6 = `${head}   0: 00000000000000000000000001000000:A001 0000000000000000FFFF00000100007F:2385 01 0:0 0:0 0 0 0 103`;
    expect(rowsOf('tcp', tcp6).map(({ local, remote }) => [local.host, remote.host])).to.deep.equal([
      ['::1', '127.0.0.1'],
    ]);
    const udp = `${head}   0: 0100007F:A001 35FFFF0A:0035 01 0:0 0:0 0 0 0 104 2 0 0`;
    expect(rowsOf('udp', udp)[0]).to.deep.include({
      protocol: 'udp',
      remote: { host: '10.255.255.53', port: 53 },
    });
  });

  it('has those that this process opens', async () => {
    const server = createServer().listen(0, '127.0.0.77');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.77', port });
    await once(socket, 'connect');
    const rows = socketsOf('self');
    socket.destroy();
    server.close();
    expect(rows.some(({ remote }) => remote.host === '127.0.0.77' && remote.port === port)).to.equal(true);
    expect(rows.some(({ local, isListening }) => isListening && local.port === port)).to.equal(true);
  });

  it('shows a connection at the first look after it was opened', async () => {
    const server = createServer().listen(0, '127.0.0.77');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const look = socketReader('self');
    const toStranger = () =>
      look().some(({ remote }) => remote.host === '127.0.0.77' && remote.port === port);
    expect(toStranger()).to.equal(false);
    const socket = connect({ host: '127.0.0.77', port });
    await once(socket, 'connect');
    expect(toStranger()).to.equal(true);
    socket.destroy();
    server.close();
  });

  it('reads the counter of opened connections by its name', () => {
    const text =
      'Ip: A ActiveOpens\nIp: 1 2\nTcp: RtoMin ActiveOpens PassiveOpens\nTcp: 200 128716 7\nUdp: A\nUdp: 1\n';
    expect(openedIn(text)).to.equal('128716');
    expect(openedIn('')).to.equal(undefined);
  });

  it('read the tables of IPv6 where the kernel counts a socket of it, or does not count', () => {
    const text = 'TCP6: inuse 0\nUDP6: inuse 12\nRAW6: inuse 0\n';
    expect(hasIpv6('tcp', text)).to.equal(false);
    expect(hasIpv6('udp', text)).to.equal(true);
    expect(hasIpv6('tcp', 'TCP6: inuse 10\n')).to.equal(true);
    expect(hasIpv6('tcp', '')).to.equal(true);
  });
});
