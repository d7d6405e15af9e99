import { broken } from '../../core/errors.ts';
import { abilitiesOf } from '../../core/runtime.ts';
import type { StackControl } from '../../stacks/runtimes/runtime.ts';

/** What can be done to a stack that runs already: nothing to its components. */
export function attachedControl(secret: string): StackControl {
  const refuse = async (component: string): Promise<never> => {
    throw broken(component, 'firedrill did not start it, and neither stops nor changes it');
  };
  return {
    name: 'attached',
    secret,
    can: abilitiesOf.attached,
    ...{ kill: refuse, terminate: refuse, restart: refuse, pause: refuse, unpause: refuse },
    ...{ throttle: refuse, unthrottle: refuse, disconnect: refuse, reconnect: refuse },
    ...{ reconfigure: refuse, hangUp: refuse },
    beside: () => refuse('k6'),
    memory: async () => new Map(),
  };
}
