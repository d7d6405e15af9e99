import type { ImageFacts } from '../../component.ts';

/** A step that copies from the context. The owner can read the file regardless of its mode here. */
export const copyAs = (user: string) => (from: string, to: string) =>
  `COPY --chown=${user} ${JSON.stringify([from, to])}`;

export type Copy = ReturnType<typeof copyAs>;

/** The last steps: user, volume and entrypoint. Data is kept out of the image's layers, as in most official images. */
export const runAs = ({ user, data, entrypoint }: ImageFacts): string[] => [
  `USER ${user}`,
  `VOLUME ${JSON.stringify([data])}`,
  `ENTRYPOINT ${JSON.stringify(entrypoint)}`,
];
