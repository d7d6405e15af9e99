import { FiredrillError, type Problem } from '../../core/errors.ts';
import type { ComponentSpec } from '../component.ts';
import type { FoundImage } from './image-store.ts';
import { ensureOfficial, type OfficialOptions } from './official.ts';

/** The key of an image of the user. No component has such a name. */
export const userImageKey = (reference: string): string => `image ${reference}`;

/** The key of a component among the images of several stacks, in which a name may stand for several images. */
export const imageKeyOf = ({ name, program }: Pick<ComponentSpec, 'name' | 'program'>): string =>
  program.kind === 'image' ? userImageKey(program.reference) : name;

/** The image that the user named for a component: of a service, or in the place of an official one. */
export const userImageOf = ({
  program,
  image,
}: Pick<ComponentSpec, 'program' | 'image'>): string | undefined =>
  program.kind === 'image' ? program.reference : image?.isChosen ? image.reference : undefined;

/**
 * Pulls the images of a user's services, and those that the user chose for the monitoring, that the daemon does not have.
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
  const references = new Set(components.map(userImageOf));
  for (const reference of references) {
    if (reference === undefined) continue;
    try {
      const image = (await ensureOfficial([reference], options)).get(reference);
      if (image) found.set(reference, image);
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof FiredrillError)) throw error;
      const names = components.flatMap((one) => (userImageOf(one) === reference ? [one.name] : []));
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
