/** A part of a text, and what is written for it; an empty part is a place. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/** A text with some parts written anew. No two of them overlap. */
export const edited = (text: string, edits: readonly Edit[]): string =>
  // From the end, so that what stands before keeps its place.
  edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((done, { from, to, by }) => done.slice(0, from) + by + done.slice(to), text);
