import { expect } from 'chai';
import { type Ability, abilitiesOf } from '../../core/runtime.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import type { ReadyStack } from '../stack/ready-stack.ts';
import { faultContext } from './fault-context.ts';

const { signal } = new AbortController();

/** The context of faults on a runtime with these abilities, and the calls that the runtime got. */
function contextOn(can: ReadonlySet<Ability>) {
  const asked: string[] = [];
  const ask = (what: string) => async (pod: string) => void asked.push(`${what} ${pod}`);
  const runtime: Partial<Runtime> = {
    can,
    secret: 's3cret',
    kill: ask('kill'),
    terminate: ask('terminate'),
    restart: ask('restart'),
    pause: ask('pause'),
    unpause: ask('unpause'),
    disconnect: ask('disconnect'),
    reconnect: ask('reconnect'),
  };
  const load = { multiply: async (factor: number) => void asked.push(`load ${factor}`) };
  const url = (pod: string, port: number) => `http://${pod}.test:${port}`;
  return {
    context: faultContext(
      { url, runtime, components: [] } as Partial<ReadyStack> as ReadyStack,
      load,
      { seed: 7, directory: '.', env: {} },
      signal,
    ),
    asked,
  };
}

describe('what a fault may do', () => {
  it('is everything that the runtime can do, on the given pod', async () => {
    const { context, asked } = contextOn(abilitiesOf.docker);
    const { kill, terminate, restart, pause, unpause, disconnect, reconnect } = context;
    for (const command of [kill, terminate, restart, pause, unpause, disconnect, reconnect])
      await command?.('orders');
    expect(asked).to.deep.equal([
      'kill orders',
      'terminate orders',
      'restart orders',
      'pause orders',
      'unpause orders',
      'disconnect orders',
      'reconnect orders',
    ]);
    await context.multiplyLoad(0.5);
    expect(asked.at(-1)).to.equal('load 0.5');
    expect(context.url('orders', 3001)).to.equal('http://orders.test:3001');
    expect(context).to.include({ secret: 's3cret', signal });
  });

  it('is nothing that the runtime cannot do', () => {
    const { context } = contextOn(abilitiesOf.process);
    expect(Object.keys(context)).to.have.members([
      ...['url', 'secret', 'seed', 'signal', 'multiplyLoad', 'run'],
      ...['kill', 'terminate', 'restart', 'pause', 'unpause', 'throttle', 'unthrottle'],
      ...['reconfigure', 'hangUp', 'files'],
    ]);
  });
});
