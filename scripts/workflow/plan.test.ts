import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { planOf } from './plan.ts';

const project = join(import.meta.dirname, '..', '..');
const refused = (text: string, given: Record<string, string> = {}): string[] =>
  problemsOf(() => planOf(text, 'w.yml', given)).map(({ where, message }) => `${where}: ${message}`);

const head = `
on:
  workflow_dispatch:
    inputs:
      what: { type: string, default: everything }
      where: { type: choice, options: [here, there] }
      who: { type: string, required: true }
env: { A: workflow, B: workflow, C: workflow }
jobs:
  first:
    runs-on: ubuntu-24.04
    env: { B: job, C: job }
    steps:
`;

describe('the plan of a workflow', () => {
  it('has the steps in their order, with environment and inputs filled in', () => {
    const steps = `
      - uses: actions/checkout@v7
        with: { persist-credentials: false }
      - uses: actions/setup-node@v7
        with: { key: "\${{ runner.os }}" }
      - run: |
          echo "$C"
          echo more
        env: { C: "step \${{ inputs.what }} \${{ inputs.where }}", N: 1 }
        timeout-minutes: 2
      - name: Keep
        if: always()
        uses: actions/upload-artifact@v7
        with: { name: n, path: "out\\n!out/tmp", include-hidden-files: true, if-no-files-found: error }
`;
    const [job, ...more] = planOf(head + steps, 'w.yml', { who: 'me' });
    expect(more).to.deep.equal([]);
    const plain = job?.steps.map(({ runsWhen, ...step }) => ({ ...step, always: runsWhen('cancelled') }));
    expect(plain).to.deep.equal([
      { kind: 'clone', name: 'Run actions/checkout@v7', always: false },
      {
        kind: 'elsewhere',
        name: 'Run actions/setup-node@v7',
        uses: 'actions/setup-node@v7',
        always: false,
      },
      {
        kind: 'run',
        name: 'Run echo "$C"',
        script: 'echo "$C"\necho more\n',
        env: { A: 'workflow', B: 'job', C: 'step everything here', N: '1' },
        limitMs: 120_000,
        always: false,
      },
      {
        kind: 'keep',
        name: 'Keep',
        artefact: 'n',
        paths: ['out', '!out/tmp'],
        hidden: true,
        ifNone: 'error',
        always: true,
      },
    ]);
  });

  it('takes inputs that there are, as they may be', () => {
    expect(refused(`${head}      - run: x`, { where: 'nowhere', what: '', else: '1' })).to.deep.equal([
      '--input else: the workflow has no such input',
      '--input where: there is no "nowhere"',
      '--input who: is required',
    ]);
  });

  it('names every key that it does not understand', () => {
    const text = `
on: { workflow_dispatch: , push: }
defaults: {}
jobs:
  a:
    runs-on: windows-2025
    needs: b
    strategy: {}
    steps:
      - { run: x, working-directory: y, continue-on-error: true, shell: pwsh }
      - { run: x, uses: a/b@v1 }
      - uses: ./local
`;
    expect(refused(text)).to.have.members([
      'w.yml: on.push: there is no such key',
      'w.yml: defaults: there is no such key',
      'w.yml: jobs.a.runs-on: only jobs on Linux are understood',
      'w.yml: jobs.a.needs: there is no such key',
      'w.yml: jobs.a.strategy: there is no such key',
      'w.yml: jobs.a.steps[0].working-directory: there is no such key',
      'w.yml: jobs.a.steps[0].continue-on-error: there is no such key',
      'w.yml: jobs.a.steps[0].shell: Invalid input: expected "bash"',
      'w.yml: jobs.a.steps[1]: needs either "run" or "uses"',
      'w.yml: jobs.a.steps[2].uses: only actions of other repositories are understood',
    ]);
  });

  it('names everything in the steps that it does not understand', () => {
    const steps = `
      - run: echo \${{ inputs.what }}
      - { run: x, with: { y: z }, if: "steps.a.outcome == 'success'", env: { E: "\${{ secrets.T }}" } }
      - { uses: actions/checkout@v7, with: { ref: other } }
      - { uses: actions/upload-artifact@v7, with: { name: a/b, path: ../x, overwrite: true } }
      - { uses: actions/upload-artifact@v7, with: { path: "x/*.log" } }
      - { uses: actions/upload-artifact@v7, with: { path: "\${{ inputs.nope }}" } }
      - { if: failure(), uses: actions/upload-artifact@v7 }
`;
    const at = 'w.yml: jobs.first.steps';
    expect(refused(head + steps, { who: 'me' })).to.have.members([
      `${at}[0].run: expressions belong into env`,
      `${at}[1].with: belongs to uses`,
      `${at}[1].if: "steps.a.outcome" is not understood here`,
      `${at}[1].env.E: "secrets.T" is not understood here`,
      `${at}[2].with.ref: there is no such key`,
      `${at}[3].with.name: must be a plain name`,
      `${at}[3].with.path: must be paths of the project`,
      `${at}[3].with.overwrite: there is no such key`,
      `${at}[4].with.path: patterns are understood after ! only`,
      `${at}[5].with.path: there is no input "nope"`,
      `${at}[6].with.path: is missing; expected string`,
    ]);
  });

  it('refuses what GitHub would only refuse at the end', () => {
    const upload = '      - { uses: actions/upload-artifact@v7, with: { path: x } }\n';
    expect(refused(head + upload + upload, { who: 'me' })).to.deep.equal([
      'w.yml: uploads two artefacts named "artifact"',
    ]);
  });

  it('refuses what is no YAML', () => {
    expect(refused('a: [')[0]).to.match(/^w\.yml: /);
  });

  it('can be made of our own nightly, whose inputs reach no script', async () => {
    const text = await readFile(join(project, '.github', 'workflows', 'nightly.yml'), 'utf8');
    const given = { scenarios: 'a $(touch x)', runtime: 'process' };
    const steps = planOf(text, 'nightly.yml', given).flatMap((job) => job.steps);
    const run = steps.flatMap((step) => (step.kind === 'run' ? [step] : []));
    expect(run.map(({ script }) => script.trim().split('\n').at(-1))).to.deep.equal([
      'npm ci',
      'npm run setup -- k6',
      `npm run nightly -- --part real --runtime "$RUNTIME" "\${names[@]/#/--scenario=}"`,
    ]);
    expect(run.at(-1)?.env).to.deep.equal({ SCENARIOS: given.scenarios, RUNTIME: 'process' });
    expect(steps.at(-1)).to.include({ kind: 'keep', ifNone: 'error' });
    expect(steps.at(-1)?.runsWhen('failure')).to.equal(true);
  });
});
