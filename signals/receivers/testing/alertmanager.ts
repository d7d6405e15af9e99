import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { met, notYet, until } from '../../../core/poll.ts';
import type { Scope } from '../../../core/scope.ts';

/**
 * Starts a real Alertmanager on a free port, until the scope closes.
 *
 * @param env its whole environment; default: that of this process.
 * @returns its URL.
 */
export async function startAlertmanager(
  binary: string,
  config: object,
  scope: Scope,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'firedrill-alertmanager-'));
  scope.defer('folder', () => rm(dir, { recursive: true }));
  // JSON is YAML.
  await writeFile(join(dir, 'alertmanager.yml'), JSON.stringify(config));
  const child = spawn(
    binary,
    [
      `--config.file=${join(dir, 'alertmanager.yml')}`,
      `--storage.path=${dir}`,
      '--web.listen-address=127.0.0.1:0',
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env },
  );
  scope.defer('alertmanager', async () => {
    const gone = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await gone;
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  return await until(
    'its port and readiness',
    async () => {
      const address = /"Listening on" address=(\S+)/.exec(log)?.[1];
      if (!address) return notYet(log);
      const { status } = await fetch(`http://${address}/-/ready`);
      return status === 200 ? met(`http://${address}`) : notYet(`status ${status}`);
    },
    { where: 'alertmanager', withinMs: 10_000, signal: new AbortController().signal },
  );
}
