import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { met, notYet, until } from '../../core/poll.ts';
import { Scope } from '../../core/scope.ts';
import { installedK6 } from './k6-program.ts';
import { Load } from './load.ts';
import { LoadStatistics } from './load-statistics.ts';

/** A program in the place of k6: it logs its environment, and prints a sample every 10 ms, or none at the rate 0.3. */
const program = `#!${process.execPath}
const { RATE_SEARCH: rate, WARM: warm = 'false' } = process.env;
process.on('SIGTERM', () => { console.error('ended ' + rate); process.exit(0); });
console.error('began ' + rate + ' warm ' + warm);
setInterval(() => {
  if (rate === '0.3') return;
  const time = new Date().toISOString();
  console.log(JSON.stringify({ metric: 'http_req_duration', type: 'Point', data: { time, value: 1, tags: { name: rate, status: '200' } } }));
}, 10);
`;

describe('the load', () => {
  let folder: string;
  let scope: Scope;
  let load: Load;
  let statistics: LoadStatistics;
  const { signal } = new AbortController();

  const optionsOfLoad = () => ({
    k6: installedK6(join(folder, 'k6'), {}),
    script: 'shop.ts',
    targets: { BASE_URLS: 'http://127.0.0.1:1' },
    rates: { search: 10 },
    atMostMs: 60_000,
    log: join(folder, 'k6.log'),
    samples: join(folder, 'samples.csv'),
    scope,
    statistics,
    onLost: (error: Error) => {
      throw error;
    },
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-load-'));
    await writeFile(join(folder, 'k6'), program, { mode: 0o755 });
    scope = new Scope();
    load = new Load();
    statistics = new LoadStatistics(undefined);
    await load.start(optionsOfLoad());
  });

  afterEach(async () => {
    expect(await scope.close()).to.deep.equal([]);
    await rm(folder, { recursive: true });
  });

  const logged = () => readFile(join(folder, 'k6.log'), 'utf8');
  const journeys = () => [...statistics.lastAnswers().keys()];
  const samplesAt = (rate: string) =>
    until('samples', () => (journeys().includes(rate) ? met(true) : notYet('none')), {
      where: 'test',
      withinMs: 10_000,
      everyMs: 10,
      signal,
    });

  it('is taken over at other rates, without requests to services that are warm, and again at those of the start', async () => {
    await samplesAt('10');
    await load.multiply(0.2, signal);
    expect(await logged()).to.equal('began 10 warm false\nbegan 2 warm true\nended 10\n');
    await load.multiply(0.2, signal);
    await load.multiply(1, signal);
    expect((await logged()).split('\n').slice(3, -1)).to.deep.equal(['began 10 warm true', 'ended 2']);
    expect(journeys()).to.deep.equal(['10', '2']);
    expect(await readFile(join(folder, 'samples.csv'), 'utf8')).to.match(/,10,200,.*,2,200,.*,10,200,/s);
  });

  it('is stopped, and goes on at the rates of the start', async () => {
    await samplesAt('10');
    await load.multiply(0, signal);
    await load.multiply(0, signal);
    expect(await logged()).to.equal('began 10 warm false\nended 10\n');
    await load.multiply(1, signal);
    expect(await logged()).to.equal('began 10 warm false\nended 10\nbegan 10 warm true\n');
  });

  it('goes on at the rates of the start after a change that failed', async () => {
    const soon = new AbortController();
    const changed = load.multiply(0.03, soon.signal);
    const [failed] = await Promise.allSettled([
      changed,
      until('its start', async () => ((await logged()).includes('began 0.3') ? met(true) : notYet('none')), {
        where: 'test',
        withinMs: 10_000,
        everyMs: 10,
        signal,
      }).finally(() => soon.abort()),
    ]);
    expect(failed.status).to.equal('rejected');
    await load.multiply(1, signal);
    const lines = (await logged()).trim().split('\n');
    expect(lines.filter((line) => line.startsWith('ended')).sort()).to.deep.equal(['ended 0.3', 'ended 10']);
    expect(lines.filter((line) => line.startsWith('began'))).to.have.length(3);
  });

  it('cannot be changed before it has been started', async () => {
    const [refused] = await Promise.allSettled([new Load().multiply(2, signal)]);
    expect(refused.status === 'rejected' && refused.reason).to.be.instanceOf(FiredrillError);
  });

  it('goes on, and counts its samples, while the disk is full', async () => {
    // Every write to it fails with ENOSPC; full(4).
    const full = { samples: '/dev/full', log: '/dev/full', rates: { search: 20 } };
    await load.start({ ...optionsOfLoad(), ...full });
    await samplesAt('20');
  });
});
