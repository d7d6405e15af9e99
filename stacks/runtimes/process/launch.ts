import { stat } from 'node:fs/promises';
import { broken, FiredrillError, messageOf } from '../../../core/errors.ts';
import { until } from '../../../core/poll.ts';
import { type PreparedComponent, RetryStart } from '../runtime.ts';
import { type Child, logTailOf } from './child.ts';
import { ownedEnvironment } from './owner.ts';
import type { ProcessRuntimeOptions } from './process-runtime-options.ts';
import { checkReady } from './ready.ts';
import { checkReadyCommand } from './ready-command.ts';
import { type SpawnOptions, spawnComponent } from './spawn.ts';

/** A started component, across restarts. */
export interface ComponentProcess {
  readonly component: PreparedComponent;
  readonly log: string;
  /** Its latest process; settled once it has been spawned or has failed to. */
  child?: Promise<Child>;
  /** Pid of its latest process, once spawned. */
  pid?: number;
  /** Whether its end was requested. */
  isStopping: boolean;
}

export interface LaunchOptions
  extends Omit<SpawnOptions, 'log'>,
    Pick<ProcessRuntimeOptions, 'onLost' | 'readyWithinMs'> {
  /** `host:port` of its readiness check. */
  readonly address: string;
  /** Text in the log of a failed start upon which to retry. */
  readonly retryOn?: string | undefined;
}

/**
 * Starts the component's process and waits until it is ready.
 *
 * @throws FiredrillError `broken` with the end of the log if it exits or is not ready in time; RetryStart if its log
 * contains `again`.
 */
export async function launch(
  run: ComponentProcess,
  options: LaunchOptions,
  signal: AbortSignal,
): Promise<void> {
  const { log, component } = run;
  const { spec, env } = component;
  const { ready, program } = spec;
  const { address, onLost, owner, readyWithinMs = 60_000, retryOn: again } = options;
  const from = await stat(log).then(
    ({ size }) => size,
    () => 0,
  );
  run.child = spawnComponent(component, { ...options, log }, signal);
  const child = await run.child.catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof FiredrillError) throw error;
    throw broken(spec.name, messageOf(error), `its log is ${log}`);
  });
  run.pid = child.pid;
  const ended = new AbortController();
  let isReady = false;
  void child.exited.then(async ({ code, signal: by }) => {
    if (run.isStopping) return;
    const how = by ?? `exit code ${code}`;
    const tail = await logTailOf(log);
    if (!isReady && again !== undefined && tail.includes(again)) return ended.abort(new RetryStart());
    const error = broken(
      spec.name,
      `${spec.name} ended by itself (${how}):\n${tail}`,
      `its whole log is ${log}`,
    );
    ended.abort(error);
    onLost(error);
  });
  const waiting = AbortSignal.any([signal, ended.signal]);
  await until(
    `${spec.name} to be ready`,
    (checkSignal) =>
      ready.kind === 'command'
        ? checkReadyCommand(
            ready.command,
            program.kind === 'command' ? program.directory : options.projectDirectory,
            ownedEnvironment({ ...options.env, ...env }, owner),
            checkSignal,
          )
        : checkReady(ready, address, log, checkSignal, from),
    {
      where: spec.name,
      withinMs: readyWithinMs,
      // Components that wait for others start late by the pauses of all before them.
      everyMs: (waitedMs) => Math.min(150, 10 + waitedMs / 20),
      signal: waiting,
    },
  ).catch(async (error: unknown) => {
    waiting.throwIfAborted();
    const late = error instanceof FiredrillError ? error.problems[0]?.message : messageOf(error);
    throw broken(spec.name, `${late}\n${await logTailOf(log)}`, `its whole log is ${log}`);
  });
  isReady = true;
}
