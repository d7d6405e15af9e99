import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { alertLine, drillLine } from '../../assertions/gate/testing/lines.ts';
import type { DrillLine } from '../../core/drill-line.ts';
import { problemsOf, problemsOfPromise } from '../../core/testing/problems-of.ts';
import { drillLinesText } from '../ledger/append-lines.ts';
import { comparable, type RunsOn, readBaseline, writeBaseline } from './baseline.ts';

const failed = drillLine([alertLine({ failed: ['labels'], outcome: 'fail' })]);

describe('a baseline', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baseline-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const file = () => join(folder, 'gate.jsonl');
  const told = async () =>
    (await problemsOfPromise(readBaseline(file(), '--baseline', 'default'))).map(
      ({ where, message, hint = '' }) => `${where}: ${message} → ${hint}`.replaceAll(`${folder}/`, ''),
    );

  it('is read as it was written, without the drills that did not hold', async () => {
    const held = drillLine();
    await writeBaseline(file(), [held]);
    expect(await readFile(file(), 'utf8')).to.equal(`${JSON.stringify(held)}\n`);
    expect(await readBaseline(file(), '--baseline', 'default')).to.deep.include({ held: [held], notHeld: 0 });
    await writeBaseline(file(), [held, failed]);
    expect(await readBaseline(file(), '--baseline', 'default')).to.deep.include({ held: [held], notHeld: 1 });
  });

  it('is refused if it is not there, and the command that writes it is told', async () => {
    expect(await told()).to.deep.equal([
      '--baseline: there is no file gate.jsonl → write it: firedrill gate default --write-baseline gate.jsonl',
    ]);
  });

  it('is refused if no drill in it held', async () => {
    for (const text of ['', drillLinesText([failed])]) {
      await writeFile(file(), text);
      expect((await told())[0]).to.match(/^gate\.jsonl: none of its drills held/);
    }
  });

  it('is refused with every line of another version', async () => {
    await writeFile(
      file(),
      [{ ...drillLine(), version: 0 }, drillLine(), { version: 2 }]
        .map((one) => JSON.stringify(one))
        .join('\n'),
    );
    const [first, second, ...others] = await told();
    expect(first).to.match(/gate\.jsonl:1: version: .*found 0/);
    expect(second).to.match(/gate\.jsonl:3: version: .*found 2/);
    expect(others).to.deep.equal([]);
  });
});

describe('the drills of a baseline that can be compared', () => {
  const now: RunsOn = {
    ...{ scenario: 'web-down', system: 'hello', pace: 'fast' },
    stack: { name: 'metrics', topology: 'sidecar', runtime: 'process' },
  };
  const of = (...held: DrillLine[]) => ({ file: 'gate.jsonl', held, notHeld: 0 });
  const stack = drillLine().stack;

  it('are those on the same stack, and those of scenarios that are not drilled', () => {
    const same = drillLine();
    const other = drillLine([], { scenario: 'other', pace: 'real' });
    const docker = drillLine([], { stack: { ...stack, runtime: 'docker' } });
    expect(comparable(of(same, docker, other), [now])).to.deep.equal({
      lines: [same, other],
      onOtherTerms: 1,
    });
    expect(comparable(of(other), [now])).to.deep.equal({ lines: [other], onOtherTerms: 0 });
    const onDocker = { ...now, stack: { ...now.stack, runtime: 'docker' } };
    expect(comparable(of(same, docker), [now, onDocker]).lines).to.deep.equal([same, docker]);
  });

  for (const [what, changes] of Object.entries({
    runtime: { stack: { ...stack, runtime: 'docker' } },
    topology: { stack: { ...stack, topology: 'direct' } },
    stack: { stack: { ...stack, name: 'full' } },
    pace: { pace: 'real' },
    system: { system: 'shop' },
  }))
    it(`are refused if all are of another ${what}`, () => {
      const problems = problemsOf(() => comparable(of(drillLine([], changes)), [now]));
      expect(problems).to.have.length(1);
      expect(problems[0]?.where).to.equal('gate.jsonl');
      expect(problems[0]?.message).to.match(
        /^web-down was drilled on other terms \(.*\) than now \(hello, stack metrics, topology sidecar, runtime process, pace fast\)/,
      );
    });

  it('are those of the same staging alone', () => {
    const attached = { ...stack, runtime: 'attached' };
    const ofStaging = { ...now, pace: 'real', stack: { ...now.stack, runtime: 'attached' } };
    const line = (system: string) => drillLine([], { system, pace: 'real', stack: attached });
    const same = line('hello');
    expect(comparable(of(same, line('other')), [ofStaging])).to.deep.equal({
      lines: [same],
      onOtherTerms: 1,
    });
    for (const other of [line('other'), drillLine([], { pace: 'real' })]) {
      const [problem] = problemsOf(() => comparable(of(other), [ofStaging]));
      expect(problem?.message).to.match(/than now \(hello, .*runtime attached, pace real\)/);
      expect(problem?.hint).to.match(
        /^the drills of a staging are compared with drills of that staging alone/,
      );
    }
  });
});
