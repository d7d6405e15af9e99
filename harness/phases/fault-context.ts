import type { FaultContext } from '../../faults/fault.ts';
import { commandToRestore, replaceFile, restoreFile } from '../../stacks/runtimes/process/replaced-files.ts';
import type { Load } from '../load/load.ts';
import type { ReadyStack } from '../stack/ready-stack.ts';
import { runCommand } from './run-command.ts';

export interface FaultSettings {
  readonly seed: number;
  /** Working directory of the user's commands, and the folder of the user's files; the environment of the commands. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Returns what a fault can reach and do on this stack. Pods are named after the service instance that runs in them. */
export function faultContext(
  stack: Pick<ReadyStack, 'url' | 'runtime' | 'components' | 'owner'>,
  load: Pick<Load, 'multiply'>,
  { seed, directory, env }: FaultSettings,
  signal: AbortSignal,
): FaultContext {
  const { url, runtime, owner } = stack;
  const { can, secret } = runtime;
  return {
    url,
    secret,
    seed,
    signal,
    run: (command) => runCommand(command, stack, directory, env, signal),
    multiplyLoad: (factor) => load.multiply(factor, signal),
    ...(can.has('kill') && {
      kill: (pod: string) => runtime.kill(pod),
      terminate: (pod: string) => runtime.terminate(pod),
      restart: (pod: string) => runtime.restart(pod, signal),
    }),
    ...(can.has('pause') && {
      pause: (pod: string) => runtime.pause(pod),
      unpause: (pod: string) => runtime.unpause(pod),
    }),
    ...(can.has('throttle') && {
      throttle: (pod: string, share: number) => runtime.throttle(pod, share),
      unthrottle: (pod: string) => runtime.unthrottle(pod),
    }),
    ...(can.has('reconfigure') && {
      hangUp: (pod: string) => runtime.hangUp(pod),
      reconfigure: (component: string, file: string, text: string | undefined) =>
        runtime.reconfigure(component, file, text),
    }),
    ...(can.has('replace') && {
      files: {
        replace: (file: string, by: string) => replaceFile(directory, file, by, owner),
        restore: (file: string) => restoreFile(directory, file, owner),
        commandToRestore: (file: string) => commandToRestore(directory, file),
      },
    }),
    ...(can.has('disconnect') && {
      disconnect: (pod: string) => runtime.disconnect(pod),
      reconnect: (pod: string) => runtime.reconnect(pod),
    }),
  };
}
