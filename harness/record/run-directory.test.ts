import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeRunDirectory } from './run-directory.ts';

describe('run directory', () => {
  it('lets only its owner read configuration and logs, and everybody the reports', async () => {
    const runs = await mkdtemp(join(tmpdir(), 'runs-'));
    const umask = process.umask(0o022);
    try {
      const { path, logs } = await makeRunDirectory(runs, 'a');
      const modeOf = async (file: string) => (await stat(file)).mode & 0o777;
      expect(await modeOf(join(path, 'config'))).to.equal(0o700);
      expect(await modeOf(logs)).to.equal(0o700);
      expect(await modeOf(path)).to.equal(0o755);
    } finally {
      process.umask(umask);
      await rm(runs, { recursive: true });
    }
  });
});
