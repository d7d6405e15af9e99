import type { WriteStream } from 'node:fs';
import { execa } from 'execa';
import { signalProcessGroup } from '../../core/process-group.ts';
import type { Beside } from '../../stacks/runtimes/runtime.ts';
import { networksOutside } from './networks-outside.ts';
import { scriptFiles } from './script-files.ts';

/** A running k6. */
export interface K6Process {
  /** What it prints: one sample a line. */
  readonly lines: AsyncIterable<string>;
  /** No effect once it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** How it ended, such as `exit code 107`; nothing of it runs any more. */
  readonly ended: Promise<string>;
}

/** Where k6 runs. */
export interface K6 {
  /** Networks that hold every address except those of the run, for a script of the user. */
  readonly forbidden: readonly string[];
  /**
   * @param options of `k6 run`.
   * @param script its path on this machine.
   * @param env environment of the script.
   * @param errors gets its own messages; it is open.
   */
  run(
    options: readonly string[],
    script: string,
    env: Readonly<Record<string, string>>,
    errors: WriteStream,
  ): Promise<K6Process>;
}

/** Every address except those of this machine. */
const everythingButLoopback = [
  ...['0.0.0.0/2', '64.0.0.0/3', '96.0.0.0/4', '112.0.0.0/5', '120.0.0.0/6', '124.0.0.0/7', '126.0.0.0/8'],
  ...['128.0.0.0/1', '::/1', '8000::/1'],
];

/**
 * A k6 of this machine.
 *
 * @param path of its binary.
 * @param inherited environment of its process besides that of the script.
 */
export const installedK6 = (path: string, inherited: Readonly<Record<string, string>>): K6 => ({
  forbidden: everythingButLoopback,
  async run(options, script, env, errors) {
    // k6 writes its JSON lines into a pipe. If the harness is killed, the closed pipe ends k6 as well.
    const subprocess = execa(path, ['run', ...options, script], {
      env: { ...inherited, ...env },
      extendEnv: false,
      detached: true,
      cleanup: false,
      reject: false,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: errors,
      buffer: false,
    });
    let over = false;
    const kill = (signal: NodeJS.Signals) => {
      if (!over && subprocess.pid !== undefined) signalProcessGroup(subprocess.pid, signal);
    };
    const ended = subprocess.then(({ exitCode, signal }) => {
      kill('SIGKILL');
      over = true;
      return signal ?? `exit code ${exitCode}`;
    });
    return { lines: subprocess.iterable(), kill, ended };
  },
});

/**
 * A k6 in a container beside the stack, where pods have other addresses.
 *
 * @param image the official image of k6, or one like it.
 */
export const containedK6 = (beside: Beside, image: string): K6 => ({
  forbidden: [
    ...networksOutside(beside.subnets),
    // The machine of the daemon.
    ...beside.gateways.map((address) => `${address}/32`),
    ...['::/1', '8000::/1'],
  ],
  async run(options, script, env, errors) {
    const files = (await scriptFiles(script)).map((from) => ({ from, to: inContainer(from) }));
    const args = ['run', ...options, inContainer(script)];
    return await beside.start({ image, args, env, files, errors });
  },
});

/** Scripts find what they import by their own path, so that all files keep their paths. */
const inContainer = (file: string): string => `/load${file}`;
