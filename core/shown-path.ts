import { isAbsolute, relative } from 'node:path';

/** A path for messages: relative to the working directory if it is inside of it. */
export function shownPath(path: string): string {
  const here = relative(process.cwd(), path);
  return here === '' || here.startsWith('..') || isAbsolute(here) ? path : here;
}
