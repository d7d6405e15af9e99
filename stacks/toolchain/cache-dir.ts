import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Folder of files that can be made again: `$XDG_CACHE_HOME/firedrill`, or `~/.cache/firedrill`. A relative
 * XDG_CACHE_HOME counts as unset, as required by https://specifications.freedesktop.org/basedir-spec/latest/.
 */
export function cacheDirOf(env: Readonly<Record<string, string | undefined>>): string {
  const xdg = env.XDG_CACHE_HOME ?? '';
  return join(isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.cache'), 'firedrill');
}
