import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { project, runCli } from './testing/cli.ts';
import { fetchWiremock, wordsOf } from './testing/documented-commands.ts';

const folder = join(project, 'examples', 'wiremock');

/** The examples that need more than Node. They run in the nightly alone. */
describe('the example wiremock', function () {
  this.timeout(900_000);

  before('fetch WireMock and the Java agent', async function () {
    const isThere = async (program: string) =>
      (await execa(program, ['-version'], { reject: false })).exitCode === 0;
    if (!(await isThere('java')) || !(await isThere('mvn'))) this.skip();
    await execa(...wordsOf(fetchWiremock), { cwd: folder, stdin: 'ignore' });
  });

  it('is drilled, with rules on the metrics of the Java agent', async () => {
    const { exitCode, stderr, kept, left } = await runCli({
      args: [join(folder, 'scenarios', 'stub-fails.yaml')],
    });
    expect(exitCode, stderr).to.equal(0);
    expect(kept?.record.outcome).to.equal('pass');
    expect(left).to.deep.equal([]);
  });
});
