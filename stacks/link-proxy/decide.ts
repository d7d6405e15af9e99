import type { z } from 'zod';
import type { LinkFault, seededLinkFault } from '../../core/link-fault.ts';
import { seededRandom } from '../../core/seeded-random.ts';

/** Decides for one request after the other whether it is hit, and what it gets. The seed decides which ones are. */
export function decider({
  share,
  method,
  path,
  answer: given,
  seed,
}: z.output<typeof seededLinkFault>): (request: {
  readonly method: string;
  readonly path: string;
}) => LinkFault['answer'] | undefined {
  const random = seededRandom(seed, 'link');
  return (request) => {
    const matches = request.path.startsWith(path) && (method === undefined || request.method === method);
    return matches && random() < share ? given : undefined;
  };
}
