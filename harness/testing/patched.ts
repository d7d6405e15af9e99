/** A change of the project's own source, for what no configuration of a user can break. */
export interface Patch {
  /** Path in the project. */
  readonly file: string;
  /** Is there once. */
  readonly from: string;
  readonly to: string;
}

/**
 * JavaScript that, run before a command, has Node load files otherwise than they are written. It ends the command where a
 * file does not say what is to be replaced: a test on a sound copy would prove nothing.
 */
export const patched = (...patches: readonly Patch[]): string => `
  import { registerHooks } from 'node:module';
  const patches = ${JSON.stringify(patches)};
  registerHooks({
    load(url, context, next) {
      const found = next(url, context);
      for (const { file, from, to } of patches) {
        if (!url.endsWith('/' + file)) continue;
        const parts = String(found.source).split(from);
        if (parts.length !== 2) throw new Error(file + ' does not say this once: ' + from);
        found.source = parts.join(to);
      }
      return found;
    },
  });`;
