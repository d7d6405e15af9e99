import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { lintSystem } from './lint.ts';

/** Which tools are there depends on the machine. */
const noTools = () => Promise.resolve();

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
    const all = await lintSystem(join(folder, 'firedrill.yaml'), undefined, noTools);
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

  it('finds scenarios of sets that are not there', async () => {
    const sets = 'sets: { quick: { scenarios: [scenarios/web-down.yaml, scenarios/web-dawn.yaml] } }';
    const all = await found({ 'firedrill.yaml': ['name: hello\n', `name: hello\n${sets}\n`] });
    expect(all, all.join('\n')).to.have.length(1);
    expect(all[0]).to.match(
      /^refused .*firedrill\.yaml:\d+: sets\.quick\.scenarios\[1\]: there is no file .*web-dawn\.yaml/,
    );
  });

  it('finds what a drill of each scenario would refuse, and what is to be filled in there', async () => {
    await writeFile(join(folder, 'scenarios/empty.yaml'), '');
    await writeFile(join(folder, 'scenarios/part.ts'), 'export const rate = 4;');
    const all = await found({
      'scenarios/stock-fails.yaml': ['alert: OrdersFail', 'alert: OrderFail'],
      'scenarios/web-down.yaml': ['greet:', 'meet:'],
      'scenarios/stock-cut-off.yaml': ['title: ', 'title: TODO #'],
    });
    expect(all, all.join('\n')).to.have.length(5);
    expect(all[0]).to.match(/^todo .*stock-cut-off\.yaml:\d+: title: is still to be filled in/);
    const told = all.join('\n');
    expect(told).to.match(/^refused .*empty\.yaml: is empty/m);
    expect(told).to.match(/^refused .*stock-fails\.yaml:\d+: expectations\[0\]\.alert/m);
    expect(told).to.match(/^refused .*web-down\.yaml:\d+: fault\.hits\.journey: no load on journey "greet"/m);
    expect(told).to.match(/^refused .*web-down\.yaml:\d+: load\.rates\.meet: there is no such journey/m);
  });

  it('tells the faults of firedrill.yaml', async () => {
    const all = await found({ 'firedrill.yaml': ['protocol: http', 'protocol: https'] });
    expect(all).to.have.length(1);
    expect(all[0]).to.match(/^refused .*firedrill\.yaml:\d+: links\.web-to-stock\.protocol/);
  });
});
