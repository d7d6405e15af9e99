/*
 * The configuration as engineers and the components' own tools see it: the files as they are written, and as a
 * drill uses them at each pace. What each alert must do with given samples, and where it must go, is written in
 * testing/config/, for promtool and amtool to judge.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { checkConfig } from '../configuration/checked/check-config.ts';
import { readConfigFiles } from '../configuration/config-files.ts';
import { scaleDuration } from '../configuration/paced/configure.ts';
import { configured } from '../configuration/paced/testing/configured.ts';
import { prepareStack } from '../configuration/prepare.ts';
import { paces } from '../core/pace.ts';
import { Scope } from '../core/scope.ts';
import { additions } from './additions.ts';
import { prometheusFlags } from './components/prometheus.ts';
import { ownerOf } from './runtimes/process/owner.ts';
import { ProcessRuntime } from './runtimes/process/process-runtime.ts';
import { binariesOf, stackOf } from './stacks.ts';
import {
  additionRuleFiles,
  additionRules,
  paceRuleTests,
  routeTests,
  ruleFiles,
  rules,
  ruleTests,
  tests,
  textOf,
  written,
} from './testing/config/cases.ts';
import { nobody, noProxy, project } from './testing/running-stack.ts';
import { builtTools } from './toolchain/testing/built-tools.ts';
import type { Binary, Toolchain } from './toolchain/toolchain.ts';

const never = new AbortController().signal;
const all = [
  ['metrics', 'sidecar', []],
  ['metrics', 'sidecar', ['watchers']],
  ['full', 'sidecar', ['watchers']],
  ['full', 'direct', []],
] as const;
const folders = [
  'config',
  'config-full',
  'config-direct',
  ...Object.values(additions).flatMap(({ config }) => config),
];
/** Alerts with their runbooks; several rules of one name share it. */
const runbooks = new Map(
  [...rules, ...additionRules].map(({ alert, annotations }) => [alert, annotations.runbook ?? '']),
);
const inStacks = (folder: string) => join(project, 'stacks', folder);

/** Every stack, with its flags at a pace. */
const stacksAt = (factor: number) =>
  all.map(([name, topology, added]) =>
    stackOf(
      name,
      topology,
      {
        resendDelay: scaleDuration(prometheusFlags.resendDelay, factor),
        lookbackDelta: scaleDuration(prometheusFlags.lookbackDelta, factor),
      },
      added,
    ),
  );

describe('configuration', function () {
  this.timeout(60_000);
  let tools: Toolchain;
  let directory = '';

  before(async function () {
    // Building them, where they have not been built yet.
    this.timeout(900_000);
    const binaries = stacksAt(1).flatMap(binariesOf) as Binary[];
    tools = await builtTools([...new Set(binaries)], never);
    directory = await mkdtemp(join(tmpdir(), 'firedrill-config-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  /** What a tool says; its refusal fails the test in its own words. */
  const run = async (tool: 'promtool' | 'amtool' | 'otelcol', ...args: string[]): Promise<string> => {
    const { all, failed } = await execa(tools.path(tool), args, { all: true, reject: false });
    if (failed) throw new Error(`${tool} ${args.join(' ')}:\n${all}`);
    return all;
  };

  describe('as written', () => {
    const prometheus = join(written, 'prometheus');

    it('is accepted by promtool check config', async () => {
      await run(
        'promtool',
        'check',
        'config',
        '--lint=all',
        '--lint-fatal',
        join(prometheus, 'prometheus.yml'),
      );
    });
    it('is accepted by promtool check rules', async () => {
      const files = [
        ...ruleFiles.map((file) => join(prometheus, 'rules', file)),
        ...additionRuleFiles.map(inStacks),
      ];
      const said = await run('promtool', 'check', 'rules', '--lint=all', '--lint-fatal', ...files);
      expect(said.match(/SUCCESS: \d+ rules found/g)).to.have.lengthOf(files.length);
    });
    it('is accepted by amtool check-config', async () => {
      const said = await run('amtool', 'check-config', join(written, 'alertmanager', 'alertmanager.yml'));
      expect(said).to.contain('SUCCESS').and.contain('3 receivers');
    });
    it('is accepted by amtool check-config, in the folders of additions', async () => {
      const files = Object.values(additions)
        .flatMap(({ config }) => config)
        .map((folder) => inStacks(join(folder, 'alertmanager', 'alertmanager.yml')));
      for (const file of files.filter(existsSync))
        expect(await run('amtool', 'check-config', file), file).to.contain('SUCCESS');
    });
    for (const file of [
      'config/collector/sidecar.yaml',
      'config-full/collector/sidecar.yaml',
      'config-full/collector/gateway.yaml',
      'config-direct/collector/gateway.yaml',
      'config-span-metrics/collector/sidecar.yaml',
    ]) {
      it(`is accepted by otelcol validate: ${file}`, async () => {
        await run('otelcol', 'validate', `--config=${inStacks(file)}`);
      });
    }
  });

  describe('every alert', () => {
    for (const [alert, runbook] of runbooks) {
      it(`${alert} has a runbook in docs/runbooks that speaks of it`, async () => {
        const [, path] = /^https:\/\/runbooks\.internal\/([a-z0-9-]+\/[a-z0-9-]+)$/.exec(runbook) ?? [''];
        expect(path, runbook).to.be.a('string');
        expect(await textOf(project, 'docs', 'runbooks', `${path}.md`)).to.contain(`\`${alert}\``);
      });
    }
    for (const { alert, labels } of rules) {
      it(`${alert} has rule tests that let it fire, stay silent in a blip and below its threshold`, () => {
        const names = ruleTests.flatMap((file) => file.names).filter((name) => name.startsWith(`${alert} `));
        expect(names.some((name) => name.startsWith(`${alert} fires`))).to.equal(true);
        expect(names).to.include(`${alert} is pending and does not fire for a blip`);
        expect(names.some((name) => name.startsWith(`${alert} does not fire`))).to.equal(true);
      });
      it(`${alert} has a route test with its labels`, () => {
        expect(routeTests.map((test) => test.labels)).to.deep.include({ alertname: alert, ...labels });
      });
    }
  });

  for (const { name: pace, factor } of Object.values(paces)) {
    describe(`at ${pace} pace`, () => {
      let paced = '';

      before(async () => {
        paced = join(directory, pace);
        const write = async (path: string, text: string) => {
          await mkdir(dirname(join(paced, path)), { recursive: true });
          await writeFile(join(paced, path), text);
        };
        for (const folder of folders) {
          for (const [path, text] of await readConfigFiles([inStacks(folder)])) {
            await write(`${folder}/${path}`, configured(path, text, factor));
          }
        }
        for (const { file } of ruleTests) {
          const text = await textOf(tests, 'prometheus', file);
          await write(`testing/config/prometheus/${file}`, paceRuleTests(text, factor));
        }
      });

      for (const stack of stacksAt(factor)) {
        it(`is accepted by each component's tool, as a drill writes it for ${stack.name}, ${stack.topology}, with ${stack.components.length} components`, async () => {
          await using scope = new Scope();
          const runtime = new ProcessRuntime({
            owner: ownerOf(`config-${pace}`, process.pid),
            runDirectory: join(
              directory,
              `run-${pace}-${stack.name}-${stack.topology}-${stack.components.length}`,
            ),
            projectDirectory: project,
            scope,
            binary: (name) => tools.path(name as Binary),
            home: (name) => tools.home(name as Binary),
            node: process.execPath,
            env: {},
            fixedPorts: new Map(),
            onLost: () => {},
          });
          await runtime.plan(stack);
          const files = await readConfigFiles(stack.config.map(inStacks));
          const { configuration } = await prepareStack({
            stack,
            runtime,
            files,
            factor,
            origins: nobody,
            proxy: noProxy,
          });
          expect(configuration.map(({ file }) => file)).to.include.members([
            'prometheus/prometheus.yml',
            'alertmanager/alertmanager.yml',
            ...(stack.topology === 'sidecar' ? ['orders-sidecar/sidecar.yaml'] : []),
            ...(stack.name === 'full' ? ['gateway/gateway.yaml', 'loki/loki.yaml', 'tempo/tempo.yaml'] : []),
            ...ruleFiles.map((file) => `prometheus/rules/${file}`),
          ]);
          await checkConfig({ stack, runtime, written: files, signal: never });
        });
      }

      for (const { file, names } of ruleTests) {
        for (const name of names) {
          it(name, async () => {
            const exactly = `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
            const path = join(paced, 'testing', 'config', 'prometheus', file);
            expect(await run('promtool', 'test', 'rules', `--run=${exactly}`, path)).to.contain('SUCCESS');
          });
        }
      }

      for (const { labels, receivers } of routeTests) {
        const given = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
        it(`${given.join(' ')} goes to ${receivers.join(', ')}`, async () => {
          const config = join(paced, 'config', 'alertmanager', 'alertmanager.yml');
          const said = await run('amtool', 'config', 'routes', 'test', `--config.file=${config}`, ...given);
          expect(said.trim().split('\n').at(-1)).to.equal(receivers.join(','));
        });
      }
    });
  }
});
