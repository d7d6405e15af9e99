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

/** A running command with one or several drills, for tests that disturb it. */
export class LiveDrill implements AsyncDisposable {
  /** The name of its first run. */
  readonly run: string;
  /** Process id of the harness. */
  readonly pid: number;
  /** Exit code of the command; settles when it ends. */
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
   * Starts a drill of checkout-errors. Returns when the command has printed the drill's name.
   *
   * @param first scenarios to drill first.
   * @param clone directory of the project, if it is another one.
   * @param imported JavaScript that Node runs before the command.
   * @param runtime `docker` runs with local images.
   * @param env additional environment variables.
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
    const run = await waitForOutput(output, /, drill (\S+)/);
    return new LiveDrill(run, subprocess.pid as number, exitCode, output, runs);
  }

  /** Waits until a phase has started. */
  async untilPhase(name: PhaseName): Promise<void> {
    await this.untilOutput(`${name}: waits`);
  }

  /** Waits until a phase has ended. */
  async untilPhaseDone(name: PhaseName): Promise<void> {
    await this.untilOutput(`${name}: done`);
  }

  /** Waits until the command has printed this text. */
  async untilOutput(text: string): Promise<void> {
    await waitForOutput(this.#output, new RegExp(`(${RegExp.escape(text)})`));
  }

  /** Waits until a process of the run has this in its command line. */
  async untilProcess(command: string): Promise<number> {
    const look = () => {
      const found = processesOf(this.run).find((process) => process.command.includes(command));
      return found ? met(found.pid) : notYet('none');
    };
    return await until(`a process ${command}`, look, waiting(this.#output));
  }

  /** @param run name of the run; `latest` for the last drill. */
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

/** Everything that the command has printed so far. `over` ends every wait for more. */
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

/** Waits until the command's output matches. Returns the first group. */
const waitForOutput = (output: Output, pattern: RegExp): Promise<string> =>
  until(
    String(pattern),
    () => {
      const found = pattern.exec(output.text)?.[1];
      return found ? met(found) : notYet(`its last lines:\n${output.text.split('\n').slice(-4).join('\n')}`);
    },
    waiting(output),
  );
