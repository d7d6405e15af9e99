const part = /\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|([^\s\\'"]+)/y;

/**
 * Splits a command line into words as a POSIX shell does: with quotes and backslashes, and without any expansion.
 *
 * @returns `undefined` if a quote is not closed.
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; ) {
    part.lastIndex = at;
    const found = part.exec(line);
    if (found) {
      const [whole, escaped, single, double, plain] = found;
      word = `${word ?? ''}${escaped ?? single ?? double?.replace(/\\([$`"\\])/g, '$1') ?? plain}`;
      at += whole.length;
    } else if (/\s/.test(line[at] ?? '')) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else return undefined;
  }
  return word === undefined ? words : [...words, word];
}
