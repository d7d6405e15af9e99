import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { interrupted } from '../../../core/errors.ts';
import { met, notYet, until } from '../../../core/poll.ts';
import { brokenBy, failureOf } from './testing/failures.ts';
import { component, serving, tinyStacks } from './testing/tiny-stack.ts';
import { leftOf, none, processesOf, tracesOf } from './testing/traces.ts';

const { signal } = new AbortController();
const within = { where: 'test', withinMs: 30_000, everyMs: 5, signal };

describe('process runtime', () => {
  const stackOf = tinyStacks();
  const one = component('one');
  const two = component('two');

  it('starts a component with its owner, environment, log and an empty directory, and stops it', async () => {
    const stack = await stackOf([one]);
    const code = `${serving} console.log(JSON.stringify(process.env)); console.error('to stderr')`;
    const running = await stack.runtime.start(stack.prepared(one, code, { OWN: 'setting' }), signal);

    expect(running.spec).to.equal(one);
    expect(running.readyAfterMs).to.be.greaterThan(0);
    const [output = '', errors] = (await stack.log('one')).trim().split('\n');
    expect(errors).to.equal('to stderr');
    expect(JSON.parse(output))
      .to.include({ TEST: 'inherited', OWN: 'setting' })
      .and.not.have.property('PATH');
    expect(output).to.include(`"FIREDRILL_OWNER":"`).and.to.include(stack.run);
    expect(await readdir(stack.runtime.paths('one').data)).to.deep.equal([]);
    const { pids, listeners } = tracesOf(stack.run);
    expect(pids).to.have.length(1);
    expect(listeners.size).to.equal(1);

    await stack.scope.close();
    expect(leftOf(stack.run, { ...none, listeners })).to.deep.equal([]);
    expect(stack.lost).to.deep.equal([]);
  });

  it('is ready only when the component says so', async () => {
    const stack = await stackOf([one]);
    const code = `
      let looks = 0;
      require('node:http').createServer((request, answer) => {
        looks += 1;
        console.log(request.url);
        answer.writeHead(looks < 4 ? 503 : 200).end();
      }).listen(process.env.PORT, process.env.HOST);`;
    await stack.runtime.start(stack.prepared(one, code), signal);
    expect(await stack.log('one')).to.equal('/ready\n'.repeat(4));
  });

  it('is ready when its command ends well, which runs as the component does', async () => {
    const command = (code: string) =>
      component('one', { ready: { kind: 'command', port: 80, command: [process.execPath, '-e', code] } });
    // The component writes the file once it listens.
    const checks = command(`process.exit(require('node:fs').existsSync(process.env.FLAG) ? 0 : 4)`);
    const stack = await stackOf([checks]);
    const FLAG = join(stack.directory, 'flag');
    const code = `setTimeout(() => { require('node:fs').writeFileSync(process.env.FLAG, ''); }, 300); ${serving}`;
    await stack.runtime.start(stack.prepared(checks, code, { FLAG }), signal);
    expect(await readFile(FLAG, 'utf8')).to.equal('');
  });

  it('says at last how its command ended', async () => {
    const command = [process.execPath, '-e', `console.error('no leader yet'); process.exit(3)`];
    const never = component('one', { ready: { kind: 'command', port: 80, command } });
    const stack = await stackOf([never], { readyWithinMs: 3_000 });
    const { message } = await brokenBy(stack.runtime.start(stack.prepared(never, serving), signal));
    expect(message).to.match(
      /^waited 3\.0 s for one to be ready; last seen: \S+ -e .* ended with exit code 3: no leader yet\n/,
    );
  });

  it('changes a file of a running component, removes it again, and each time has it read its files', async () => {
    const stack = await stackOf([one]);
    const folder = join(stack.runtime.configOnHost('one'), 'rules');
    await mkdir(folder, { recursive: true });
    const code = `${serving} process.on('SIGHUP', () =>
      console.log(JSON.stringify(require('node:fs').readdirSync(${JSON.stringify(folder)}))));`;
    await stack.runtime.start(stack.prepared(one, code), signal);
    const said = (lines: string) =>
      until(
        lines,
        async () => {
          const log = await stack.log('one');
          return log === lines ? met(true) : notYet(log);
        },
        within,
      );
    await stack.runtime.reconfigure('one', 'rules/new.yml', 'groups: []');
    await said('["new.yml"]\n');
    expect(await readFile(join(folder, 'new.yml'), 'utf8')).to.equal('groups: []');
    await stack.runtime.reconfigure('one', 'rules/new.yml', undefined);
    await said('["new.yml"]\n[]\n');
    expect(stack.lost).to.deep.equal([]);
  });

  it('stops components in reverse order, each with TERM', async () => {
    const stack = await stackOf([one, two]);
    const order = join(stack.directory, 'order');
    const code = (name: string) =>
      `${serving} process.on('SIGTERM', () => {
        require('node:fs').appendFileSync(${JSON.stringify(order)}, '${name}\\n');
        process.exit(0);
      });`;
    let told = '';
    stack.scope.defer('read the order', async () => {
      told = await readFile(order, 'utf8');
    });
    await stack.runtime.start(stack.prepared(one, code('one')), signal);
    await stack.runtime.start(stack.prepared(two, code('two')), signal);
    await stack.scope.close();
    expect(told).to.equal('two\none\n');
  });

  it('kills what ignores TERM, and whatever a component had started', async () => {
    const stack = await stackOf([one]);
    const deaf = `process.on('SIGTERM', () => console.log('heard')); setInterval(() => {}, 1000);`;
    const child = JSON.stringify(`${deaf} console.log('child')`);
    const code = `${deaf} ${serving}
      require('node:child_process').spawn(process.execPath, ['-e', ${child}], { stdio: 'inherit' });`;
    await stack.runtime.start(stack.prepared(one, code), signal);
    const said = async (log: string) => (log ? met(log) : notYet('nothing'));
    const log = await until('the child', async () => said(await stack.log('one')), within);
    stack.scope.defer('look', () => {
      expect(processesOf(stack.run)).to.have.length(2);
    });
    expect(log).to.equal('child\n');
    expect(await stack.scope.close()).to.deep.equal([]);
    expect(leftOf(stack.run, none)).to.deep.equal([]);
    expect(stack.lost).to.deep.equal([]);
  });

  it('ends what a component had started, when the component itself ends as asked', async () => {
    const stack = await stackOf([one]);
    const child = JSON.stringify(
      `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('child')`,
    );
    const code = `${serving}
      require('node:child_process').spawn(process.execPath, ['-e', ${child}], { stdio: 'inherit' });`;
    await stack.runtime.start(stack.prepared(one, code), signal);
    await until('the child', async () => ((await stack.log('one')) ? met(true) : notYet('nothing')), within);
    await stack.scope.close();
    expect(leftOf(stack.run, none)).to.deep.equal([]);
  });

  it('reports a component that exited before it was ready, how, and the end of its log', async () => {
    const stack = await stackOf([one]);
    const code = `for (let i = 1; i <= 20; i++) console.log('line', i); console.error('no such file'); process.exit(7)`;
    const { where, message, hint } = await brokenBy(stack.runtime.start(stack.prepared(one, code), signal));
    expect(where).to.equal('one');
    expect(message).to.match(/^one ended by itself \(exit code 7\):\nline 14\n(line \d+\n){6}no such file$/);
    expect(hint).to.equal(`its whole log is ${join(stack.directory, 'logs', 'one.log')}`);
    expect(stack.lost.map(String)).to.have.length(1);
  });

  it('starts once more, from nothing, what ends by the defect that it is known for', async () => {
    const known = component('one', { retryStartOn: 'a known race' });
    const failing = (file: string) => `
      const { existsSync, writeFileSync } = require('node:fs');
      const data = ${JSON.stringify(file)};
      const first = !existsSync(data + '-again');
      console.log(existsSync(data + '/left'));
      writeFileSync(data + '/left', '');
      writeFileSync(data + '-again', '');`;
    const end = 'console.error("a known race"); process.exit(1);';
    const stack = await stackOf([known]);
    const { data } = stack.runtime.paths('one');
    const code = `${failing(data)} if (first) { ${end} } else { ${serving} }`;
    await stack.runtime.start(stack.prepared(known, code), signal);
    expect(await stack.log('one')).to.equal('false\na known race\nfalse\n');
    expect(stack.lost).to.deep.equal([]);

    const again = await stackOf([known]);
    await failureOf(again.runtime.start(again.prepared(known, end), signal));
    expect((await again.log('one')).split('a known race')).to.have.length(3);
    const other = await stackOf([known]);
    const unknown = 'console.error("another race"); process.exit(1);';
    await failureOf(other.runtime.start(other.prepared(known, unknown), signal));
    expect((await other.log('one')).split('another race')).to.have.length(2);
  });

  it('reports a component that exited later', async () => {
    const stack = await stackOf([one, two]);
    await stack.runtime.start(stack.prepared(one, `${serving} console.log('about to go')`), signal);
    await stack.runtime.start(stack.prepared(two, serving), signal);
    const [pid] = tracesOf(stack.run).pids;
    process.kill(pid as number, 'SIGKILL');
    const lost = await until(
      'the loss',
      () => (stack.lost[0] ? met(stack.lost[0]) : notYet('nothing lost')),
      within,
    );
    const { where, message } = await brokenBy(Promise.reject(lost));
    expect(where).to.equal('one');
    expect(message).to.equal('one ended by itself (SIGKILL):\nabout to go');
    await stack.scope.close();
    expect(stack.lost).to.have.length(1);
  });

  describe('kill and restart', () => {
    const announcing = `${serving} console.log('started');`;
    const answers = async (address: string): Promise<boolean> =>
      await fetch(`http://${address}/`).then(
        () => true,
        () => false,
      );

    it('end one component at once, which is no loss, and bring it back at its address', async () => {
      const stack = await stackOf([one, two]);
      // A killed component gets no chance to say goodbye, nor does what it had started.
      const code = `${announcing} process.on('SIGTERM', () => console.log('asked'));
        require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);`;
      await stack.runtime.start(stack.prepared(one, code), signal);
      await stack.runtime.start(stack.prepared(two, serving), signal);
      const address = stack.runtime.address('one', 80);

      await stack.runtime.kill('one');
      expect(await answers(address)).to.equal(false);
      expect(await answers(stack.runtime.address('two', 80))).to.equal(true);
      expect(processesOf(stack.run)).to.have.length(1);
      await stack.runtime.kill('one');

      await stack.runtime.restart('one', signal);
      expect(await answers(address)).to.equal(true);
      await stack.runtime.restart('one', signal);
      expect(await stack.log('one')).to.equal('started\nstarted\n');
      expect(stack.lost).to.deep.equal([]);
    });

    it('know a loss from a kill again after a restart', async () => {
      const stack = await stackOf([one]);
      await stack.runtime.start(stack.prepared(one, announcing), signal);
      await stack.runtime.kill('one');
      await stack.runtime.restart('one', signal);
      process.kill(processesOf(stack.run)[0]?.pid as number, 'SIGKILL');
      await until('the loss', () => (stack.lost[0] ? met(true) : notYet('nothing lost')), within);
      expect(String(stack.lost[0])).to.include('one ended by itself (SIGKILL)');
    });

    it('leave nothing, also when the scope closes on a restart that is not ready yet', async () => {
      const stack = await stackOf([one, two]);
      const once = join(stack.directory, 'once');
      const code = `const { existsSync, writeFileSync } = require('node:fs');
        if (existsSync(${JSON.stringify(once)})) { console.log('again'); setInterval(() => {}, 1000); }
        else { writeFileSync(${JSON.stringify(once)}, ''); ${serving} }`;
      await stack.runtime.start(stack.prepared(one, code), signal);
      await stack.runtime.start(stack.prepared(two, serving), signal);
      await stack.runtime.kill('two');
      await stack.runtime.kill('one');
      const over = new AbortController();
      const restarting = failureOf(stack.runtime.restart('one', over.signal));
      await until(
        'the start',
        async () => ((await stack.log('one')) ? met(true) : notYet('no line')),
        within,
      );
      const closing = stack.scope.close();
      over.abort(interrupted('the drill'));
      expect(await restarting).to.equal(over.signal.reason);
      expect(await closing).to.deep.equal([]);
      expect(leftOf(stack.run, none)).to.deep.equal([]);
      expect(stack.lost).to.deep.equal([]);
    });

    it('wait for a new line of a component with a readiness check by log', async () => {
      const told = component('told', { ready: { kind: 'log', port: 80, line: 'started' } });
      const stack = await stackOf([told]);
      const code =
        "setInterval(() => {}, 1_000); setTimeout(() => console.log('started'), 300); process.on('SIGTERM', () => process.exit());";
      await stack.runtime.start(stack.prepared(told, code), signal);
      await stack.runtime.kill('told');
      await stack.runtime.restart('told', signal);
      expect(await stack.log('told')).to.equal('started\nstarted\n');
      await stack.runtime.terminate('told');
      expect(processesOf(stack.run)).to.deep.equal([]);
      await stack.runtime.restart('told', signal);
      expect(await stack.log('told')).to.equal('started\nstarted\nstarted\n');
      expect(stack.lost).to.deep.equal([]);
    });

    it('are refused for a component that was not started', async () => {
      const stack = await stackOf([one]);
      expect(String(await failureOf(stack.runtime.kill('other')))).to.include('other was not started');
    });
  });

  describe('pause and unpause', () => {
    /** Answers within a second, or not. */
    const answers = async (address: string): Promise<boolean> =>
      await fetch(`http://${address}/`, { signal: AbortSignal.timeout(1_000) }).then(
        () => true,
        () => false,
      );
    const connected = async (address: string): Promise<Socket> => {
      const [host = '', port] = address.split(':');
      const socket = connect(Number(port), host);
      await once(socket, 'connect');
      return socket;
    };

    it('freeze one component, which accepts connections and does not respond, and resume it', async () => {
      const stack = await stackOf([one, two]);
      await stack.runtime.start(stack.prepared(one, serving), signal);
      await stack.runtime.start(stack.prepared(two, serving), signal);
      const address = stack.runtime.reach('one', 80);

      await stack.runtime.pause('one');
      await stack.runtime.pause('one');
      (await connected(address)).destroy();
      expect(await answers(address)).to.equal(false);
      expect(await answers(stack.runtime.reach('two', 80))).to.equal(true);

      await stack.runtime.unpause('one');
      await stack.runtime.unpause('one');
      await stack.runtime.unpause('two');
      expect(await answers(address)).to.equal(true);
      expect(stack.lost).to.deep.equal([]);
    });

    it('answer what was asked meanwhile', async () => {
      const stack = await stackOf([one]);
      await stack.runtime.start(stack.prepared(one, serving), signal);
      await stack.runtime.pause('one');
      const socket = await connected(stack.runtime.reach('one', 80));
      socket.write('GET / HTTP/1.0\r\n\r\n');
      const answered = once(socket, 'data');
      await stack.runtime.unpause('one');
      expect(String((await answered)[0])).to.match(/^HTTP\/1.1 200/);
      socket.destroy();
    });

    it('end paused components in order when the scope closes', async () => {
      const stack = await stackOf([one], { graceMs: 5_000 });
      const code = `${serving} process.on('SIGTERM', () => { console.log('asked'); process.exit(0); });`;
      let told = '';
      stack.scope.defer('read what it said', async () => {
        told = await stack.log('one');
      });
      await stack.runtime.start(stack.prepared(one, code), signal);
      await stack.runtime.pause('one');
      expect(await stack.scope.close()).to.deep.equal([]);
      expect(told).to.equal('asked\n');
      expect(stack.lost).to.deep.equal([]);
    });

    it('say so of what has ended', async () => {
      const stack = await stackOf([one]);
      await stack.runtime.start(stack.prepared(one, serving), signal);
      await stack.runtime.kill('one');
      expect((await brokenBy(stack.runtime.pause('one'))).message).to.equal('it has ended');
      await stack.runtime.unpause('one');
    });
  });

  it('cannot disconnect a pod', async () => {
    const stack = await stackOf([one]);
    expect(stack.runtime.can.has('disconnect')).to.equal(false);
    expect(String(await failureOf(stack.runtime.disconnect('one')))).to.include('one');
  });

  describe('check', () => {
    it("returns a tool's output, with the owner in its environment and no other variables", async () => {
      const stack = await stackOf([one]);
      const code = `console.log(JSON.stringify(process.env)); console.error(process.argv[1]); process.exit(3)`;
      const { failed, output } = await stack.runtime.check(one, 'tool', ['-e', code, 'file'], signal);
      expect(failed).to.equal(true);
      expect(output)
        .to.include(stack.run)
        .and.include('"TEST":"inherited"')
        .and.match(/\nfile$/);
      expect(output).not.to.include('PATH');
      const { failed: refused } = await stack.runtime.check(one, 'tool', ['-e', ''], signal);
      expect(refused).to.equal(false);
    });

    it("ends with the abort's own reason", async () => {
      const stack = await stackOf([one]);
      const over = new AbortController();
      const wait = failureOf(
        stack.runtime.check(one, 'tool', ['-e', 'setInterval(() => {}, 1000)'], over.signal),
      );
      await until('the tool', () => (processesOf(stack.run)[0] ? met(true) : notYet('none')), within);
      const reason = interrupted('the drill');
      over.abort(reason);
      expect(await wait).to.equal(reason);
    });
  });

  it('gives up on what never gets ready, with its last words', async () => {
    const stack = await stackOf([one], { readyWithinMs: 4_000 });
    const code = `console.log('waiting for a lock'); setInterval(() => {}, 1000)`;
    const { where, message, hint } = await brokenBy(stack.runtime.start(stack.prepared(one, code), signal));
    expect(where).to.equal('one');
    expect(message).to.match(
      /^waited 4\.0 s for one to be ready; last seen: .*ECONNREFUSED.*\nwaiting for a lock$/,
    );
    expect(hint).to.match(/logs\/one\.log$/);
  });

  it('says what cannot be executed', async () => {
    const stack = await stackOf([one], { binary: () => '/no/such/binary' });
    const { where, message } = await brokenBy(stack.runtime.start(stack.prepared(one), signal));
    expect(where).to.equal('one');
    expect(message).to.include('/no/such/binary').and.include('ENOENT');
  });

  it("ends at once with the abort's own reason, while it waits and before it starts", async () => {
    const stack = await stackOf([one, two]);
    const over = new AbortController();
    const reason = interrupted('the drill');
    // Takes the connection and never answers: the look itself must end too.
    const code = `require('node:net').createServer(() => console.log('asked')).listen(process.env.PORT, process.env.HOST)`;
    const starting = failureOf(stack.runtime.start(stack.prepared(one, code), over.signal));
    await until('a look', async () => ((await stack.log('one')) ? met(true) : notYet('none')), within);
    over.abort(reason);
    expect(await starting).to.equal(reason);
    expect(await failureOf(stack.runtime.start(stack.prepared(two, serving), over.signal))).to.equal(reason);
    expect(processesOf(stack.run)).to.have.length(1);
  });
});
