const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#34': '"',
  '#39': "'",
  '#43': '+',
};

/** A text without what differs from one receiver to the next: white space, mark-up and escapes. */
export const folded = (text: string): string =>
  text
    .replace(/&(amp|lt|gt|quot|#34|#39|#43);/g, (_, name: string) => entities[name] ?? '')
    .replace(/[*_~`\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** So much of a text must stand in a message that was cut off inside of it. */
const beginning = 60;

/** Whether a text shows another one: `cut` where it ends inside of it, as at a vendor's limit. */
export function shows(text: string, wanted: string): 'whole' | 'cut' | undefined {
  const [shown, sought] = [folded(text), folded(wanted)];
  if (shown.includes(sought)) return 'whole';
  if (sought.length <= beginning) return undefined;
  const open = shown.replace(/\s*(?:…|\.\.\.)$/, '');
  const at = open.lastIndexOf(sought.slice(0, beginning));
  return at >= 0 && sought.startsWith(open.slice(at)) ? 'cut' : undefined;
}

/** Whether a text shows these words, in this order. */
export function showsWords(text: string, words: readonly string[]): boolean {
  const shown = folded(text);
  let cursor = 0;
  for (const word of words.map(folded)) {
    const at = shown.indexOf(word, cursor);
    if (at < 0) return false;
    cursor = at + word.length;
  }
  return true;
}

/** Whether nothing can be read there; a dash alone is how people write "none". */
export const isBlankText = (text: string): boolean =>
  !/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text) && !/^\s*[-–—]\s*$/.test(text);
