const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#34': '"',
  '#39': "'",
  '#43': '+',
};

/** Removes differences between receivers: white space, mark-up and escapes. */
const withoutMarkup = (text: string): string =>
  text
    .replace(/&(amp|lt|gt|quot|#34|#39|#43);/g, (_, name: string) => entities[name] ?? '')
    .replace(/[*_~`\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** A truncated message must contain at least this many characters of the wanted text. */
const minPrefixLength = 60;

/** Whether a text contains the wanted text. `cut` when the text ends inside the wanted one, for example at a vendor's limit. */
export function showsText(text: string, wanted: string): 'whole' | 'cut' | undefined {
  const [shown, sought] = [withoutMarkup(text), withoutMarkup(wanted)];
  if (shown.includes(sought)) return 'whole';
  if (sought.length <= minPrefixLength) return undefined;
  const open = shown.replace(/\s*(?:…|\.\.\.)$/, '');
  const at = open.lastIndexOf(sought.slice(0, minPrefixLength));
  return at >= 0 && sought.startsWith(open.slice(at)) ? 'cut' : undefined;
}

/** Whether a text contains these words in this order. */
export function showsWords(text: string, words: readonly string[]): boolean {
  const shown = withoutMarkup(text);
  let cursor = 0;
  for (const word of words.map(withoutMarkup)) {
    const at = shown.indexOf(word, cursor);
    if (at < 0) return false;
    cursor = at + word.length;
  }
  return true;
}

/** Whether a text has nothing to read. A single dash is not blank, because people write it for "none". */
export const isBlankText = (text: string): boolean =>
  !/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text) && !/^\s*[-–—]\s*$/.test(text);
