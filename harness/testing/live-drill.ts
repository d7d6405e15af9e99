import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { PhaseName } from '../../core/hops.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { RuntimeName } from '../../core/runtime.ts';
import type { ScenarioInput } from '../../core/scenario.ts';
import { readRecord } from '../../reports/json.ts';
import { processesOf } from '../../stacks/runtimes/process/testing/traces.ts';
import { importing, project } from './cli.ts';

/** A command that runs a drill, or several, to be disturbed on its way. */
export class LiveDrill implements AsyncDisposable {
  /** The name of its first run. */
  readonly run: string;
  /** The harness' own process. */
  readonly pid: number;
  /** How the command ended, once it has. */
  readonly exitCode: Promise<number | undefined>;
  readonly #output: Output;
  readonly #runs: string;

  private constructor(
    run: string,
    pid: number,
    exitCode: Promise<number | undefined>,
    output: Output,
    runs: string,
  ) {
    this.run = run;
    this.pid = pid;
    this.exitCode = exitCode;
    this.#output = output;
    this.#runs = runs;
  }

  /**
   * Starts a drill of checkout-errors; returns once it has told its name.
   *
   * @param first scenarios to be drilled before, each by what its file is to hold.
   * @param clone the project's directory, when it is another one.
   * @param imported JavaScript that Node runs before the command.
   * @param runtime in docker, with local images.
   * @param env laid over our own environment.
   */
  static async start({
    first = [] as readonly ScenarioInput[],
    clone = project,
    imported = '',
    runtime = 'process' as RuntimeName,
    env = {} as Readonly<Record<string, string>>,
  } = {}): Promise<LiveDrill> {
    const runs = await mkdtemp(join(tmpdir(), 'live-drill-'));
    const before: string[] = [];
    for (const scenario of first) {
      const file = join(runs, `${scenario.name}.json`);
      await writeFile(file, JSON.stringify(scenario));
      before.push(file);
    }
    const output: Output = { text: '', over: new AbortController() };
    const subprocess = execa(
      'node',
      [
        ...importing(imported),
        ...[
          'harness/cli.ts',
          ...before,
          'checkout-errors',
          '--stack',
          'metrics',
          '--pace',
          'fast',
          '--runs',
          runs,
        ],
        ...['--runtime', runtime, ...(runtime === 'docker' ? ['--images', 'local'] : [])],
      ],
      {
        cwd: clone,
        env: { PATH: [join(project, 'node_modules', '.bin'), process.env.PATH].join(delimiter), ...env },
        reject: false,
        stdin: 'ignore',
        all: true,
      },
    );
    subprocess.all.on('data', (chunk: Buffer) => {
      output.text += chunk.toString();
    });
    const exitCode = subprocess.then((ended) => ended.exitCode);
    const run = await told(output, /, drill (\S+)/);
    return new LiveDrill(run, subprocess.pid as number, exitCode, output, runs);
  }

  /** Waits until a phase runs. */
  async phase(name: PhaseName): Promise<void> {
    await this.told(`${name}: waits`);
  }

  /** Waits until a phase was done. */
  async ended(name: PhaseName): Promise<void> {
    await this.told(`${name}: done`);
  }

  /** Waits until the command has told this. */
  async told(text: string): Promise<void> {
    await told(this.#output, new RegExp(`(${RegExp.escape(text)})`));
  }

  /** Waits until a process of the run has this in its command line. */
  async process(command: string): Promise<number> {
    const look = () => {
      const found = processesOf(this.run).find((process) => process.command.includes(command));
      return found ? met(found.pid) : notYet('none');
    };
    return await until(`a process ${command}`, look, waiting(this.#output));
  }

  /** @param run `latest` for that of the last drill. */
  async record(run = this.run): Promise<DrillRecord> {
    return readRecord(await readFile(join(this.#runs, run, 'record.json'), 'utf8'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#output.over.abort();
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
    await this.exitCode;
    await rm(this.#runs, { recursive: true, force: true });
  }
}

/** All that the command told so far; nobody waits for more once it is over. */
interface Output {
  text: string;
  readonly over: AbortController;
}

const waiting = ({ over }: Output) => ({
  where: 'drill',
  withinMs: 200_000,
  everyMs: 2,
  signal: over.signal,
});

/** Waits until the command has told something; gives its first group. */
const told = (output: Output, pattern: RegExp): Promise<string> =>
  until(
    String(pattern),
    () => {
      const found = pattern.exec(output.text)?.[1];
      return found ? met(found) : notYet(`its last lines:\n${output.text.split('\n').slice(-4).join('\n')}`);
    },
    waiting(output),
  );
