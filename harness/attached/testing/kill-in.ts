import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { PhaseName } from '../../../core/hops.ts';
import { met, never, notYet, until } from '../../../core/poll.ts';
import { project } from '../../testing/cli.ts';

export interface Kill {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What else must be so before it is killed. */
  readonly when?: () => boolean;
}

/**
 * Starts a drill and kills it by SIGKILL as soon as it says that it is in this phase.
 *
 * @returns what it has printed.
 */
export async function killIn(phase: PhaseName, { args, env = {}, when = () => true }: Kill): Promise<string> {
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
      phase,
      () => {
        if (text.includes(`${phase}: waits`) && when()) return met(true);
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
