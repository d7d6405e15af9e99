import { broken, FiredrillError, messageOf } from '../../../core/errors.ts';
import { until } from '../../../core/poll.ts';
import { type PreparedComponent, StartAgain } from '../runtime.ts';
import { type Child, tailOf } from './child.ts';
import type { ProcessRuntimeOptions } from './process-runtime-options.ts';
import { lookReady } from './ready.ts';
import { type SpawnOptions, spawnComponent } from './spawn.ts';

/** A component that was started, through all its restarts. */
export interface Run {
  readonly component: PreparedComponent;
  readonly log: string;
  /** Its latest process; settled once that has been spawned, or could not be. */
  child?: Promise<Child>;
  /** Of its latest process, once that has been spawned. */
  pid?: number;
  /** Whether somebody asked for its end. */
  leaving: boolean;
}

export interface LaunchOptions
  extends Omit<SpawnOptions, 'log'>,
    Pick<ProcessRuntimeOptions, 'onLost' | 'readyWithinMs'> {
  /** `host:port` by which it shows that it is ready. */
  readonly address: string;
  /** Last words upon which it is to be started once more. */
  readonly again?: string | undefined;
}

/**
 * Starts the component's process and waits until it is ready.
 *
 * @throws FiredrillError `broken` with the log's tail when it ends or is not ready in time; StartAgain when it ends with
 * the words `again`.
 */
export async function launch(run: Run, options: LaunchOptions, signal: AbortSignal): Promise<void> {
  const { log, component } = run;
  const { spec } = component;
  const { address, onLost, readyWithinMs = 60_000, again } = options;
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
    if (run.leaving) return;
    const how = by ?? `exit code ${code}`;
    const words = await tailOf(log);
    if (!isReady && again !== undefined && words.includes(again)) return ended.abort(new StartAgain());
    const error = broken(
      spec.name,
      `${spec.name} ended by itself (${how}):\n${words}`,
      `its whole log is ${log}`,
    );
    ended.abort(error);
    onLost(error);
  });
  const waiting = AbortSignal.any([signal, ended.signal]);
  await until(`${spec.name} to be ready`, (looking) => lookReady(spec.ready, address, log, looking), {
    where: spec.name,
    withinMs: readyWithinMs,
    everyMs: 150,
    signal: waiting,
  }).catch(async (error: unknown) => {
    waiting.throwIfAborted();
    const late = error instanceof FiredrillError ? error.problems[0]?.message : messageOf(error);
    throw broken(spec.name, `${late}\n${await tailOf(log)}`, `its whole log is ${log}`);
  });
  isReady = true;
}
