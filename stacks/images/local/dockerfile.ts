import type { ImageFacts } from '../../component.ts';

/** The step that copies out of the context. Whatever rights a file has here, its owner there may read it. */
export const copyAs = (user: string) => (from: string, to: string) =>
  `COPY --chown=${user} ${JSON.stringify([from, to])}`;

export type Copy = ReturnType<typeof copyAs>;

/** The last steps: who runs what. Data is kept out of the image's layers, as most official images do. */
export const runAs = ({ user, data, entrypoint }: ImageFacts): string[] => [
  `USER ${user}`,
  `VOLUME ${JSON.stringify([data])}`,
  `ENTRYPOINT ${JSON.stringify(entrypoint)}`,
];
