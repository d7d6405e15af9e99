import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { execa } from 'execa';
import { met, notYet, until } from '../../../core/poll.ts';
import { unlessDocker } from '../../images/testing/unless-docker.ts';
import type { OutsideConnection } from '../outside.ts';
import { component, DockerStack } from './testing/docker-stack.ts';

/*
 * Everything here stays on this machine: what is not the run's is another program of it, another network of the daemon,
 * or an address of the pod's own loopback.
 */

const { signal } = new AbortController();

describe('pod watch', () => {
  before(unlessDocker);

  const one = component('one');
  const beside = component('beside', { pod: 'one', port: 8001 });
  const two = component('two');
  let stack: DockerStack | undefined;
  let outside: OutsideConnection[] = [];
  let unwatched = 0;

  const watched = async (...components: (typeof one)[]): Promise<DockerStack> => {
    [outside, unwatched] = [[], 0];
    stack = await DockerStack.of(components, {
      onOutside: (found) => outside.push(found),
      onUnwatched: () => unwatched++,
    });
    return stack;
  };
  afterEach(async () => {
    expect(await stack?.scope.close()).to.deep.equal([]);
    expect(unwatched, 'times that the watch gave up').to.equal(0);
  });

  const told = () =>
    until('a connection beyond the run', () => (outside[0] ? met(outside[0]) : notYet('none')), {
      ...{ where: 'test', withinMs: 20_000, everyMs: 20, signal },
    });
  const openTo = (host: string, port: number) =>
    `require('node:net').connect({ host: '${host}', port: ${port} }).on('error', () => {}) && 'open'`;
  const lookUp = (name: string) =>
    `new (require('node:dns').promises.Resolver)({ timeout: 500, tries: 1 }).resolve4('${name}')`;
  const connectTo = (host: string, port: number) =>
    `const s = require('node:dgram').createSocket('udp4'); s.connect(${port}, '${host}'); 'connected'`;

  it('tells nothing of what pods open to themselves, to one another and to the harness, or accept', async () => {
    const tiny = await watched(one, beside, two);
    await Promise.all([one, beside, two].map((spec) => tiny.start(spec, signal)));
    const { bind, host } = await tiny.runtime.harnessEndpoint();
    const server = createServer((socket) => socket.on('error', () => {})).listen(0, bind);
    await once(server, 'listening');
    tiny.scope.defer('close the server', () => void server.close());
    const { port } = server.address() as AddressInfo;
    for (const code of [
      openTo('two', 8000),
      openTo('127.0.0.1', 8001),
      openTo(host, port),
      // A name that no peer has, so the daemon's resolver queries its DNS server.
      lookUp('nobody.invalid'),
    ])
      await tiny.evaluate(one, code);
    // Told last, it shows that there was a look while the others were open.
    await tiny.evaluate(two, connectTo('127.0.0.77', 53));
    await told();
    expect(outside.map(({ component: pod, address }) => `${pod} ${address}`)).to.deep.equal([
      'two 127.0.0.77:53',
    ]);
  });

  it('tells a connection to another program of this machine', async () => {
    const tiny = await watched(one);
    await tiny.start(one, signal);
    const { bind } = await tiny.runtime.harnessEndpoint();
    const listening = `require('node:net').createServer(() => {}).listen(0, '${bind}', function () { console.log(this.address().port) })`;
    const other = execa(process.execPath, ['-e', listening]);
    try {
      const [line] = (await once(other.stdout, 'data')) as [Buffer];
      const port = Number(String(line));
      await tiny.evaluate(one, openTo(bind, port));
      const { component: pod, protocol, address } = await told();
      expect({ pod, protocol, address }).to.deep.equal({
        pod: 'one',
        protocol: 'tcp',
        address: `${bind}:${port}`,
      });
    } finally {
      other.kill('SIGKILL');
      await other.catch(() => {});
    }
  });

  it('tells a connection that a sidecar opens, and one that is never answered', async () => {
    const tiny = await watched(one, beside);
    await Promise.all([one, beside].map((spec) => tiny.start(spec, signal)));
    // An address of the daemon's own bridge that no container has.
    const { bind } = await tiny.runtime.harnessEndpoint();
    const nobody = bind.replace(/\d+$/, '250');
    await tiny.evaluate(beside, openTo(nobody, 4317));
    const { component: pod, address } = await told();
    expect({ pod, address }).to.deep.equal({ pod: 'one', address: `${nobody}:4317` });
  });

  it('lets no name be resolved but those of peers', async () => {
    const tiny = await watched(one, two);
    await Promise.all([one, two].map((spec) => tiny.start(spec, signal)));
    expect(await tiny.evaluate(one, lookUp('two')))
      .to.be.an('array')
      .with.length(1);
    // There is no response, not even that the name does not exist.
    expect(await tiny.evaluate(one, lookUp('nobody.invalid')))
      .to.have.property('failed')
      .that.matches(/ETIMEOUT|ESERVFAIL|ECONNREFUSED/);
  });

  it('continues while a component is killed and restarted, and a pod is disconnected', async () => {
    const tiny = await watched(one, two);
    await Promise.all([one, two].map((spec) => tiny.start(spec, signal)));
    await tiny.runtime.kill('one');
    await tiny.runtime.restart('one', signal);
    await tiny.runtime.disconnect('one');
    await tiny.evaluate(one, openTo('two', 8000));
    await tiny.runtime.reconnect('one');
    expect(outside).to.deep.equal([]);
    await tiny.evaluate(one, connectTo('127.0.0.77', 9125));
    expect((await told()).address).to.equal('127.0.0.77:9125');
  });
});
