import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { execa } from 'execa';
import { met, never, notYet, until } from '../../../core/poll.ts';
import { signalProcessGroup } from '../../../core/process-group.ts';
import { statOf } from './stat.ts';

/** How a child process exited. */
export interface ProcessExit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

export interface ChildOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** File for both output streams. */
  readonly log: string;
  readonly uid?: number;
}

/** A child process in its own process group, so that Ctrl-C at the terminal reaches only the harness. */
export interface Child {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  kill(signal: NodeJS.Signals): void;
  /**
   * Sends SIGSTOP and resolves when the process has stopped; SIGCONT continues it. @throws FiredrillError if it has
   * exited.
   */
  pause(): Promise<void>;
  /**
   * Lets the process run for this share of each tenth of a second only, and stops it for the rest; 1 ends that. Resolves
   * when it has stopped for the first time. @throws FiredrillError if it has exited.
   */
  throttle(share: number): Promise<void>;
  /** Sends a signal to the process itself, not to those that it has started. */
  signal(name: NodeJS.Signals): void;
  /** Sends SIGTERM (or `first`), and SIGKILL after `graceMs`; resolves when the process has exited. */
  stop(graceMs?: number, first?: NodeJS.Signals): Promise<void>;
}

/** Period of a throttled process in milliseconds: that of the kernel's own limit, `cpu.max` of cgroups(7). */
const periodMs = 100;

/** @throws Error if the file cannot be executed. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { file, args, env, cwd, log, uid } = options;
  // The child writes to the file directly, so that its last output is kept even if the harness dies.
  const out = createWriteStream(log, { flags: 'a' });
  await once(out, 'open');
  const subprocess = execa(file, args, {
    cwd,
    env: { ...env },
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    stdio: ['ignore', out, out],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  out.destroy();
  const { pid } = subprocess;
  if (pid === undefined) throw new Error((await subprocess).shortMessage ?? `cannot execute ${file}`);
  let ended = false;
  const kill = (signal: NodeJS.Signals) => {
    if (!ended) signalProcessGroup(pid, signal);
  };
  let turn: NodeJS.Timeout | undefined;
  const unthrottle = () => {
    if (turn === undefined) return;
    clearTimeout(turn);
    turn = undefined;
    kill('SIGCONT');
  };
  const pause = async () => {
    kill('SIGSTOP');
    await until('its process to stop', () => checkStopped(pid), {
      where: basename(file),
      withinMs: 2_000,
      everyMs: 2,
      signal: new AbortController().signal,
    });
  };
  const exited = subprocess.then(({ exitCode, signal }) => {
    clearTimeout(turn);
    // Kills the rest of its process group at once: later its pid may be reused by another group.
    kill('SIGKILL');
    ended = true;
    return { code: exitCode, signal };
  });
  return {
    pid,
    exited,
    kill,
    pause,
    throttle: async (share) => {
      unthrottle();
      if (share === 1) return;
      await pause();
      const stopFor = () => {
        turn = setTimeout(
          () => {
            kill('SIGCONT');
            turn = setTimeout(() => {
              kill('SIGSTOP');
              stopFor();
            }, periodMs * share);
          },
          periodMs * (1 - share),
        );
      };
      stopFor();
    },
    signal: (name) => {
      if (ended) return;
      try {
        process.kill(pid, name);
      } catch {
        // It has exited meanwhile.
      }
    },
    stop: async (graceMs = 5_000, first = 'SIGTERM') => {
      unthrottle();
      kill(first);
      // A stopped process would not handle the signal.
      kill('SIGCONT');
      const timer = setTimeout(() => kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function checkStopped(pid: number) {
  const state = statOf(pid)?.state;
  if (state === undefined) return never('it has ended');
  return state === 'T' ? met(true) : notYet(`state ${state}`);
}

/**
 * The last lines of a log, for error messages, without routine lines if there are others.
 *
 * @param lines the maximum number of lines.
 */
export async function logTailOf(log: string, lines = 8): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const last = text.trimEnd().split('\n');
  const notable = last.slice(-5 * lines).filter((line) => !isRoutine(line));
  const shown = notable.length > 0 ? notable : last;
  return shown.slice(-lines).join('\n') || '(its log is empty)';
}

/** Lines of structured logs (JSON or logfmt) with level debug or info. */
const isRoutine = (line: string): boolean => /("level":\s*"|\blevel=)(debug|info)\b/i.test(line);
