import { isAbsolute, normalize } from 'node:path';
import { z } from 'zod';
import { broken } from '../core/errors.ts';
import { type FaultContext, faultKind } from './fault.ts';
import { shellText, undo } from './undo.ts';

const path = z
  .string()
  .min(1)
  .refine((text) => !isAbsolute(text) && !/^\.\.?(\/|$)/.test(normalize(text)), {
    error: 'expected the path of a file, from the folder of firedrill.yaml and inside of it',
  });

const params = z.strictObject({
  /** The file that is replaced. */
  file: path,
  /** The file of which a copy takes its place. */
  by: path,
  /** Instances that get SIGHUP each time, so that they read it again. */
  reload: z.array(z.string().min(1)).default([]),
});
type Params = z.output<typeof params>;

/** A file that the system reads is replaced by another one, and put back as it was. */
export const replaceFile = faultKind<Params>({
  kind: 'replace-file',
  params,
  describe: ({ file, by }) => `${by} is in the place of ${file}`,
  needs: ({ file, by, reload }) => ({
    pods: reload,
    services: reload,
    files: [file, by],
    // In a container it would be a copy that is read.
    abilities: reload.length > 0 ? ['replace', 'reconfigure'] : ['replace'],
  }),
  errorRatio: () => undefined,
  steps: ({ file, by }) => ({
    inject: [`replaces ${file} by a copy of ${by}`],
    revert: [`puts the original of ${file} back`],
  }),
  inject: async ({ file, by, reload }, context) => {
    const { files } = context;
    if (!files) throw broken('fault', `this runtime cannot replace ${file}`);
    await files.replace(file, by);
    await hangUp(reload, context);
  },
  revert: async ({ file, reload }, context) => {
    const { files } = context;
    // A runtime that cannot undo it could not do it either.
    if (!files) return;
    await undo(
      async () => {
        await files.restore(file);
        await hangUp(reload, context);
      },
      shellText(files.commandToRestore(file)),
      context.signal,
    );
  },
});

async function hangUp(pods: readonly string[], context: FaultContext): Promise<void> {
  for (const pod of pods) {
    if (!context.hangUp) throw broken('fault', `this runtime cannot send SIGHUP to ${pod}`);
    await context.hangUp(pod);
  }
}
