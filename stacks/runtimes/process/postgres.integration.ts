import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { expect } from 'chai';
import pg from 'pg';
import { interrupted } from '../../../core/errors.ts';
import { met, notYet, until } from '../../../core/poll.ts';
import { temporaryDirectory } from './owner.ts';
import type { ProcessRuntimeOptions } from './process-runtime-options.ts';
import { reap } from './reap.ts';
import { brokenBy, failureOf } from './testing/failures.ts';
import { postgres, type TinyStack, tinyStacks } from './testing/tiny-stack.ts';
import { leftOf, none, processesOf, type Traces, tracesOf } from './testing/traces.ts';

const { signal } = new AbortController();
const within = { where: 'test', withinMs: 30_000, everyMs: 5, signal };

describe('Postgres as a process', () => {
  const stackOf = tinyStacks();
  const start = async (options: Partial<ProcessRuntimeOptions> = {}) => {
    const stack = await stackOf([postgres], { graceMs: 5_000, ...options });
    await stack.runtime.start(stack.prepared(postgres), signal);
    return stack;
  };

  it('serves on loopback alone, without a socket file, and leaves no shared memory', async () => {
    const stack = await start();
    const { listeners, segments } = tracesOf(stack.run);
    expect(listeners.size).to.equal(1);
    expect(segments.size).to.equal(1);
    const files = await readdir(temporaryDirectory(stack.owner), { recursive: true });
    expect(files.filter((name) => name.includes('.s.PGSQL'))).to.deep.equal([]);
    await stack.scope.close();
    expect(leftOf(stack.run, { ...none, segments })).to.deep.equal([]);
  });

  it("accepts connections with the run's password only", async () => {
    const stack = await start();
    const enter = async (password: string) => {
      const client = new pg.Client(urlOf(stack, password));
      await client.connect();
      await client.end();
    };
    await enter(stack.runtime.secret);
    expect(String(await failureOf(enter('postgres')))).to.include('password authentication failed');
  });

  it('stops with clients connected', async () => {
    const stack = await start();
    const [host = '', port] = stack.runtime.address('postgres', 5432).split(':');
    const client = createConnection({ host, port: Number(port) });
    const closed = new Promise((done) => client.once('close', done));
    client.on('error', () => {});
    await stack.scope.close();
    await closed;
  });

  it('is killed and started again with its data, though a client is at work', async () => {
    const stack = await start();
    const rows = async (sql: string) => {
      const client = new pg.Client(urlOf(stack, stack.runtime.secret));
      await client.connect();
      try {
        return (await client.query<{ n: number }>(sql)).rows;
      } finally {
        await client.end();
      }
    };
    await rows('CREATE TABLE kept AS SELECT 7 AS n');
    await using _ = await busyClient(stack);
    await stack.runtime.kill('postgres');
    expect(processesOf(stack.run)).to.deep.equal([]);
    expect(String(await failureOf(rows('SELECT 1')))).to.include('ECONNREFUSED');
    await stack.runtime.restart('postgres', signal);
    expect(await rows('SELECT n FROM kept')).to.deep.equal([{ n: 7 }]);
    expect(await stack.log('postgres')).to.include('database system was not properly shut down');
    expect(stack.lost).to.deep.equal([]);
  });

  it('leaves no shared memory when its server was killed', async () => {
    const stack = await start();
    const traces = tracesOf(stack.run);
    process.kill(serverOf(stack.run), 'SIGKILL');
    await until('the loss', () => (stack.lost[0] ? met(true) : notYet('nothing lost')), within);
    expect(await stack.scope.close()).to.deep.equal([]);
    expect(leftOf(stack.run, traces)).to.deep.equal([]);
  });

  it('leaves nothing when it is interrupted while it makes its files', async () => {
    const stack = await stackOf([postgres]);
    const over = new AbortController();
    const reason = interrupted('the drill');
    const starting = failureOf(stack.runtime.start(stack.prepared(postgres), over.signal));
    const traces = await initdbAtWork(stack);
    over.abort(reason);
    expect(await starting).to.equal(reason);
    expect(await stack.scope.close()).to.deep.equal([]);
    expect(leftOf(stack.run, traces)).to.deep.equal([]);
  });

  const reaped = async (stack: TinyStack, traces: Traces) => {
    const found = await reap(({ run }) => run === stack.run);
    expect(found.join('\n')).to.include(`directory ${temporaryDirectory(stack.owner)}`);
    expect(leftOf(stack.run, traces)).to.deep.equal([]);
  };

  it('is reaped while it makes its files, with its shared memory', async () => {
    const stack = await stackOf([postgres]);
    const starting = brokenBy(stack.runtime.start(stack.prepared(postgres), signal));
    await reaped(stack, await initdbAtWork(stack));
    expect((await starting).message).to.match(/^initdb exited with code/);
  });

  it('is reaped while it runs: in order, though a client is at work', async () => {
    const stack = await start();
    await using _ = await busyClient(stack);
    await reaped(stack, tracesOf(stack.run));
    expect(await stack.log('postgres')).to.include('database system is shut down');
  });

  it('is reaped after its server was killed, though a client is at work', async () => {
    const stack = await start();
    await using _ = await busyClient(stack);
    const traces = tracesOf(stack.run);
    process.kill(serverOf(stack.run), 'SIGKILL');
    await reaped(stack, traces);
  });
});

/** Waits until a server that initdb started has its shared memory. */
const initdbAtWork = (stack: TinyStack): Promise<Traces> =>
  until(
    'initdb to have a server at work',
    () => {
      const seen = tracesOf(stack.run);
      return seen.segments.size > 0 ? met(seen) : notYet(`${seen.pids.length} processes`);
    },
    { ...within, everyMs: 1 },
  );

const urlOf = ({ runtime }: TinyStack, password: string) =>
  `postgres://shop:${password}@${runtime.address('postgres', 5432)}/postgres`;

/** A client whose query computes for longer than the test lasts. */
async function busyClient(stack: TinyStack): Promise<AsyncDisposable> {
  const client = new pg.Client(urlOf(stack, stack.runtime.secret));
  client.on('error', () => {});
  await client.connect();
  const running = client.query('select count(*) from generate_series(1, 1e11)').catch(() => {});
  const server = serverOf(stack.run);
  await until(
    'the query to run',
    () => {
      const busy = readFileSync(`/proc/${server}/task/${server}/children`, 'utf8')
        .trim()
        .split(' ')
        .some((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(' SELECT'));
      return busy ? met(true) : notYet('idle');
    },
    within,
  );
  return {
    async [Symbol.asyncDispose]() {
      await running;
      await client.end().catch(() => {});
    },
  };
}

/** The server process: its children show titles in place of a command. */
function serverOf(run: string): number {
  const server = processesOf(run).find(({ command }) => command.includes('/bin/postgres -D'));
  if (!server) throw new Error('no server');
  return server.pid;
}
