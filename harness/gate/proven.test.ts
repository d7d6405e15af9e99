import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Problems } from '../../core/problems.ts';
import { project } from '../command/session.ts';
import { readSystemFile } from '../command/system-file.ts';
import { ledgerBefore, provenAlerts } from './proven.ts';

describe('the proven alerts of a gate', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proven-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const file = () => join(folder, 'ledger.jsonl');
  const read = async (problems: Problems) =>
    ledgerBefore(
      await readSystemFile(join(project, 'examples/hello/firedrill.yaml')),
      file(),
      undefined,
      problems,
    );

  it('are counted among all alerts of the files, without a ledger too', async () => {
    const problems = new Problems();
    const found = provenAlerts(await read(problems), [], 0.8);
    expect(found).to.deep.equal({ alerts: 2, proven: 0, required: 0.8 });
    expect(problems.all).to.deep.equal([]);
  });

  it('are not counted by a ledger that cannot be read: it is refused', async () => {
    await writeFile(file(), '{"version": 0}\n');
    const problems = new Problems();
    await read(problems);
    expect(problems.all.map(({ where }) => where)).to.deep.equal([`${file()}:1: version`]);
  });
});
