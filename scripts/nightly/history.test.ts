import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { problemsOfPromise } from '../../core/testing/problems-of.ts';
import { readDrillLines } from '../../harness/ledger/read-lines.ts';
import { judgedRecord } from '../../harness/ledger/testing/lines.ts';
import { NightlyHistory } from './history.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

describe('the history of nightly runs', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'history-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps the drills of every night, and draws them with links to the reports that are there', async () => {
    const file = join(folder, 'history.jsonl');
    for (const night of ['first', 'second']) {
      const history = new NightlyHistory(file, join(folder, night));
      await history.open();
      await history.add([{ ...judgedRecord(), id: `of-${night}` }]);
      const run = join(folder, night, 'runs', 'x', `of-${night}`);
      await mkdir(run, { recursive: true });
      await writeFile(join(run, 'report.html'), '');
      await history.draw(project);
    }
    expect((await readDrillLines([file])).map(({ run, night }) => [run, night])).to.deep.equal([
      ['of-first', 'first'],
      ['of-second', 'second'],
    ]);
    const page = await readFile(join(folder, 'history.html'), 'utf8');
    expect(page).to.contain('2 nights, 2 drills');
    expect(page).to.contain('href="first/runs/x/of-first/report.html"');
    expect(page).to.match(/By the files of today, 0 of \d+ alerts are proven/);
  });

  it('is refused before the night if it has lines that are none', async () => {
    const file = join(folder, 'history.jsonl');
    await writeFile(file, 'x\n');
    const problems = await problemsOfPromise(new NightlyHistory(file, folder).open());
    expect(problems.map(({ where }) => where)).to.deep.equal([`${file}:1`]);
  });
});
