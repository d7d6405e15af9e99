import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { FiredrillError, interrupted } from '../../../core/errors.ts';
import { met, notYet, until } from '../../../core/poll.ts';
import type { MountedFile } from '../../../core/system-services.ts';
import { unlessDocker } from '../../images/testing/unless-docker.ts';
import { brokenBy, failureOf } from '../process/testing/failures.ts';
import { askFor, component, DockerStack, serving } from './testing/docker-stack.ts';
import { inspected, leftInDaemon } from './testing/docker-traces.ts';
import { ensureNodeImage } from './testing/node-image.ts';

const { signal } = new AbortController();
const within = { where: 'test', withinMs: 30_000, everyMs: 20, signal };

describe('docker runtime', () => {
  before(unlessDocker);

  const stacks: DockerStack[] = [];
  const stackOf = async (...args: Parameters<typeof DockerStack.of>): Promise<DockerStack> => {
    const stack = await DockerStack.of(...args);
    stacks.push(stack);
    return stack;
  };
  afterEach('nothing is left', async () => {
    for (const { run, scope } of stacks.splice(0)) {
      expect(await scope.close()).to.deep.equal([]);
      expect(await leftInDaemon(run)).to.deep.equal([]);
    }
  });

  const one = component('one');
  const beside = component('beside', { pod: 'one', port: 8001 });
  const two = component('two');

  describe('a container', () => {
    it('has its configuration to read and its data to write, as the user of its image', async () => {
      const stack = await stackOf([one]);
      await stack.configure('one', 'rules/a.yml', 'groups: []');
      const file = stack.runtime.provideFile('one', `${import.meta.dirname}/docker-runtime.ts`);
      const { readyAfterMs } = await stack.start(one, signal);
      expect(readyAfterMs).to.be.greaterThan(0);
      const { config, data } = stack.runtime.paths('one');
      const read = (path: string) => stack.evaluate(one, `require('fs').readFileSync('${path}', 'utf8')`);
      expect(await read(`${config}/rules/a.yml`)).to.equal('groups: []');
      expect(await read(file)).to.include('class DockerRuntime');
      const write = `require('fs').writeFileSync('${data}/a', 'b'); process.getuid()`;
      expect(await stack.evaluate(one, write)).to.equal(1000);
      expect(await leftInDaemon(stack.run)).to.satisfy((found: string[]) =>
        found.some((what) => what.startsWith('volume ')),
      );
    });

    it('writes both output streams to its log, until the end', async () => {
      const stack = await stackOf([one]);
      let told = '';
      stack.scope.defer('read the log', async () => {
        told = await stack.log('one');
      });
      const code = `${serving} console.error('to stderr'); process.on('exit', () => console.log('bye'));`;
      await stack.start(one, signal, code);
      await stack.scope.close();
      expect(told.split('\n').sort()).to.deep.equal(['', 'bye', 'started', 'to stderr']);
    });

    it('is ready when a command in it ends well, and says how it ended at last', async () => {
      const checks = (code: string) =>
        component('one', { ready: { kind: 'command', port: 8000, command: ['/bin/node', '-e', code] } });
      const sound = checks('process.exit(process.env.PORT === "8000" ? 0 : 1)');
      const stack = await stackOf([sound]);
      await stack.start(sound, signal);
      const faulty = checks('console.log("no leader yet"); process.exit(3)');
      const other = await stackOf([faulty], { readyWithinMs: 3_000 });
      const { message } = await brokenBy(other.start(faulty, signal));
      expect(message).to.match(/last seen: \/bin\/node -e .* ended with exit code 3: no leader yet\n/);
    });

    it('holds memory within its limits', async () => {
      const limited = component('one', { limits: { cpus: 0.4, memoryMiB: 600 } });
      const stack = await stackOf([limited]);
      await stack.start(limited, signal);
      const limits = '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}';
      expect(await inspected(`firedrill-${stack.run}-one`, limits)).to.equal(
        `400000000 ${600 * 1024 ** 2} ${600 * 1024 ** 2}`,
      );
      const held = await stack.runtime.memory();
      expect([...held.keys()]).to.deep.equal(['one']);
      expect(held.get('one')).to.be.within(5 * 1024 ** 2, 200 * 1024 ** 2);
    });
  });

  describe('a shared folder', () => {
    it('is written by one component and read by another, and is gone after the run', async () => {
      const shared = [{ name: 'one-logs-1', path: '/logs' }];
      const writer = component('one', { shared, isRoot: true });
      const reader = component('reader', {
        shared: shared.map((folder) => ({ ...folder, isReadOnly: true })),
      });
      const stack = await stackOf([writer, reader]);
      // The reader comes first, as a Collector that tails does.
      await stack.start(reader, signal);
      await stack.start(writer, signal);
      const fs = "process.getBuiltinModule('fs')";
      await stack.evaluate(writer, `${fs}.appendFileSync('/logs/a.log', 'line')`);
      expect(await stack.evaluate(reader, `${fs}.readFileSync('/logs/a.log', 'utf8')`)).to.equal('line');
      expect(await stack.evaluate(reader, `${fs}.appendFileSync('/logs/a.log', 'more')`))
        .to.have.property('failed')
        .that.matches(/EROFS|EACCES/);
    });
  });

  describe('a container of an image of the user', () => {
    /** Listens later at a port of the pod, and from the beginning at another address. */
    const startOf = async (code: string, files: readonly MountedFile[] = []) => {
      const spec = component('Own', {
        pod: 'own',
        alias: 'Other_Name',
        program: {
          ...{ kind: 'image', reference: await ensureNodeImage(), entrypoint: ['/bin/node'] },
          ...{ user: '4711', directory: '/bin', files },
        },
        ready: { kind: 'tcp', port: 8000 },
      });
      const { image: _, ...bare } = spec;
      const stack = await stackOf([bare, one], { readyWithinMs: 10_000 });
      const own = { spec: bare, args: ['-e', code], env: { HOST: '0.0.0.0', PORT: '8000' } };
      return { stack, own };
    };

    it('runs its program as the user, in the folder, with the files, and has the other name', async () => {
      const file = `${import.meta.dirname}/docker-runtime.ts`;
      const { stack, own } = await startOf(serving, [{ from: file, to: '/given/below/a.ts' }]);
      await Promise.all([stack.runtime.start(own, signal), stack.start(one, signal)]);
      const said = await stack.evaluate(
        own.spec,
        "[process.getuid(), process.cwd(), require('fs').readFileSync('/given/below/a.ts', 'utf8').includes('class DockerRuntime')]",
      );
      expect(said).to.deep.equal([4711, '/bin', true]);
      expect(await stack.evaluate(one, askFor('Other_Name:8000'))).to.equal('here');
      expect(await stack.evaluate(one, askFor('own:8000'))).to.equal('here');
    });

    it('is ready once something listens at its port, and not before', async () => {
      const { stack, own } = await startOf(`setTimeout(() => { ${serving} }, 2000)`);
      const { readyAfterMs } = await stack.runtime.start(own, signal);
      expect(readyAfterMs).to.be.greaterThan(2_000);
      expect(await stack.evaluate(own.spec, '7')).to.equal(7);
    });

    it('is broken where nothing listens at its port', async () => {
      const { stack, own } = await startOf('setInterval(() => {}, 1000000)');
      expect(await failureOf(stack.runtime.start(own, signal)))
        .to.have.property('message')
        .that.matches(
          /waited 10\.0 s for Own to be ready; last seen: \S+ accepts no connection: it was closed at once/,
        );
    });
  });

  describe('the network', () => {
    it('leads by a pod’s name from pod to pod, and at localhost from each to the other inside of one', async () => {
      const stack = await stackOf([one, beside, two]);
      await Promise.all([one, beside, two].map((spec) => stack.start(spec, signal)));
      expect(await stack.evaluate(two, askFor(stack.runtime.address('one', 8001)))).to.equal('here');
      expect(await stack.evaluate(one, askFor(stack.runtime.localAddress('one', 8001)))).to.equal('here');
      expect(await stack.evaluate(beside, askFor(stack.runtime.localAddress('one', 8000)))).to.equal('here');
    });

    it('does not reach a sidecar in another pod at localhost', async () => {
      const apart = component('beside', { port: 8001 });
      const stack = await stackOf([one, apart]);
      await Promise.all([one, apart].map((spec) => stack.start(spec, signal)));
      expect(await stack.evaluate(one, askFor('127.0.0.1:8001')))
        .to.have.property('failed')
        .that.includes('ECONNREFUSED');
      expect(await stack.evaluate(one, askFor('beside:8001'))).to.equal('here');
    });

    it('publishes to this machine’s loopback alone, and hears nothing but it and the bridge', async () => {
      const stack = await stackOf([one]);
      await stack.start(one, signal);
      const address = stack.runtime.reach('one', 8000);
      expect(address).to.match(/^127\.0\.0\.1:\d+$/);
      const ports = await inspected(`firedrill-${stack.run}-one-pod`, '{{json .NetworkSettings.Ports}}');
      const [, port] = address.split(':');
      expect(JSON.parse(ports)).to.deep.equal({ '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: port }] });
      const { bind } = await stack.runtime.harnessEndpoint();
      expect(bind).to.not.equal('0.0.0.0');
      if (bind !== '127.0.0.1') expect(await failureOf(fetch(`http://${bind}:${port}/`))).to.be.an('error');
    });

    it('leads to where the harness listens', async () => {
      const stack = await stackOf([one]);
      await stack.start(one, signal);
      const { bind, host } = await stack.runtime.harnessEndpoint();
      const server = createServer((_, answer) => answer.end('"here"')).listen(0, bind);
      await once(server, 'listening');
      stack.scope.defer('close the server', () => void server.close());
      const { port } = server.address() as { port: number };
      expect(await stack.evaluate(one, askFor(`${host}:${port}`))).to.equal('here');
    });

    it('reports addresses of the harness that components cannot reach', async () => {
      const stack = await stackOf([one]);
      await stack.start(one, signal);
      const { bind, host } = await stack.runtime.harnessEndpoint();
      const [open, closed] = [createServer().listen(0, bind), createServer().listen(0, bind)];
      await Promise.all([once(open, 'listening'), once(closed, 'listening')]);
      stack.scope.defer('close the server', () => void open.close());
      const [heard, unheard] = [open, closed].map(
        (server) => `${host}:${(server.address() as { port: number }).port}`,
      ) as [string, string];
      closed.close();
      await once(closed, 'close');
      expect(await stack.runtime.unreachable([heard, unheard])).to.deep.equal([unheard]);
    });

    it('gives a port that was asked for, and refuses one that is taken before anything starts', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      const error = await failureOf(stackOf([one], { fixedPorts: new Map([['one', port]]) }));
      expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'bad-input');
      expect(String(error)).to.include(`port ${port}`);
      server.close();
      await once(server, 'close');
      const stack = await stackOf([one], { fixedPorts: new Map([['one', port]]) });
      await stack.start(one, signal);
      expect(stack.runtime.reach('one', 8000)).to.equal(`127.0.0.1:${port}`);
    });
  });

  describe('a check', () => {
    it("runs a tool on the component's configuration, and leaves no container", async () => {
      const stack = await stackOf([one]);
      await stack.configure('one', 'a.yml', 'no good');
      const path = `${stack.runtime.paths('one').config}/a.yml`;
      const code = `console.error(require('fs').readFileSync('${path}', 'utf8')); process.exit(2)`;
      expect(await stack.runtime.check(one, 'node', ['-e', code], signal)).to.deep.equal({
        failed: true,
        output: 'no good\n',
      });
      expect(await stack.runtime.check(one, 'node', ['--version'], signal)).to.deep.equal({
        failed: false,
        output: `${process.version}\n`,
      });
      expect((await leftInDaemon(stack.run)).filter((what) => what.includes('check'))).to.deep.equal([]);
      const { message } = await brokenBy(stack.runtime.check(one, 'promtool', [], signal));
      expect(message).to.include('promtool cannot be run').and.include('/bin/promtool');
    });
  });

  describe('faults', () => {
    it('kill ends one at once, which is no loss, and restart brings it back at its address', async () => {
      const stack = await stackOf([one, two]);
      await Promise.all([one, two].map((spec) => stack.start(spec, signal)));
      const address = stack.runtime.reach('one', 8000);
      await stack.runtime.kill('one');
      expect(await failureOf(stack.evaluate(one, '1'))).to.be.an('error');
      expect(await stack.evaluate(two, askFor('one:8000'))).to.have.property('failed');
      await stack.runtime.kill('one');
      await stack.runtime.restart('one', signal);
      await stack.runtime.restart('one', signal);
      expect(stack.runtime.reach('one', 8000)).to.equal(address);
      expect(await stack.evaluate(two, askFor('one:8000'))).to.equal('here');
      expect(await stack.log('one')).to.equal('started\nstarted\n');
      expect(stack.lost).to.deep.equal([]);
    });

    it('pause keeps it from answering, unpause lets it go on, and what is paused can be stopped', async () => {
      const stack = await stackOf([one]);
      await stack.start(one, signal);
      await stack.runtime.pause('one');
      await stack.runtime.pause('one');
      expect(await failureOf(stack.evaluate(one, '1'))).to.have.property('name', 'TimeoutError');
      await stack.runtime.unpause('one');
      await stack.runtime.unpause('one');
      expect(await stack.evaluate(one, '1')).to.equal(1);
      await stack.runtime.pause('one');
    });

    it('throttle leaves it a share of its limit, or of all processors, and unthrottle gives them back', async () => {
      const limited = component('one', { limits: { cpus: 0.4, memoryMiB: 600 } });
      const stack = await stackOf([limited, two]);
      await Promise.all([limited, two].map((spec) => stack.start(spec, signal)));
      const nanoCpus = async (name: string) =>
        Number(await inspected(`firedrill-${stack.run}-${name}`, '{{.HostConfig.NanoCpus}}'));
      await stack.runtime.throttle('one', 0.25);
      await stack.runtime.throttle('two', 0.25);
      expect(await nanoCpus('one')).to.equal(0.1e9);
      const whole = 4 * (await nanoCpus('two'));
      expect(whole % 1e9).to.equal(0);
      expect(await stack.evaluate(limited, '1')).to.equal(1);
      for (const name of ['one', 'one', 'two']) await stack.runtime.unthrottle(name);
      expect([await nanoCpus('one'), await nanoCpus('two')]).to.deep.equal([0.4e9, whole]);
    });

    it('disconnect cuts a pod off from the others, and reconnect puts it back at its addresses', async () => {
      const stack = await stackOf([one, beside, two]);
      await Promise.all([one, beside, two].map((spec) => stack.start(spec, signal)));
      const address = stack.runtime.reach('one', 8000);
      await stack.runtime.disconnect('one');
      await stack.runtime.disconnect('one');
      expect(await stack.evaluate(two, askFor('one:8000'))).to.have.property('failed');
      expect(await stack.evaluate(beside, askFor('two:8000'))).to.have.property('failed');
      expect(await stack.evaluate(beside, askFor('127.0.0.1:8000'))).to.equal('here');
      await stack.runtime.reconnect('one');
      await stack.runtime.reconnect('one');
      expect(await stack.evaluate(two, askFor('one:8000'))).to.equal('here');
      expect(await stack.evaluate(beside, askFor('two:8000'))).to.equal('here');
      expect(stack.runtime.reach('one', 8000)).to.equal(address);
    });
  });

  describe('what goes wrong', () => {
    const loss = async (stack: DockerStack) => {
      await until('the loss', () => (stack.lost[0] ? met(true) : notYet('nothing lost')), within);
      return await brokenBy(Promise.reject(stack.lost[0]));
    };

    it('is named: the container, its exit code and its last words, before it was ready and later', async () => {
      const stack = await stackOf([one, two]);
      const early = await brokenBy(stack.start(one, signal, `console.log('no such file'); process.exit(7)`));
      expect(early.message).to.equal(
        `one ended by itself (container firedrill-${stack.run}-one, exit code 7):\nno such file`,
      );
      expect(early.hint).to.equal(`its whole log is ${stack.directory}/logs/one.log`);
      stack.lost.splice(0);
      await stack.start(two, signal);
      await failureOf(stack.evaluate(two, `console.log('about to go'); process.exit(3)`));
      expect((await loss(stack)).message).to.match(
        /^two ended by itself \(container .*, exit code 3\):\n.*about to go$/s,
      );
    });

    it('is reported: the component that was OOM-killed, and its limit', async () => {
      const small = component('one', { limits: { cpus: 0.5, memoryMiB: 64 } });
      const stack = await stackOf([small]);
      await stack.start(small, signal);
      const hoard = 'const all = []; for (;;) all.push(Buffer.alloc(1024 ** 2, 1))';
      await failureOf(stack.evaluate(small, hoard));
      const { where, message } = await loss(stack);
      expect(where).to.equal('one');
      expect(message).to.include(`container firedrill-${stack.run}-one, exit code 137, `);
      // The daemon may have missed it.
      expect(message).to.match(/, exit code 137, (killed, most likely )?OOM-killed \(limit 64 MiB\)/);
    });

    it('is named: an image that is not there, of a component and of the holder', async () => {
      const missing = { reference: 'firedrill-test/none:1', source: 'local' as const };
      const stack = await stackOf([one], { images: new Map([['one', missing]]) });
      expect((await brokenBy(stack.start(one, signal))).message).to.equal(
        `container firedrill-${stack.run}-one did not start: the daemon has no image firedrill-test/none:1`,
      );
      const other = await stackOf([one], { holder: { ...missing, entrypoint: [] } });
      expect((await brokenBy(other.start(one, signal))).message).to.include('firedrill-test/none:1');
    });

    it('is started once more, from nothing, where it is known for its defect', async () => {
      const known = component('one', { retryStartOn: 'a known race' });
      let starts = 0;
      const server = createServer((_, answer) => {
        starts += 1;
        answer.end(String(starts));
      });
      const stack = await stackOf([known]);
      const { bind, host } = await stack.runtime.harnessEndpoint();
      server.listen(0, bind);
      await once(server, 'listening');
      stack.scope.defer('close the server', () => void server.close());
      const { port } = server.address() as { port: number };
      const code = (lasting: string) => `
        const { existsSync, writeFileSync } = require('node:fs');
        console.log(existsSync(process.env.DATA + '/left'));
        writeFileSync(process.env.DATA + '/left', '');
        const end = () => { console.error('a known race'); process.exit(1); };
        fetch('http://${host}:${port}/').then((answer) => answer.text()).then((start) => { ${lasting} });`;
      await stack.start(known, signal, code(`if (start === '1') end(); ${serving}`));
      expect(await stack.log('one')).to.equal('false\na known race\nfalse\nstarted\n');
      expect(stack.lost).to.deep.equal([]);

      const again = await stackOf([known]);
      const { message } = await brokenBy(again.start(known, signal, code('end();')));
      expect(message).to.include('exit code 1');
      expect(starts).to.equal(4);
    });

    it('is named: what never gets ready', async () => {
      const stack = await stackOf([one], { readyWithinMs: 5_000 });
      const code = `console.log('waiting for a lock'); setInterval(() => {}, 1000)`;
      const { message } = await brokenBy(stack.start(one, signal, code));
      expect(message).to.match(/^waited 5\.0 s for one to be ready; last seen: .*\nwaiting for a lock$/);
    });

    it("ends with the abort's own reason, and leaves nothing of what was being started", async () => {
      const stack = await stackOf([one, two]);
      const over = new AbortController();
      const starting = [one, two].map((spec) => failureOf(stack.start(spec, over.signal)));
      const reason = interrupted('the drill');
      over.abort(reason);
      expect(await Promise.all(starting)).to.deep.equal([reason, reason]);
    });
  });
});
