import type { FaultContext } from '../../faults/fault.ts';
import type { ServedStack } from '../stack/served-stack.ts';

/** What a fault may reach and do on this stack. An instance's service has the name of its pod. */
export function faultContext(
  { url, runtime }: Pick<ServedStack, 'url' | 'runtime'>,
  seed: number,
  signal: AbortSignal,
): FaultContext {
  const { can, secret } = runtime;
  return {
    url,
    secret,
    seed,
    signal,
    ...(can.has('kill') && {
      kill: (pod: string) => runtime.kill(pod),
      restart: (pod: string) => runtime.restart(pod, signal),
    }),
    ...(can.has('pause') && {
      pause: (pod: string) => runtime.pause(pod),
      unpause: (pod: string) => runtime.unpause(pod),
    }),
    ...(can.has('disconnect') && {
      disconnect: (pod: string) => runtime.disconnect(pod),
      reconnect: (pod: string) => runtime.reconnect(pod),
    }),
  };
}
