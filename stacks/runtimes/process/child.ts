import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { execa } from 'execa';
import { met, never, notYet, until } from '../../../core/poll.ts';
import { signalProcessGroup } from '../../../core/process-group.ts';
import { statOf } from './stat.ts';

/** How a child process ended. */
export interface Exit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

export interface ChildOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** File that takes both output streams. */
  readonly log: string;
  readonly uid?: number;
}

/** A child process in a process group of its own, so that a Ctrl-C at the terminal reaches the harness alone. */
export interface Child {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
  /** Stops it by SIGSTOP, until it gets a SIGCONT; returns when it stands still. @throws FiredrillError when it has ended. */
  pause(): Promise<void>;
  /** TERM (or `first`), and KILL after `graceMs`; returns when the process has ended. */
  stop(graceMs?: number, first?: NodeJS.Signals): Promise<void>;
}

/** @throws Error when the file cannot be executed. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { file, args, env, cwd, log, uid } = options;
  // The file itself, not a pipe through us: a component's last words are kept even when the harness dies.
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
  const exited = subprocess.then(({ exitCode, signal }) => {
    // What the process had started goes with it, now: later its pid may be that of another's group.
    kill('SIGKILL');
    ended = true;
    return { code: exitCode, signal };
  });
  return {
    pid,
    exited,
    kill,
    pause: async () => {
      kill('SIGSTOP');
      await until('its process to stand still', () => lookStopped(pid), {
        where: basename(file),
        withinMs: 2_000,
        everyMs: 2,
        signal: new AbortController().signal,
      });
    },
    stop: async (graceMs = 5_000, first = 'SIGTERM') => {
      kill(first);
      // One that stands still would take no notice.
      kill('SIGCONT');
      const timer = setTimeout(() => kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function lookStopped(pid: number) {
  const state = statOf(pid)?.state;
  if (state === undefined) return never('it has ended');
  return state === 'T' ? met(true) : notYet(`state ${state}`);
}

/**
 * The last lines of a log, for messages; where what was amiss stands among what was not, only that.
 *
 * @param lines how many at most.
 */
export async function tailOf(log: string, lines = 8): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const last = text.trimEnd().split('\n');
  const amiss = last.slice(-5 * lines).filter((line) => !isRoutine(line));
  const told = amiss.length > 0 ? amiss : last;
  return told.slice(-lines).join('\n') || '(its log is empty)';
}

/** Lines of structured logs, JSON or logfmt, that say of themselves that nothing is wrong. */
const isRoutine = (line: string): boolean => /("level":\s*"|\blevel=)(debug|info)\b/i.test(line);
