import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { met, notYet, until } from '../../../core/poll.ts';
import { cacheDirOf } from '../../toolchain/cache-dir.ts';
import { ensureTools, type Toolchain } from '../../toolchain/toolchain.ts';
import type { OutsideConnection } from '../outside.ts';
import { component, serving, type TinyStack, tinyStacks } from './testing/tiny-stack.ts';

/*
 * Everything here stays on this machine: what is not the run's is a listener of another address of loopback, or a port of
 * it at which nobody of the run listens.
 */

const { signal } = new AbortController();
const stranger = '127.0.0.77';

describe('socket watch', function () {
  this.timeout(60_000);
  const stackOf = tinyStacks();
  const one = component('one');
  const two = component('two');
  const servers: Server[] = [];
  let outside: OutsideConnection[] = [];

  beforeEach(() => {
    outside = [];
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** Takes connections and says nothing. */
  async function listenAt(host: string): Promise<number> {
    const server = createServer((socket) => socket.on('error', () => {})).listen(0, host);
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  const watched = (stack = [one, two], binary = process.execPath) =>
    stackOf(stack, { binary: () => binary, onOutside: (found) => outside.push(found) });
  const told = () =>
    until('a connection beyond the run', () => (outside[0] ? met(outside[0]) : notYet('none')), {
      ...{ where: 'test', withinMs: 20_000, everyMs: 20, signal },
    });
  const connecting = (host: string, port: number) =>
    `${serving} require('node:net').connect({ host: '${host}', port: ${port} }).on('error', () => {});`;

  it('tells nothing of what components open to one another and to the harness, or accept', async () => {
    const stack = await watched();
    const [, portOfTwo] = stack.runtime.address('two', 80).split(':');
    const ears = await listenAt('127.0.0.1');
    const beyond = await listenAt(stranger);
    await stack.runtime.start(stack.prepared(two, serving), signal);
    // The last one shows that there was a look while the others were open.
    const code = `${serving}
      const { connect } = require('node:net');
      require('node:dns').lookup('localhost', () => {
        connect(${portOfTwo}, '127.0.0.1', () => connect(${ears}, '127.0.0.1', () => connect(${beyond}, '${stranger}')));
      });`;
    await stack.runtime.start(stack.prepared(one, code), signal);
    await told();
    await stack.scope.close();
    expect(outside.map(({ address }) => address)).to.deep.equal([`${stranger}:${beyond}`]);
  });

  it('tells nothing of what other programs of this machine open', async () => {
    const port = await listenAt(stranger);
    const beyond = await listenAt(stranger);
    const stack = await watched();
    const socket = connect({ host: stranger, port });
    await once(socket, 'connect');
    await stack.runtime.start(stack.prepared(one, connecting(stranger, beyond)), signal);
    await told();
    await stack.scope.close();
    socket.destroy();
    expect(outside.map(({ address }) => address)).to.deep.equal([`${stranger}:${beyond}`]);
  });

  it('reports a connection to an address outside of the run, with the component that opened it', async () => {
    const port = await listenAt(stranger);
    const stack = await watched();
    await stack.runtime.start(stack.prepared(one, connecting(stranger, port)), signal);
    const { component: who, protocol, address } = await told();
    expect({ who, protocol, address }).to.deep.equal({
      who: 'one',
      protocol: 'tcp',
      address: `${stranger}:${port}`,
    });
  });

  it('reports a connection to a loopback port on which no process of the run listens', async () => {
    const stack = await watched();
    // Whoever listens there is another program: a child of this one that has no part in the run.
    const other = execa(process.execPath, [
      '-e',
      `require('node:net').createServer(() => {}).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`,
    ]);
    try {
      const [line] = (await once(other.stdout, 'data')) as [Buffer];
      const port = Number(String(line));
      await stack.runtime.start(stack.prepared(one, connecting('127.0.0.1', port)), signal);
      expect((await told()).address).to.equal(`127.0.0.1:${port}`);
    } finally {
      other.kill('SIGKILL');
      await other.catch(() => {});
    }
  });

  it('tells what a child of a component opens, and datagrams that are connected, as a look-up is', async () => {
    const stack = await watched();
    const child = `const s = require('node:dgram').createSocket('udp4'); s.connect(53, '${stranger}'); setInterval(() => {}, 1000)`;
    const code = `${serving} require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]);`;
    await stack.runtime.start(stack.prepared(two, code), signal);
    const { component: who, protocol, address } = await told();
    expect({ who, protocol, address }).to.deep.equal({
      who: 'two',
      protocol: 'udp',
      address: `${stranger}:53`,
    });
  });

  describe('of real components', () => {
    let tools: Toolchain;
    before(async function () {
      this.timeout(900_000);
      tools = await ensureTools(['prometheus', 'alertmanager', 'loki', 'otelcol'], {
        ...{ cacheDir: cacheDirOf(process.env), env: process.env, signal, progress() {} },
      });
    });

    /** A component as it is, with a configuration that the checks of the files would refuse. */
    async function start(
      binary: 'prometheus' | 'alertmanager' | 'loki' | 'otelcol',
      path: string,
      config: (stack: TinyStack, address: string) => string,
      args: (file: string, address: string, data: string) => string[],
      starting: AbortSignal = signal,
    ): Promise<void> {
      const spec = component(binary, {
        program: { kind: 'binary', binary },
        ready: { kind: 'http', port: 80, path },
      });
      const stack = await watched([spec], tools.path(binary));
      const address = stack.runtime.address(binary, 80);
      const folder = stack.runtime.configOnHost(binary);
      await mkdir(folder, { recursive: true });
      const file = join(folder, 'config.yml');
      await writeFile(file, config(stack, address));
      const prepared = stack.prepared(spec);
      const { data } = stack.runtime.paths(binary);
      await stack.runtime.start({ ...prepared, args: args(file, address, data) }, starting);
    }

    it('reports a Prometheus whose targets are relabelled to another host', async () => {
      const port = await listenAt(stranger);
      await start(
        'prometheus',
        '/-/ready',
        (_, address) => `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: relabelled
    static_configs: [{ targets: ['${address}'], labels: { lead___address__: '${stranger}:${port}' } }]
    relabel_configs: [{ action: labelmap, regex: 'lead_(.+)' }]
`,
        (file, address, data) => [
          `--config.file=${file}`,
          `--web.listen-address=${address}`,
          `--storage.tsdb.path=${data}`,
        ],
      );
      expect(await told()).to.include({ component: 'prometheus', address: `${stranger}:${port}` });
    });

    it('reports a Loki that uses a ring store outside of the run', async () => {
      const port = await listenAt(stranger);
      // It is never ready: it waits for an answer.
      const over = new AbortController();
      const starting = start(
        'loki',
        '/ready',
        (_, address) => `
auth_enabled: false
server: { http_listen_address: 127.0.0.1, http_listen_port: ${address.split(':')[1]}, grpc_listen_address: 127.0.0.1, grpc_listen_port: 0 }
common: { instance_addr: 127.0.0.1, replication_factor: 1, ring: { kvstore: { store: consul, consul: { host: '${stranger}:${port}' } } } }
schema_config: { configs: [{ from: 2024-01-01, store: tsdb, object_store: filesystem, schema: v13, index: { prefix: index_, period: 24h } }] }
analytics: { reporting_enabled: false }
memberlist: { bind_addr: [127.0.0.1], bind_port: 0 }
`,
        (file, _, data) => [`-config.file=${file}`, `-common.path-prefix=${data}`],
        over.signal,
      ).catch(() => {});
      expect(await told()).to.include({ component: 'loki', address: `${stranger}:${port}` });
      over.abort();
      await starting;
    });

    it('reports a Collector that exports to another host', async () => {
      const port = await listenAt(stranger);
      await start(
        'otelcol',
        '/',
        (_, address) => `
extensions: { health_check: { endpoint: '${address}' } }
receivers: { otlp: { protocols: { grpc: { endpoint: '127.0.0.1:0' } } } }
exporters: { otlp_grpc: { endpoint: '${stranger}:${port}', tls: { insecure: true } } }
service:
  extensions: [health_check]
  telemetry: { metrics: { level: none } }
  pipelines: { traces: { receivers: [otlp], exporters: [otlp_grpc] } }
`,
        (file) => [`--config=${file}`],
      );
      expect(await told()).to.include({ component: 'otelcol', address: `${stranger}:${port}` });
    });

    it('reports an Alertmanager that notifies another host', async () => {
      const port = await listenAt(stranger);
      let at = '';
      await start(
        'alertmanager',
        '/-/ready',
        () => `
route: { receiver: a, group_wait: 1ms }
receivers: [{ name: a, webhook_configs: [{ url: 'http://${stranger}:${port}/' }] }]
`,
        (file, address, data) => {
          at = address;
          return [
            `--config.file=${file}`,
            `--web.listen-address=${address}`,
            `--storage.path=${data}`,
            '--cluster.listen-address=',
          ];
        },
      );
      const alerts = JSON.stringify([{ labels: { alertname: 'a' } }]);
      const headers = { 'content-type': 'application/json' };
      await fetch(`http://${at}/api/v2/alerts`, { method: 'POST', headers, body: alerts });
      expect(await told()).to.include({ component: 'alertmanager', address: `${stranger}:${port}` });
    });
  });
});
