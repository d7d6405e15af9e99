import { z } from 'zod';
import { faultKind } from './fault.ts';
import { shellText, undo } from './undo.ts';

/** Program and arguments. `service:port` becomes the address of a service of the stack. */
const command = z.array(z.string().min(1)).min(1);

const params = z.strictObject({
  /** What is broken, in a few words. */
  breaks: z.string().min(1),
  inject: command,
  /** Undoes it. It must succeed also if nothing is to be undone. */
  revert: command,
});

/** A command of the user, and a command that undoes it. Both run in the folder of the system's file. */
export const commandFault = faultKind<z.output<typeof params>>({
  kind: 'command',
  params,
  describe: ({ breaks }) => breaks,
  needs: () => ({ pods: [], abilities: [] }),
  errorRatio: () => undefined,
  steps: ({ inject, revert }) => ({ inject: [shellText(inject)], revert: [shellText(revert)] }),
  inject: ({ inject }, context) => context.run(inject),
  revert: ({ revert }, context) => undo(() => context.run(revert), shellText(revert), context.signal),
});
