import { access, chmod, mkdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { exists } from '../core/exists.ts';
import { met, notYet, until } from '../core/poll.ts';
import { Scope } from '../core/scope.ts';
import { statOf } from '../stacks/runtimes/process/stat.ts';
import type { PreparedFault } from './fault.ts';
import { prepareOf } from './index.ts';
import * as kinds from './kinds.ts';
import { type FaultParams, scenarioWith } from './testing/scenario.ts';
import { type SeenOfStock, type SmallSystem, startSmallSystem } from './testing/small-system.ts';

const prepareFault = prepareOf(Object.values(kinds));
const prepared = (kind: string, params?: FaultParams) => prepareFault(scenarioWith(kind, params));

/** The error of something that must fail. */
const failureOf = async (work: Promise<unknown>): Promise<string> => {
  const [result] = await Promise.allSettled([work]);
  if (result.status === 'fulfilled') throw new Error('it did not fail');
  return String(result.reason);
};

/**
 * On a small system that is not the shop: what each fault for any system does, what it leaves alone, and that it is gone
 * after the revert, however often reverted.
 */
describe('faults for any system', function () {
  this.timeout(600_000); // The first run on a machine builds toxiproxy.
  const scope = new Scope();
  const ended = new AbortController();
  let system: SmallSystem;

  before(async () => {
    system = await startSmallSystem(scope, ended.signal);
  });

  after(async () => {
    expect(await scope.close()).to.deep.equal([]);
    ended.abort();
  });

  const status = async (pod: string) => (await system.get(pod, '/pid')).status;

  /** Runs `look` while the fault is injected, and reverts it twice. */
  async function during<T>(fault: PreparedFault, look: () => Promise<T>): Promise<T> {
    try {
      await fault.inject(system.context);
      return await look();
    } finally {
      await fault.revert(system.context);
      await fault.revert(system.context);
    }
  }

  it('kill-instance ends one instance, and no other', async () => {
    const seen = await during(prepared('kill-instance', { pod: 'web-2' }), async () => [
      await status('web-2'),
      await status('web'),
    ]);
    expect(seen).to.deep.equal([0, 200]);
    expect(await status('web-2')).to.equal(200);
  });

  it('kill-instance in turns is a crash loop', async () => {
    const fault = prepared('kill-instance', { pod: 'web-2' });
    const pids = new Set<string>();
    for (let turn = 0; turn < 3; turn += 1) {
      pids.add((await system.get('web-2', '/pid')).text);
      expect(await during(fault, () => status('web-2'))).to.equal(0);
    }
    expect(pids.size).to.equal(3);
  });

  it('pause-instance keeps connections open without an answer, of one instance', async () => {
    const seen = await during(prepared('pause-instance', { pod: 'web-2' }), async () => [
      await status('web-2'),
      await status('web'),
    ]);
    expect(seen).to.deep.equal([0, 200]);
    expect(await status('web-2')).to.equal(200);
  });

  it('rolling-restart replaces each instance', async () => {
    const pids = async () => [
      (await system.get('web', '/pid')).text,
      (await system.get('web-2', '/pid')).text,
    ];
    const former = await pids();
    const latter = await during(prepared('rolling-restart', { pods: ['web', 'web-2'] }), pids);
    expect(new Set([...former, ...latter]).size).to.equal(4);
    expect(await pids()).to.deep.equal(latter);
  });

  /** Share of the time in which a process is stopped. */
  const stoppedShare = async (pod: string): Promise<number> => {
    const pid = Number((await system.get(pod, '/pid')).text);
    let stopped = 0;
    for (let look = 0; look < 200; look += 1) {
      if (statOf(pid)?.state === 'T') stopped += 1;
      // Not a divisor of the period.
      await sleep(7);
    }
    return stopped / 200;
  };

  it('cpu-starved leaves one instance a share of the time, in which it answers', async () => {
    const fault = prepared('cpu-starved', { pod: 'web-2', share: 0.2 });
    const seen = await during(fault, async () => ({
      starved: await stoppedShare('web-2'),
      other: await stoppedShare('web'),
      status: await status('web-2'),
    }));
    expect(seen.starved).to.be.within(0.6, 0.95);
    expect(seen).to.include({ other: 0, status: 200 });
    expect(await stoppedShare('web-2')).to.equal(0);
  });

  it('cpu-starved with another share is another fault', async () => {
    const fault = prepared('cpu-starved', { pod: 'web-2', share: 0.8 });
    expect(await during(fault, () => stoppedShare('web-2'))).to.be.within(0.05, 0.4);
  });

  it('cpu-starved ends with an instance that is restarted', async () => {
    const fault = prepared('cpu-starved', { pod: 'web-2', share: 0.2 });
    await during(fault, async () => {
      await system.context.terminate?.('web-2');
      await system.context.restart?.('web-2');
      expect(await stoppedShare('web-2')).to.equal(0);
    });
  });

  const whole = { status: 200, length: 20_000 };
  const toxics: [params: FaultParams, is: (seen: SeenOfStock) => void][] = [
    [
      { latencyMs: 400 },
      (seen) => expect(seen).to.include(whole).and.have.property('tookMs').that.is.above(390),
    ],
    [
      { kibPerSecond: 40 },
      (seen) => expect(seen).to.include(whole).and.have.property('tookMs').that.is.above(300),
    ],
    [{ timeoutMs: 0 }, (seen) => expect(seen.error).to.equal('TIMEOUT')],
    [{ timeoutMs: 200 }, (seen) => expect(seen.error).to.equal('ECONNRESET')],
    [{ resetAfterMs: 0 }, (seen) => expect(seen.error).to.equal('ECONNRESET')],
    [{ down: true }, (seen) => expect(seen.error).to.equal('ECONNREFUSED')],
  ];
  for (const [params, is] of toxics)
    it(`network-link does this to one link: ${JSON.stringify(params)}`, async () => {
      const fault = prepared('network-link', { link: 'tcp', ...params });
      const [link, ...others] = await during(fault, async () => [
        await system.stock('STOCK_TCP'),
        await system.stock('STOCK_URL'),
        await system.stock('STOCK_DIRECT'),
      ]);
      is(link ?? { tookMs: 0 });
      for (const other of others)
        expect(other).to.include(whole).and.have.property('tookMs').that.is.below(300);
      expect(await system.stock('STOCK_TCP')).to.include(whole);
    });

  it('network-link closes the connections of one link late', async () => {
    const fault = prepared('network-link', { link: 'tcp', slowCloseMs: 400 });
    const [link, other] = await during(fault, async () => [
      await system.stock('STOCK_TCP', true),
      await system.stock('STOCK_DIRECT', true),
    ]);
    expect(link?.tookMs).to.be.above(390);
    expect(other?.tookMs).to.be.below(300);
  });

  const answers: [answer: Record<string, unknown>, is: (seen: SeenOfStock) => void][] = [
    [{ status: 503, body: 'busy' }, (seen) => expect(seen).to.include({ status: 503, length: 4 })],
    [
      { delayMs: 400 },
      (seen) => expect(seen).to.include(whole).and.have.property('tookMs').that.is.above(390),
    ],
    [{ truncate: true }, (seen) => expect(seen).to.deep.include({ status: 200, error: 'cut' })],
    [{ reset: true }, (seen) => expect(seen.error).to.equal('ECONNRESET')],
  ];
  for (const [answer, is] of answers)
    it(`http-link does this to the requests of one link: ${JSON.stringify(answer)}`, async () => {
      const fault = prepared('http-link', { link: 'http', path: '/body', answer } as FaultParams);
      const [link, ...others] = await during(fault, async () => [
        await system.stock('STOCK_URL'),
        await system.stock('STOCK_TCP'),
        await system.stock('STOCK_DIRECT'),
      ]);
      is(link ?? { tookMs: 0 });
      for (const other of others)
        expect(other).to.include(whole).and.have.property('tookMs').that.is.below(300);
      expect(await system.stock('STOCK_URL')).to.include(whole);
    });

  it('http-link leaves requests of other paths and methods alone', async () => {
    for (const only of [{ path: '/other' }, { method: 'POST' }]) {
      const fault = prepared('http-link', { link: 'http', ...only, answer: { status: 503 } } as FaultParams);
      expect(await during(fault, () => system.stock('STOCK_URL'))).to.include(whole);
    }
  });

  it('http-call asks a service to fail, and to work again', async () => {
    const call = { pod: 'web', port: 8080, path: '/fail' };
    const params = {
      breaks: 'web fails',
      inject: { ...call, method: 'PUT' },
      revert: { ...call, method: 'DELETE' },
    };
    expect(await during(prepared('http-call', params), () => status('web'))).to.equal(500);
    expect(await status('web')).to.equal(200);
  });

  it('command runs in the folder of the system, and reaches its services', async () => {
    const code = (method: string) => `fetch(process.argv[1], { method: '${method}' }).then(
      () => require('node:fs').${method === 'PUT' ? 'writeFileSync' : 'rmSync'}('broken', ${method === 'PUT' ? "''" : '{ force: true }'}))`;
    const run = (method: string) => [process.execPath, '-e', code(method), 'http://web:8080/fail'];
    const fault = prepared('command', { breaks: 'web fails', inject: run('PUT'), revert: run('DELETE') });
    const broken = join(system.folder, 'broken');
    expect(await during(fault, async () => [await status('web'), await exists(broken)])).to.deep.equal([
      500,
      true,
    ]);
    expect([await status('web'), await exists(broken)]).to.deep.equal([200, false]);
  });

  it('command that does not undo it is told, with the command for a person', async () => {
    const fault = prepared('command', { breaks: 'x', inject: ['true'], revert: ['false', 'a b'] });
    await fault.inject(system.context);
    expect(await failureOf(fault.revert(system.context))).to.match(
      /the fault is not undone: false a b ended with exit code 1\n.*undo it by hand: false 'a b'/,
    );
  });

  const query = async (text: string): Promise<unknown> => {
    const { host } = new URL(system.context.url('postgres', 5432));
    const client = new pg.Client(`postgres://shop:${system.context.secret}@${host}/postgres`);
    await client.connect();
    try {
      return (await client.query<{ value: unknown }>(text)).rows[0]?.value;
    } finally {
      await client.end();
    }
  };
  const connection = 'postgres://shop:{secret}@postgres:5432/postgres';
  const insert = (length: number) =>
    query(`INSERT INTO items VALUES ('${'x'.repeat(length)}') RETURNING length(name) AS value`);

  it('sql breaks a table, and mends it', async () => {
    await query('CREATE TABLE items (name varchar(20))');
    const fault = prepared('sql', {
      breaks: 'names may have five characters',
      connection,
      inject: ['TRUNCATE items', 'ALTER TABLE items ALTER name TYPE varchar(5)'],
      revert: ['ALTER TABLE items ALTER name TYPE varchar(20)'],
    });
    expect(await insert(10)).to.equal(10);
    const failed = await during(fault, async () => [await failureOf(insert(10)), await insert(5)]);
    expect(failed).to.deep.equal(['error: value too long for type character varying(5)', 5]);
    expect(await insert(10)).to.equal(10);
  });

  it('sql that fails is told with the statement; what was committed before it is undone', async () => {
    const fault = prepared('sql', {
      breaks: 'x',
      connection,
      inject: ['CREATE TABLE left_over ()', 'ALTER TABLE no_such ADD COLUMN a int'],
      revert: ['DROP TABLE IF EXISTS left_over'],
    });
    expect(await failureOf(fault.inject(system.context))).to.include(
      'fault: sql on postgres: relation "no_such" does not exist: ALTER TABLE no_such ADD COLUMN a int',
    );
    expect(await query("SELECT to_regclass('left_over')::text AS value")).to.equal('left_over');
    await fault.revert(system.context);
    expect(await query("SELECT to_regclass('left_over')::text AS value")).to.equal(null);
  });

  it('sql that does not undo it is told, with the command for a person and without the password', async () => {
    const fault = prepared('sql', {
      breaks: 'x',
      connection,
      inject: ['SELECT 1'],
      revert: ['DROP TABLE no_such'],
    });
    const told = await failureOf(fault.revert(system.context));
    expect(told)
      .to.match(/the fault is not undone: .*table "no_such" does not exist: DROP TABLE no_such/)
      .and.include("undo it by hand: psql postgres://shop@postgres:5432/postgres -c 'DROP TABLE no_such'")
      .and.not.include(system.context.secret);
  });

  it('sql on a Postgres that hangs is told in time', async () => {
    const fault = prepared('sql', {
      breaks: 'x',
      connection,
      inject: ['SELECT 1'],
      revert: ['SELECT pg_sleep(60)'],
    });
    const context = { ...system.context, signal: AbortSignal.timeout(500) };
    expect(await failureOf(fault.revert(context))).to.include(
      "undo it by hand: psql postgres://shop@postgres:5432/postgres -c 'SELECT pg_sleep(60)'",
    );
  });

  const limit = async (pod: string) => (await system.get(pod, '/limit')).text;
  const eventually = (pod: string, wanted: string) =>
    until(
      `${pod} to have read ${wanted}`,
      async () => {
        const now = await limit(pod);
        return now === wanted ? met(now) : notYet(now);
      },
      { where: 'replace-file', withinMs: 30_000, everyMs: 20, signal: ended.signal },
    );

  it('replace-file is read by the instances that get SIGHUP, and is undone with the mode of the file', async () => {
    const path = join(system.folder, 'conf', 'limit');
    await chmod(path, 0o640);
    const { ino } = await stat(path);
    const fault = prepared('replace-file', { file: 'conf/limit', by: 'conf/wrong', reload: ['web'] });
    await during(fault, async () => {
      await eventually('web', 'none');
      expect(await limit('web-2')).to.equal('ten');
      expect((await stat(path)).mode & 0o777).to.equal(0o640);
    });
    await eventually('web', 'ten');
    expect(await readFile(path, 'utf8')).to.equal('ten');
    const { mode, ino: after } = await stat(path);
    expect([mode & 0o777, after]).to.deep.equal([0o640, ino]);
    expect(await exists(join(system.folder, '.firedrill'))).to.equal(false);
  });

  it('replace-file without SIGHUP changes the file alone', async () => {
    const fault = prepared('replace-file', { file: './conf/limit', by: 'conf/wrong' });
    const path = join(system.folder, 'conf', 'limit');
    expect(await during(fault, async () => [await readFile(path, 'utf8'), await limit('web')])).to.deep.equal(
      ['none', 'ten'],
    );
    expect(await readFile(path, 'utf8')).to.equal('ten');
  });

  it('replace-file that does not undo it is told, with the command for a person, which does', async () => {
    const fault = prepared('replace-file', { file: 'conf/limit', by: 'conf/wrong' });
    const path = join(system.folder, 'conf', 'limit');
    await fault.inject(system.context);
    await rm(path);
    await mkdir(join(path, 'full'), { recursive: true });
    const told = await failureOf(fault.revert(system.context));
    const kept = join(system.folder, '.firedrill', 'replaced', 'conf%2Flimit', 'original');
    expect(told)
      .to.include('the fault is not undone: EISDIR')
      .and.include(`undo it by hand: mv -T ${kept} ${path}`);
    await access(kept);
    await rmdir(join(path, 'full'));
    await rmdir(path);
    const byHand = prepared('command', { breaks: 'x', inject: ['mv', '-T', kept, path], revert: ['true'] });
    await byHand.inject(system.context);
    expect(await readFile(path, 'utf8')).to.equal('ten');
    await fault.revert(system.context);
    expect(await exists(join(system.folder, '.firedrill'))).to.equal(false);
  });
});
