/** What can run a stack: child processes of the harness, or containers. */
export const runtimeNames = ['process', 'docker'] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/** What a fault may ask of a runtime: to end and restart an instance, to freeze it, to take it off the network. */
export type Ability = 'kill' | 'pause' | 'disconnect';

/** Known without a runtime at hand: a fault that it cannot perform is refused before anything starts. */
export const abilitiesOf: Readonly<Record<RuntimeName, ReadonlySet<Ability>>> = {
  process: new Set<Ability>(['kill', 'pause']),
  docker: new Set<Ability>(['kill', 'pause', 'disconnect']),
};
