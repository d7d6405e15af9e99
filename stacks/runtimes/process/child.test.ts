import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { logTailOf } from './child.ts';

describe("tail of a component's log", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tail-'));
  });
  after(() => rm(directory, { recursive: true }));

  const tail = async (...lines: string[]) => {
    const log = join(directory, 'log');
    await writeFile(log, lines.map((line) => `${line}\n`).join(''));
    return await logTailOf(log);
  };
  const info = '{"level":"info","msg":"inserting datasource"}';

  it('is its last lines', async () => {
    const lines = Array.from({ length: 12 }, (_, n) => `line ${n}`);
    expect(await tail(...lines)).to.equal(lines.slice(4).join('\n'));
    expect(await tail(info, info)).to.equal(`${info}\n${info}`);
  });

  it('leaves out what was well, of JSON and logfmt alike', async () => {
    const error = 'Error: failure to map file rules.yaml';
    const routine = [info, 'ts=1 level=info msg=started', 'ts=1 level=DEBUG msg=x'];
    const warn = 'ts=1 level=warn msg="no peers"';
    expect(await tail(...routine, warn, error, ...routine)).to.equal(`${warn}\n${error}`);
  });

  it('does not reach back for what was amiss long before', async () => {
    expect(await tail('level=error', ...Array(50).fill(info))).to.equal(Array(8).fill(info).join('\n'));
  });

  it('says of an empty or absent log that there is nothing', async () => {
    expect(await tail('')).to.equal('(its log is empty)');
    expect(await logTailOf(join(directory, 'none'))).to.equal('(its log is empty)');
  });
});
