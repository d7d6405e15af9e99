import type { FaultContext } from '../../faults/fault.ts';
import type { Load } from '../load/load.ts';
import type { ReadyStack } from '../stack/ready-stack.ts';

/** Returns what a fault can reach and do on this stack. Pods are named after the service instance that runs in them. */
export function faultContext(
  { url, runtime }: Pick<ReadyStack, 'url' | 'runtime'>,
  load: Pick<Load, 'multiply'>,
  seed: number,
  signal: AbortSignal,
): FaultContext {
  const { can, secret } = runtime;
  return {
    url,
    secret,
    seed,
    signal,
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
    ...(can.has('reconfigure') && {
      reconfigure: (component: string, file: string, text: string | undefined) =>
        runtime.reconfigure(component, file, text),
    }),
    ...(can.has('disconnect') && {
      disconnect: (pod: string) => runtime.disconnect(pod),
      reconnect: (pod: string) => runtime.reconnect(pod),
    }),
  };
}
