import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { problemsOfPromise } from '../../core/testing/problems-of.ts';
import { scenarios } from '../../scenarios/index.ts';
import { project } from '../command/session.ts';
import { findSet, findStagingSet } from './find-set.ts';

const system = { name: 'mine', services: { web: { command: ['web'], ports: [80], ready: { tcp: 80 } } } };

describe('a set of scenarios', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'find-set-'));
    for (const path of ['monitoring/prometheus/prometheus.yml', 'monitoring/alertmanager/alertmanager.yml'])
      await write(path, '');
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const found = async (sets: unknown, name?: string) => {
    await write('firedrill.yaml', stringify({ ...system, sets }));
    return await findSet(name, join(folder, 'firedrill.yaml'));
  };
  const here = (path: string) => relative(process.cwd(), join(folder, path));

  it('is that of its name, with paths from the folder of the file', async () => {
    const sets = {
      nightly: { scenarios: ['scenarios/a.yaml', 'b.yaml'], baseline: 'gate/a.jsonl', repeats: 2 },
    };
    expect(await found(sets, 'nightly')).to.deep.include({
      ...{ name: 'nightly', repeats: 2, isImplied: false, thresholds: {} },
      scenarios: [here('scenarios/a.yaml'), here('b.yaml')],
      baseline: join(folder, 'gate/a.jsonl'),
    });
  });

  it('is the set default, or all scenarios if there is none', async () => {
    await write('scenarios/a.yaml', 'expectations: []');
    await write('scenarios/below/b.yaml', 'expectations: []');
    expect(await found({ default: { scenarios: ['a.yaml'] } })).to.deep.include({
      scenarios: [here('a.yaml')],
      isImplied: false,
    });
    for (const sets of [{}, { other: {} }])
      expect(await found(sets)).to.deep.include({
        ...{ name: 'default', isImplied: true, repeats: 3 },
        scenarios: [here('scenarios/a.yaml'), here('scenarios/below/b.yaml')],
      });
    expect((await found({ all: {} }, 'all')).scenarios).to.have.length(2);
  });

  it('is refused if it does not exist, is empty, or has a scenario twice', async () => {
    const told = async (sets: unknown, name?: string) =>
      (await problemsOfPromise(found(sets, name))).map(({ where, message, hint = '' }) =>
        `${where}: ${message} → ${hint}`.replaceAll(`${folder}/`, ''),
      );
    expect((await told({ release: {}, default: {} }, 'relase'))[0]).to.match(
      /^relase: firedrill\.yaml has no set of this name → did you mean release\?/,
    );
    expect((await told({}, 'constructor'))[0]).to.match(/^constructor: firedrill\.yaml has no set/);
    expect(await told({})).to.deep.equal(['firedrill.yaml: there is no scenario beside or below it → ']);
    const [twice, ...others] = await told({ default: { scenarios: ['a.yaml', 'b.yaml', './a.yaml'] } });
    expect(twice).to.match(
      /^firedrill\.yaml:\d+: sets\.default\.scenarios\[2\]: .*a\.yaml is in the set already/,
    );
    expect(others).to.deep.equal([]);
    expect((await told({ default: { scenario: ['a.yaml'] } }))[0]).to.match(
      /sets\.default\.scenario: there is no such key → did you mean scenarios/,
    );
  });

  it('is one of the shop where there is no system', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const set = await findSet(undefined);
      expect(set.file).to.equal(join(project, 'scenarios/sets.yaml'));
      const names = scenarios.map(({ name }) => name);
      expect(names).to.include.members([...set.scenarios]);
      expect((await findSet('quick')).scenarios).to.deep.equal(['checkout-errors', 'transient-blip']);
      const [problem] = await problemsOfPromise(findSet('quik'));
      expect(problem?.hint).to.match(/did you mean quick/);
    } finally {
      process.chdir(before);
    }
  });

  describe('of a staging', () => {
    const url = 'https://prometheus.example';
    const staging = async (sets: unknown, name?: string) => {
      const file = { name: 'shop-staging', hosts: ['prometheus.example'], prometheus: { url }, sets };
      await write('staging.yaml', stringify(file));
      return await findStagingSet(name, join(folder, 'staging.yaml'));
    };

    it('is that of its name in the file of the staging', async () => {
      const sets = { default: { scenarios: ['a.yaml'], baseline: 'gate/a.jsonl', repeats: 1 } };
      const set = await staging(sets);
      expect(set).to.deep.include({
        ...{ name: 'default', repeats: 1, isImplied: false, scenarios: [here('a.yaml')] },
        baseline: join(folder, 'gate/a.jsonl'),
      });
      expect(set.system).to.equal(undefined);
    });

    it('is refused if it does not name its scenarios, or demands what a staging cannot show', async () => {
      const told = async (sets: unknown, name?: string) =>
        (await problemsOfPromise(staging(sets, name))).map(({ where, message }) =>
          `${where}: ${message}`.replaceAll(`${folder}/`, ''),
        );
      const unknown = 'it is not known which scenarios are drilled on this staging';
      expect(await told({})).to.deep.equal([`staging.yaml: ${unknown}`]);
      const [first, ...others] = await told({
        default: { pace: 'fast', thresholds: { minProven: '80%' } },
      });
      expect(first).to.match(/^staging\.yaml:\d+: sets\.default: it is not known/);
      expect(others.map((one) => one.split(': ')[1])).to.deep.equal([
        'sets.default.pace',
        'sets.default.thresholds.minProven',
      ]);
      expect((await told({ release: {} }, 'relase'))[0]).to.match(/^relase: staging\.yaml has no set/);
    });
  });
});
