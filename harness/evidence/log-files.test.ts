import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { within } from '../../core/path.ts';
import { parseSystem } from '../../core/system.ts';
import { openedFiles, patternOf, tailedFiles } from './log-files.ts';

const system = parseSystem(
  {
    name: 'hello',
    services: {
      web: { command: ['web'], ports: [80], instances: 2, ready: { tcp: 80 }, logs: ['{data}/app.log'] },
      stock: { command: ['stock'], ports: [90], ready: { tcp: 90 }, directory: 'bin', logs: ['log/*.log'] },
      silent: { command: ['silent'], ports: [91], ready: { tcp: 91 } },
    },
  },
  '/mine/firedrill.yaml',
  within('firedrill.yaml'),
);

describe('the log files of a system', () => {
  let logs: string;
  beforeEach(async () => {
    logs = await mkdtemp(join(tmpdir(), 'firedrill-log-files-'));
  });
  afterEach(() => rm(logs, { recursive: true }));

  it('are told with what of them came to Loki', async () => {
    const opened = JSON.stringify({ msg: 'Started watching file', path: '/tmp/run/web/app.log' });
    await writeFile(join(logs, 'web-logs.log'), `${opened}\n`);
    const asked: string[] = [];
    const count = async (query: string) => asked.push(query);
    expect(await tailedFiles({ system, loki: { count }, logs, since: 0 })).to.deep.equal([
      { service: 'web', instance: 'web', file: '{data}/app.log', isThere: true, lines: 1 },
      { service: 'web', instance: 'web-2', file: '{data}/app.log', isThere: false, lines: 2 },
      { service: 'stock', instance: 'stock', file: 'log/*.log', isThere: false, lines: 3 },
    ]);
    expect(asked[1]).to.equal(
      String.raw`{service_name="web",service_instance_id="web-2"} | log_file_path=~".*/web-2/app\\.log"`,
    );
  });

  it('are none without a system, and without a Loki', async () => {
    const count = async () => 1;
    expect(await tailedFiles({ system: undefined, loki: { count }, logs, since: 0 })).to.deep.equal([]);
    expect(await tailedFiles({ system, loki: undefined, logs, since: 0 })).to.deep.equal([]);
  });

  it('are known by the names that a Collector has opened', () => {
    const lines = ['{"msg":"no files match"}', '{"msg":"Started watching file","path":"/a \\"b\\".log"}'];
    expect(openedFiles(lines.join('\n'))).to.deep.equal(['/a \\"b\\".log']);
    const matches = (path: string, file: string) => new RegExp(`^${patternOf(path)}$`).test(file);
    expect(matches('/log/*.log', '/log/app.log')).to.equal(true);
    expect(matches('/log/*.log', '/log/old/app.log')).to.equal(false);
    expect(matches('/log/**/a.log', '/log/old/er/a.log')).to.equal(true);
    expect(matches('/log/a.log', '/log/a-log')).to.equal(false);
  });
});
