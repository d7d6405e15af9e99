import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { met, notYet, until } from '../../../../core/poll.ts';
import type { Scope } from '../../../../core/scope.ts';

export type ServiceLogLine = Readonly<Record<string, unknown>> & {
  readonly level: string;
  readonly msg: string;
};

export interface RunningService {
  readonly url: string;
  readonly lines: readonly ServiceLogLine[];
  /** Sends SIGTERM, unless told otherwise, and waits for the exit code: null when the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** Starts a service, on a free port unless `env` names one, and waits until /health/startup says so. */
export async function startService(
  scope: Scope,
  signal: AbortSignal,
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningService> {
  const lines: ServiceLogLine[] = [];
  const child = spawn(process.execPath, ['--import', path('shared/telemetry.ts'), path(`${name}/main.ts`)], {
    env: { PORT: '0', OTEL_SERVICE_NAME: name, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as ServiceLogLine));
  const exited = once(child, 'exit');
  const stop = async (by: NodeJS.Signals = 'SIGTERM') => {
    child.kill(by);
    const [code] = (await exited) as [number | null];
    return code;
  };
  scope.defer(name, async () => void (await stop()));
  const url = await until(
    `${name} to be started`,
    async () => {
      const address = lines.find(({ msg }) => msg === 'started')?.address;
      if (typeof address !== 'string') return notYet(JSON.stringify(lines.at(-1)) ?? 'no line');
      const { status } = await fetch(`${address}/health/startup`);
      return status === 200 ? met(address) : notYet(`status ${status}`);
    },
    { where: name, withinMs: 30_000, everyMs: 20, signal },
  );
  return { url, lines, stop };
}
