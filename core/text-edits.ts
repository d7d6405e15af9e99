/** A replacement of a part of a text, as a half-open range of UTF-16 offsets. An empty range inserts. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
}

/** Applies edits, which must not overlap. */
export const applyEdits = (text: string, edits: readonly Edit[]): string =>
  // From the end, so that the offsets of earlier edits stay valid.
  edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((done, { from, to, replacement: by }) => done.slice(0, from) + by + done.slice(to), text);
