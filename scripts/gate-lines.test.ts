import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import { parse } from 'yaml';
import { z } from 'zod';
import { Problems } from '../core/problems.ts';
import { findArguments } from '../harness/command/arguments.ts';
import { type GateArguments, readGateArguments } from '../harness/gate/arguments.ts';

/*
 * The lines with which CI systems call the gate: each is run by bash, with programs that only say how they were called.
 */

const project = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFile(join(project, path), 'utf8');

const step = z.looseObject({
  run: z.string().optional(),
  uses: z.string().optional(),
  shell: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
});
const input = z.strictObject({
  description: z.string(),
  default: z.string().optional(),
  type: z.literal('string').optional(),
  required: z.boolean().optional(),
});
const inputs = z.record(z.string(), input);
/** https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax */
const actionSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  inputs,
  runs: z.strictObject({ using: z.literal('composite'), steps: z.array(step) }),
});
const workflowSchema = z.looseObject({
  on: z.strictObject({ workflow_call: z.strictObject({ inputs }) }),
  jobs: z.record(z.string(), z.looseObject({ steps: z.array(step) })),
});
const gitlabSchema = z.record(z.string(), z.looseObject({ script: z.array(z.string()) }));

/** How a line calls programs, each as its name and arguments. */
async function callsOf(line: string, env: Readonly<Record<string, string>>): Promise<string[][]> {
  const stub = (name: string) => `${name}() { printf '%s\\0' ${name} "$@"; printf '\\n'; }`;
  const script = [...['node', 'npm', 'npx'].map(stub), line].join('\n');
  const { stdout } = await execa('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
    env: { PATH: process.env.PATH, ...env },
    extendEnv: false,
  });
  return stdout.split('\n').map((call) => call.split('\0').slice(0, -1));
}

/** The arguments of the gate in a call of the command; every other call names a script or a file that is there. */
async function gateIn(line: string, env: Readonly<Record<string, string>>): Promise<GateArguments[]> {
  const found: GateArguments[] = [];
  for (const [program, ...args] of await callsOf(line, env)) {
    if (program === 'npm') {
      expect(args[0], line).to.be.oneOf(['ci', 'install']);
      continue;
    }
    const [entry = '', command, ...rest] = args;
    if (program === 'node') {
      expect(entry).to.match(/\/harness\/firedrill\.ts$/);
      expect(existsSync(join(project, 'harness/firedrill.ts'))).to.equal(true);
    } else expect(entry).to.equal('firedrill');
    expect(command, line).to.equal('gate');
    const problems = new Problems();
    const given = readGateArguments(rest, problems);
    findArguments(['a-scenario', ...given.drills], problems);
    expect(problems.all, line).to.deep.equal([]);
    found.push(given);
  }
  return found;
}

/** The variables of a step, with these values of the inputs. */
const filled = (env: Readonly<Record<string, string>>, values: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(env).map(([name, text]) => {
      const [, wanted = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text) ?? [];
      expect(values, `${name}: ${text}`).to.have.property(wanted);
      return [name, values[wanted] ?? ''];
    }),
  );

/** Expects that a step passes on each input of the gate, and takes values as they are. */
async function expectPassedOn(
  steps: readonly z.output<typeof step>[],
  known: z.output<typeof inputs>,
  others: readonly string[],
) {
  const gates: GateArguments[][] = [];
  const defaults = Object.fromEntries(
    Object.entries(known).map(([name, { default: text = '' }]) => [name, text]),
  );
  // A value that a shell would take apart, or run.
  const odd = Object.fromEntries(Object.keys(known).map((name) => [name, `a b;$(exit 3)'"${name}`]));
  for (const values of [defaults, { ...odd, runtime: 'process' }])
    for (const { run, env } of steps) {
      if (run === undefined) continue;
      expect(run.trimEnd(), 'one line').to.not.include('\n');
      expect(run, 'no expression in a script').to.not.include('${{');
      const found = await gateIn(run, { GITHUB_ACTION_PATH: '/the action', ...filled(env, values) });
      if (found.length > 0) gates.push(found);
    }
  const [[plain] = [], [full] = []] = gates;
  expect(gates).to.have.length(2);
  expect(plain).to.not.have.any.keys('set', 'system', 'baseline');
  expect(plain?.files).to.have.all.keys('junit', 'markdown', 'sarif', 'badge');
  expect(full).to.include({ set: odd.set, system: odd.system, baseline: odd.baseline });
  expect(full?.drills).to.include('--runtime=process');
  expect([...['set', 'system', 'baseline', 'runtime'], ...others]).to.have.members(Object.keys(known));
}

describe('the lines that call the gate', () => {
  it('of action.yml give the gate every input', async () => {
    const action = actionSchema.parse(parse(await read('action.yml')));
    await expectPassedOn(action.runs.steps, action.inputs, ['folder']);
    for (const { run, uses, shell } of action.runs.steps)
      if (run === undefined) expect(uses).to.match(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      else expect(shell, 'a step of an action names its shell').to.equal('bash');
  });

  it('of the reusable workflow give the gate every input', async () => {
    const workflow = workflowSchema.parse(parse(await read('.github/workflows/staging-gate.yml')));
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    await expectPassedOn(steps, workflow.on.workflow_call.inputs, ['firedrill', 'ref']);
  });

  it('of the page about the gate are right, those for GitLab too', async () => {
    const page = await read('docs/gate.md');
    const blocks = (language: string) =>
      [...page.matchAll(/^ *```(\w+)\n([\s\S]*?)^ *```$/gm)].flatMap(([, of, text = '']) =>
        of === language ? [text] : [],
      );
    const gitlab = blocks('yaml')
      .map((text) => gitlabSchema.safeParse(parse(text)))
      .flatMap(({ success, data }) => (success ? Object.values(data) : []))
      .flatMap(({ script }) => script);
    expect((await Promise.all(gitlab.map((line) => gateIn(line, { PWD: '/' })))).flat()).to.have.length(1);
    const lines = blocks('sh').flatMap((text) => text.trim().split('\n'));
    expect(lines.length).to.be.above(1);
    for (const line of lines)
      expect(await gateIn(`firedrill() { npx firedrill "$@"; }; ${line}`, {}), line).to.have.length(1);
  });

  it('are refused with an option that does not exist', async () => {
    for (const line of [
      'npx firedrill gate --junt a.xml',
      'npx firedrill gat',
      'npm run gates',
      'node a.ts gate',
    ])
      expect(await gateIn(line, {}).catch(({ name }: Error) => name), line).to.equal('AssertionError');
  });
});
