import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type GateEnded, GateFolder } from './testing/gate-cli.ts';

/** One scenario of the example is enough: what is compared is the same for each. */
const sets = `name: hello
sets:
  default: { scenarios: [scenarios/web-down.yaml], repeats: 2 }
`;
const rules = 'monitoring/prometheus/rules/web.yml';
const scenario = 'scenarios/web-down.yaml';
const routes = 'monitoring/alertmanager/alertmanager.yml';

describe('firedrill gate', function () {
  this.timeout(1_500_000);
  let folder: GateFolder;

  before('a baseline of two drills', async () => {
    folder = await GateFolder.of('hello');
    await folder.changed([['firedrill.yaml', 'name: hello\n', sets]]);
    const written = await folder.gate(['--write-baseline', 'gate/hello.jsonl']);
    expect(written.exitCode, written.stderr).to.equal(0);
    expect(written.result?.drills.map(({ outcome }) => outcome)).to.deep.equal(['pass', 'pass']);
  });
  after(() => folder[Symbol.asyncDispose]());

  const compared = (...args: string[]) => folder.gate(['--baseline', 'gate/hello.jsonl', ...args]);
  const once = () => compared('--repeat', '1');

  /** Expects that the gate is red with these findings alone, each at this place. */
  const expectRed = ({ exitCode, result, stderr }: GateEnded, ...findings: readonly RegExp[]) => {
    expect(exitCode, stderr).to.equal(1);
    const told = result?.findings.map(({ kind, where, message }) => `${kind} ${where}: ${message}`) ?? [];
    expect(told, told.join('\n')).to.have.length(findings.length);
    findings.forEach((finding, i) => {
      expect(told[i]).to.match(finding);
    });
  };

  it('is green if nothing has changed', async () => {
    const { exitCode, result, stderr } = await compared('--junit', 'out/junit.xml', '--min-proven', '50%');
    expect(exitCode, stderr).to.equal(0);
    expect(result).to.deep.include({ outcome: 'green', findings: [] });
    expect(await readFile(join(folder.path, 'out/junit.xml'), 'utf8')).to.include('failures="0"');
  });

  it('says how many alerts are proven, if they are too few', async () => {
    // The set does not drill the other alert of the example.
    const { exitCode, result, stderr } = await compared('--repeat', '1', '--min-proven', '60%');
    expect(exitCode, stderr).to.equal(1);
    expect(result?.findings.map(({ message }) => message)).to.deep.equal([
      '1 of 2 alerts (50 %) is proven to page; 60 % are required',
    ]);
  });

  it('names an alert that has become slower, within its target', async () => {
    await using _ = await folder.changed([[rules, '== 0\n        for: 1m', '== 0\n        for: 2m']]);
    expectRed(
      await once(),
      /^slower-alert monitoring\/prometheus\/rules\/web\.yml:4: .*WebInstanceDown at PagerDuty has become slower/,
    );
  });

  it('names an alert that is lost, and the hop', async () => {
    await using _ = await folder.changed([
      [routes, 'receiver: pagerduty\n  group_by', 'receiver: nobody\n  group_by'],
      [routes, 'receivers:\n', 'receivers:\n  - name: nobody\n'],
    ]);
    expectRed(
      await once(),
      /^lost-alert .*web\.yml:4: .*WebInstanceDown at PagerDuty did not arrive in the drill of web-down, lost at “/,
    );
  });

  it('names an alert that is noisy', async () => {
    const noisy = `    rules:
      - alert: WebNotWhole
        expr: sum by (job) (up{job="web"}) < 2
        for: 30s
        labels: { severity: page, team: web }
        annotations: { summary: Not every instance can be scraped }

`;
    await using _ = await folder.changed([[rules, '    rules:\n', noisy]]);
    expectRed(await once(), /^new-noise .*web\.yml:4: .*WebNotWhole paged PagerDuty, and nobody expected it/);
  });

  it('names an alert that was renamed, in the rules and in the scenario', async () => {
    await using _ = await folder.changed([
      [rules, 'alert: WebInstanceDown', 'alert: WebInstanceGone'],
      [scenario, 'alert: WebInstanceDown', 'alert: WebInstanceGone'],
    ]);
    expectRed(
      await once(),
      /^renamed-alert .*web\.yml:4: .*WebInstanceDown .* has been renamed to WebInstanceGone/,
    );
  });

  it('names an alert that was renamed on its way to Alertmanager', async () => {
    const relabelled = `alerting:
  alert_relabel_configs:
    - { source_labels: [alertname], regex: WebInstanceDown, target_label: alertname, replacement: Outage }
`;
    await using _ = await folder.changed([
      ['monitoring/prometheus/prometheus.yml', 'alerting:\n', relabelled],
    ]);
    expectRed(
      await once(),
      /^renamed-alert .*web\.yml:4: .*WebInstanceDown .* has been renamed to Outage: a page/,
    );
  });

  it('gives no verdict if a drill broke, and names it', async () => {
    await using _ = await folder.changed([['firedrill.yaml', 'node, web.mjs', 'node, gone.mjs']]);
    const { exitCode, result, stderr } = await once();
    expect(exitCode, stderr).to.equal(3);
    expect(result).to.deep.include({ outcome: 'broken', findings: [] });
    expect(stderr).to.match(/No verdict on the set default: \S+-web-down-\w+ broke/);
  });

  it('keeps the drills so far if it is interrupted', async () => {
    const { exitCode, result, stderr } = await folder.gate(
      ['--baseline', 'gate/hello.jsonl', '--repeat', '3'],
      'Held: all',
    );
    expect(exitCode, stderr).to.equal(130);
    expect(result?.outcome).to.equal('interrupted');
    expect(result?.drills[0]).to.deep.include({ scenario: 'web-down', outcome: 'pass' });
    expect(result?.findings).to.deep.equal([]);
  });

  it('refuses a baseline of another pace before a drill begins', async () => {
    const { exitCode, result, stderr } = await compared('--pace', 'real');
    expect(exitCode).to.equal(2);
    expect(result).to.equal(undefined);
    expect(stderr)
      .to.match(/gate\/hello\.jsonl: web-down was drilled on other terms/)
      .and.not.match(/inject/);
  });
});
