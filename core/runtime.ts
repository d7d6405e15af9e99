/** The runtimes of a stack: child processes of the harness, or containers. */
export const runtimeNames = ['process', 'docker'] as const;
export type RuntimeName = (typeof runtimeNames)[number];
/** What a stack runs on; `attached`: it runs already, and firedrill did not start it. */
export type StackRuntime = RuntimeName | 'attached';

/**
 * The operations that a fault may need of a runtime: to kill and restart an instance, to pause it, to disconnect it
 * from the network, to give it less of the processor, to change a file of its configuration and have it read that again;
 * and to replace a file of the user that services read.
 */
export type Ability = 'kill' | 'pause' | 'disconnect' | 'throttle' | 'reconfigure' | 'replace';

/** Known before a runtime is started: a drill with an unsupported fault is refused early. */
export const abilitiesOf: Readonly<Record<StackRuntime, ReadonlySet<Ability>>> = {
  process: new Set<Ability>(['kill', 'pause', 'throttle', 'reconfigure', 'replace']),
  docker: new Set<Ability>(['kill', 'pause', 'disconnect', 'throttle']),
  attached: new Set<Ability>(['replace']),
};
