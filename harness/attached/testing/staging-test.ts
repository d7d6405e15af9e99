/*
 * What the tests of stagings have in common: a staging that ends with the test, and a folder with the file that describes
 * it and a scenario.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { Scope } from '../../../core/scope.ts';
import { type CliCommand, type CliResult, runCli } from '../../testing/cli.ts';
import { type Kill, killDrill } from './kill-drill.ts';
import { type GrafanaOptions, type LiveGrafana, startStagingGrafana } from './live-grafana.ts';
import { breakShop, type LiveStaging, type StagingOptions, startStaging } from './live-staging.ts';

/** What the drills of a folder are given. */
export interface FolderOptions {
  readonly scenario?: string;
  /** Further files, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Ends everything that it has started when it is disposed, and fails if that fails. */
export class StagingTest implements AsyncDisposable {
  readonly scope = new Scope();
  readonly #ended = new AbortController();

  start(options: StagingOptions = {}): Promise<LiveStaging> {
    return startStaging(this.scope, options, this.#ended.signal);
  }

  startGrafana(staging: LiveStaging, options: GrafanaOptions = {}): Promise<LiveGrafana> {
    return startStagingGrafana(this.scope, staging, options, this.#ended.signal);
  }

  /** @param yaml describes the staging. */
  async folder(yaml: string, options: FolderOptions = {}): Promise<StagingFolder> {
    const { scenario = breakShop(), files, env = {} } = options;
    const path = await mkdtemp(join(tmpdir(), 'attached-test-'));
    this.scope.defer('folder', () => rm(path, { recursive: true }));
    for (const [name, text] of Object.entries({
      'staging.yaml': yaml,
      'scenario.yaml': scenario,
      ...files,
    })) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
    return new StagingFolder(path, env);
  }

  /** Drills a staging once. */
  async drill(yaml: string, options: FolderOptions = {}): Promise<CliResult> {
    return await (await this.folder(yaml, options)).drill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    expect(await this.scope.close()).to.deep.equal([]);
  }
}

/** A folder with `staging.yaml` and `scenario.yaml`. */
export class StagingFolder {
  readonly path: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(path: string, env: Readonly<Record<string, string>>) {
    this.path = path;
    this.#env = env;
  }

  drill(more: Partial<CliCommand> = {}): Promise<CliResult> {
    return this.#run([this.#scenario], more);
  }

  plan(): Promise<CliResult> {
    return this.#run([this.#scenario, '--plan']);
  }

  clean(): Promise<CliResult> {
    return this.#run(['--clean']);
  }

  /** Begins a drill and kills it by SIGKILL. @returns what it has printed. */
  killed({ says, when }: Pick<Kill, 'says' | 'when'>): Promise<string> {
    const args = [...this.#attach, this.#scenario, '--runs', join(this.path, 'runs')];
    return killDrill({ args, says, env: this.#env, ...(when ? { when } : {}) });
  }

  /** What is in it besides the runs of killed drills. */
  async names(): Promise<string[]> {
    return (await readdir(this.path)).filter((name) => name !== 'runs').sort();
  }

  #run(args: readonly string[], more: Partial<CliCommand> = {}): Promise<CliResult> {
    return runCli({ args: [...this.#attach, ...args], env: this.#env, ...more });
  }

  get #attach(): string[] {
    return ['--attach', join(this.path, 'staging.yaml')];
  }

  get #scenario(): string {
    return join(this.path, 'scenario.yaml');
  }
}

/** The autopsy of the page that a drill expects. */
export const autopsyOf = ({ kept }: CliResult) =>
  kept?.record.verdicts.find(({ check }) => check === 'arrives')?.autopsy;
