/** Less could be any word. */
export const shortestSecret = 8;

/** From here on a text of letters alone that no sign divides is a token: words of this length are written in parts. */
const longestWord = 16;

/**
 * Whether a text looks made by a machine, as tokens and keys are, rather than written by a person, as names and words
 * are. It sees letters and digits mixed, long numbers, capitals in odd places, and letters that nobody could pronounce.
 */
export function looksMachineMade(text: string): boolean {
  if (text.length < shortestSecret) return false;
  return text.split(/[^A-Za-z0-9]+/).some(isOdd);
}

function isOdd(part: string): boolean {
  const letters = part.replace(/\d+/g, '');
  const digits = part.length - letters.length;
  if (letters === '') return digits >= shortestSecret;
  // `v2`, `us-east-1`, `http2`, `p99`, `k8s`: digits at one place of a short name.
  const isNumbered = /^[A-Za-z]*\d{1,4}[A-Za-z]{0,2}$/.test(part) && part.length < 12;
  if (digits > 0 && !isNumbered && part.length >= 6) return true;
  if (part.length < shortestSecret) return false;
  const words = letters.split(/(?<=[a-z])(?=[A-Z])/);
  return letters.length / words.length < 3 || words.some(isNoWord);
}

function isNoWord(word: string): boolean {
  if (word.length < 6) return false;
  const text = word.toLowerCase();
  const vowels = text.replace(/[^aeiouy]/g, '').length;
  return (
    !/^([A-Z]*|[A-Za-z][a-z]*|[A-Z]{2,5}[a-z]+)$/.test(word) ||
    word.length > longestWord ||
    (word.length >= 10 && vowels / word.length < 0.2) ||
    /[^aeiouy]{6}|[aeiou]{4}|(.)\1\1/.test(text) ||
    // Pairs of letters that English does not have.
    /q(?!u)|[jvqz][bcdfghjkpqvwxz]|[bcdfghkpqvw][qxz]/.test(text)
  );
}
