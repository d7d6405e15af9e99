import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { PhaseName } from '../../../core/hops.ts';
import { met, never, notYet, until } from '../../../core/poll.ts';
import { project } from '../../testing/cli.ts';

export interface Kill {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The text of its console after which it is killed. */
  readonly says: string;
  /** What else must be so before it is killed. */
  readonly when?: () => boolean;
}

/** What a drill says when a phase begins. */
export const begins = (phase: PhaseName): string => `${phase}: waits`;

/**
 * Starts a drill and kills it by SIGKILL.
 *
 * @returns what it has printed.
 */
export async function killDrill({ args, says, env = {}, when = () => true }: Kill): Promise<string> {
  const subprocess = execa('node', ['harness/cli.ts', ...args], {
    cwd: project,
    env: { PATH: [join(project, 'node_modules', '.bin'), process.env.PATH].join(delimiter), ...env },
    reject: false,
    stdin: 'ignore',
    all: true,
  });
  let text = '';
  subprocess.all.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  let hasEnded = false;
  const ended = subprocess.then(() => {
    hasEnded = true;
  });
  try {
    await until(
      says,
      () => {
        if (text.includes(says) && when()) return met(true);
        return hasEnded ? never(`it ended before: ${text}`) : notYet(text.slice(-400));
      },
      { where: 'drill', withinMs: 300_000, everyMs: 2, signal: new AbortController().signal },
    );
  } finally {
    subprocess.kill('SIGKILL');
    await ended;
  }
  return text;
}
