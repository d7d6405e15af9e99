import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where firedrill keeps what can be made again: `$XDG_CACHE_HOME/firedrill`, else `~/.cache/firedrill`.
 * A relative XDG_CACHE_HOME counts as unset, as https://specifications.freedesktop.org/basedir-spec/latest/
 * demands.
 */
export function cacheDirOf(env: Readonly<Record<string, string | undefined>>): string {
  const xdg = env.XDG_CACHE_HOME ?? '';
  return join(isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.cache'), 'firedrill');
}
