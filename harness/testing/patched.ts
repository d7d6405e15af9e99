/** A change of the project's own source, for defects that no user configuration can cause. */
export interface Patch {
  /** Path in the project. */
  readonly file: string;
  /** Text to replace. It must occur exactly once. */
  readonly from: string;
  readonly to: string;
}

/**
 * Returns JavaScript that makes Node load patched sources. To be run before a command. The command fails if a text to
 * replace does not occur exactly once, because the test would then prove nothing.
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
