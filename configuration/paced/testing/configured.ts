import { Problems } from '../../../core/problems.ts';
import { Place } from '../../files/place.ts';
import { configure } from '../configure.ts';
import type { Paced } from '../source.ts';

/**
 * A file as a run uses it.
 *
 * @throws FiredrillError `bad-input` with every fault of the file.
 */
export function configured(
  path: string,
  text: string,
  factor: number,
  rewriteAddresses: Paced['rewriteAddresses'] = (value) => value,
  more: Partial<Paced> = {},
): string {
  const problems = new Problems();
  const source = { path, text, place: new Place(path, text) };
  const used = configure(source, { factor, rewriteAddresses, ...more }, problems);
  problems.refuse();
  if (used === undefined) throw new Error(`${path} was read by nobody, and has no fault`);
  return used;
}
