import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { met, notYet, until } from '../../../core/poll.ts';
import { project } from '../../testing/cli.ts';

/** Starts a drill and kills it by SIGKILL as soon as it says that it is in this phase. */
export async function killIn(phase: string, args: readonly string[]): Promise<void> {
  const subprocess = execa('node', ['harness/cli.ts', ...args], {
    cwd: project,
    env: { PATH: [join(project, 'node_modules', '.bin'), process.env.PATH].join(delimiter) },
    reject: false,
    stdin: 'ignore',
    all: true,
  });
  let text = '';
  subprocess.all.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await until(phase, () => (text.includes(`${phase}: waits`) ? met(true) : notYet(text.slice(-400))), {
    where: 'drill',
    withinMs: 200_000,
    everyMs: 2,
    signal: new AbortController().signal,
  });
  subprocess.kill('SIGKILL');
  await subprocess;
}
