import { FiredrillError, type Problem } from '../../core/errors.ts';
import type { ComponentSpec } from '../component.ts';
import type { FoundImage } from './image-store.ts';
import { ensureOfficial, type OfficialOptions } from './official.ts';

/** The key of an image of the user. No component has such a name. */
export const userImageKey = (reference: string): string => `image ${reference}`;

/** The key of a component among the images of several stacks, in which a name may stand for several images. */
export const imageKeyOf = ({ name, program }: Pick<ComponentSpec, 'name' | 'program'>): string =>
  program.kind === 'image' ? userImageKey(program.reference) : name;

/**
 * Pulls the images of a user's services that the daemon does not have.
 *
 * @returns the images by reference.
 * @throws FiredrillError `broken` with every image that cannot be had, and the services that need it.
 */
export async function ensureUserImages(
  components: readonly ComponentSpec[],
  options: OfficialOptions,
): Promise<ReadonlyMap<string, FoundImage>> {
  const found = new Map<string, FoundImage>();
  const problems: Problem[] = [];
  const references = components.flatMap(({ program }) =>
    program.kind === 'image' ? [program.reference] : [],
  );
  for (const reference of new Set(references)) {
    try {
      const image = (await ensureOfficial([reference], options)).get(reference);
      if (image) found.set(reference, image);
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof FiredrillError)) throw error;
      const names = components.flatMap(({ name, program }) =>
        program.kind === 'image' && program.reference === reference ? [name] : [],
      );
      problems.push({
        where: names.join(', '),
        message: `the image ${reference} is not in the daemon, and cannot be pulled: ${error.problems[0]?.message}`,
        hint: `build it, load it (docker load), or have \`docker pull ${reference}\` work`,
      });
    }
  }
  if (problems.length > 0) throw new FiredrillError('broken', problems);
  return found;
}
