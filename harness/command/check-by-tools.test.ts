import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readConfigFiles } from '../../configuration/config-files.ts';
import { secretsIn } from '../../configuration/confined/secrets.ts';
import { WrittenFiles } from '../../configuration/files/files.ts';
import { judgeFiles } from '../../configuration/judge.ts';
import { paces } from '../../core/pace.ts';
import { Problems } from '../../core/problems.ts';
import { Redaction } from '../record/redaction.ts';
import { placeholderOrigins } from '../stack/listeners.ts';
import { specOf } from '../stack/placement.ts';
import { checkByTools } from './check-by-tools.ts';
import { project } from './session.ts';

const rules = 'groups:\n  - name: mine\n    rules:\n      - { alert: Mine, expr: up == 0 }\n';

describe('what the tools say of a configuration before a drill', () => {
  let directory = '';
  let tool = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'check-by-tools-'));
    // Refuses whatever it is given, with the files that it finds.
    tool = join(directory, 'tool');
    const files =
      'for f in "$@"; do case $f in /*) ls $(dirname $f)/rules 2>/dev/null || basename $f;; esac; done';
    await writeFile(tool, `#!/bin/sh\n${files}\nexit 1\n`);
    await chmod(tool, 0o755);
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** What promtool and amtool said, where there are no other tools. */
  const told = async (changed: Readonly<Record<string, string>>, tools = ['promtool', 'amtool']) => {
    const own = await readConfigFiles([join(project, 'stacks/config')]);
    const written = new WrittenFiles([...own, ...Object.entries(changed)], own.names);
    const stack = specOf({ stack: 'metrics', topology: 'sidecar', with: [] }, paces.fast);
    const problems = new Problems();
    const redaction = new Redaction();
    redaction.learn(secretsIn(written));
    await checkByTools(
      { stack, written, redaction, ...judgeFiles(stack, written, 15, placeholderOrigins('metrics')) },
      {
        path: (binary) => (tools.includes(binary) ? tool : undefined),
        env: { PATH: process.env.PATH ?? '' },
        node: process.execPath,
        signal: AbortSignal.timeout(20_000),
      },
      problems,
    );
    return problems.all.map(({ where, message }) => [where, message.split('\n').map((line) => line.trim())]);
  };

  it('is told of the files as a run would use them, by those tools that are there', async () => {
    expect(await told({}, ['amtool'])).to.deep.equal([
      ['stacks/config/alertmanager/alertmanager.yml', ['amtool refuses it:', 'alertmanager.yml']],
    ]);
    expect(await told({}, [])).to.deep.equal([]);
  });

  it('leaves out files whose faults are told already, and what cannot be judged without them', async () => {
    const [[, said] = []] = await told(
      { 'prometheus/rules/a.yml': rules, 'prometheus/rules/b.yml': 'groups: [' },
      ['promtool'],
    );
    expect(said).to.include('a.yml').and.not.include('b.yml');
    expect(await told({ 'alertmanager/alertmanager.yml': 'route: {}' }, ['amtool'])).to.deep.equal([]);
    const named = 'rule_files: [rules/a.yml, rules/b.yml]\n';
    expect(
      await told(
        {
          'prometheus/prometheus.yml': named,
          'prometheus/rules/a.yml': rules,
          'prometheus/rules/b.yml': 'groups: [',
        },
        ['promtool'],
      ),
    ).to.deep.equal([]);
  });

  it('is told without the secrets of the files', async () => {
    await writeFile(tool, '#!/bin/sh\ncat $2\nexit 1\n');
    const text =
      (await readConfigFiles([join(project, 'stacks/config')])).get('alertmanager/alertmanager.yml') ?? '';
    const secret = 'Zm9vYmFyc2VjcmV0a2V5';
    const told1 = await told({ 'alertmanager/alertmanager.yml': text.replace('X'.repeat(24), secret) }, [
      'amtool',
    ]);
    expect(JSON.stringify(told1)).to.include('[redacted]').and.not.include(secret);
  });

  it('leaves nothing behind', async () => {
    const ours = async () =>
      (await readdir(tmpdir())).filter((name) => name.startsWith(`firedrill-${process.pid}.`));
    const before = await ours();
    await told({});
    expect(await ours()).to.deep.equal(before);
  });
});
