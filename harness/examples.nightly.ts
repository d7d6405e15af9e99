import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { type CliResult, project, runCli } from './testing/cli.ts';
import { fetchWiremock, wordsOf } from './testing/documented-commands.ts';
import { expectFailed } from './testing/expect-outcome.ts';

const folderOf = (example: string) => join(project, 'examples', example);

/** Whether a program is there, and answers this. */
const isThere = async (program: string, argument: string) =>
  (await execa(program, [argument], { reject: false })).exitCode === 0;

function expectHeld({ exitCode, stderr, kept, left }: CliResult): void {
  expect(exitCode, stderr).to.equal(0);
  expect(kept?.record.outcome).to.equal('pass');
  expect(left).to.deep.equal([]);
}

/* The examples that need more than Node. They run in the nightly alone. */

describe('the example wiremock', function () {
  this.timeout(900_000);

  before('fetch WireMock and the Java agent', async function () {
    if (!(await isThere('java', '-version')) || !(await isThere('mvn', '-version'))) this.skip();
    await execa(...wordsOf(fetchWiremock), { cwd: folderOf('wiremock'), stdin: 'ignore' });
  });

  it('is drilled, with rules on the metrics of the Java agent', async () => {
    expectHeld(await runCli({ args: [join(folderOf('wiremock'), 'scenarios', 'stub-fails.yaml')] }));
  });
});

describe('the example httpbin', function () {
  this.timeout(900_000);
  const folder = folderOf('httpbin');
  const bin = join(folder, 'bin');

  before('build go-httpbin', async function () {
    if (!(await isThere('prometheus-blackbox-exporter', '--version')) || !(await isThere('go', 'version')))
      this.skip();
    await mkdir(bin, { recursive: true });
    const [, module = ''] =
      /go install (\S+)/.exec(await readFile(join(folder, 'firedrill.yaml'), 'utf8')) ?? [];
    await execa('go', ['install', module], { env: { GOBIN: bin }, stdin: 'ignore' });
  });

  it('is drilled, with rules on what a probe from outside sees', async () => {
    expectHeld(await runCli({ args: [join(folder, 'scenarios', 'httpbin-down.yaml')] }));
  });

  it('fails where the rule selects a label that the probe does not have', async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const texts = entries
      .filter((entry) => entry.isFile() && entry.parentPath !== bin)
      .map((entry) => join(entry.parentPath, entry.name))
      .map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const);
    const files = Object.fromEntries(await Promise.all(texts));
    const changed = (path: string, from: string, to: string) => {
      const text = files[path] ?? '';
      expect(text.split(from), `${path} says once: ${from}`).to.have.length(2);
      return { [path]: text.replace(from, () => to) };
    };
    const ended = await runCli({
      args: ['{dir}/scenarios/httpbin-down.yaml'],
      files: {
        ...files,
        ...changed('firedrill.yaml', '[bin/go-httpbin', `[${join(bin, 'go-httpbin')}`),
        ...changed(
          'monitoring/prometheus/rules/probe.yml',
          'probe_success{job="probe"} == 0',
          'probe_success{job="probe",code="503"} == 0',
        ),
      },
    });
    const failed = expectFailed(
      ended,
      ...['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
        (check) => `ProbeFails@pagerduty/${check}`,
      ),
    );
    expect([...failed.values()][0]?.autopsy).to.include({ hop: 'expression true' });
  });
});
