import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { lintSystem } from './lint.ts';

const example = fileURLToPath(new URL('../../examples/hello', import.meta.url));

describe('firedrill lint', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-lint-'));
    await cp(example, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const found = async (changed: Readonly<Record<string, readonly [from: string, to: string]>> = {}) => {
    for (const [path, [from, to]] of Object.entries(changed)) {
      const text = await readFile(join(folder, path), 'utf8');
      expect(text).to.include(from);
      await writeFile(join(folder, path), text.replace(from, to));
    }
    const all = await lintSystem(join(folder, 'firedrill.yaml'));
    return all.map(({ kind, where, message }) => `${kind} ${where}: ${message}`);
  };

  it('finds nothing in the example', async () => {
    expect(await found()).to.deep.equal([]);
  });

  it('finds what a drill would refuse beside what is likely to go wrong and what is to be filled in', async () => {
    const all = await found({
      'firedrill.yaml': ['command: [node, stock.mjs, ', 'command: [TODO, '],
      'monitoring/alertmanager/alertmanager.yml': [
        '    pagerduty_configs:',
        '    email_configs: [{ to: a@b.example }]\n    pagerduty_configs:',
      ],
      'monitoring/prometheus/rules/web.yml': [
        '          runbook: https://wiki.example/runbooks/web/instance-down\n',
        '',
      ],
    });
    expect(all, all.join('\n')).to.have.length(3);
    expect(all[0]).to.match(
      /^todo .*firedrill\.yaml:\d+: services\.stock\.command\[0\]: is still to be filled in/,
    );
    expect(all[1]).to.match(/^refused .*alertmanager\.yml:\d+: receivers\[pagerduty\]\.email_configs/);
    expect(all[2]).to.match(/^no-runbook .*web\.yml:\d+: .*WebInstanceDown has no runbook/);
  });

  it('tells the faults of firedrill.yaml', async () => {
    const all = await found({ 'firedrill.yaml': ['protocol: http', 'protocol: https'] });
    expect(all).to.have.length(1);
    expect(all[0]).to.match(/^refused .*firedrill\.yaml:\d+: links\.web-to-stock\.protocol/);
  });
});
