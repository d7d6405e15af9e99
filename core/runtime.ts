/** The runtimes of a stack: child processes of the harness, or containers. */
export const runtimeNames = ['process', 'docker'] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/**
 * The operations that a fault may need of a runtime: to kill and restart an instance, to pause it, to disconnect it
 * from the network, to give it less of the processor, to change a file of its configuration and have it read that again.
 */
export type Ability = 'kill' | 'pause' | 'disconnect' | 'throttle' | 'reconfigure';

/** Known before a runtime is started: a drill with an unsupported fault is refused early. */
export const abilitiesOf: Readonly<Record<RuntimeName, ReadonlySet<Ability>>> = {
  process: new Set<Ability>(['kill', 'pause', 'throttle', 'reconfigure']),
  docker: new Set<Ability>(['kill', 'pause', 'disconnect', 'throttle']),
};
