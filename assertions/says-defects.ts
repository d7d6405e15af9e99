import { isBlankText } from './says-text.ts';

interface Leftover {
  readonly pattern: RegExp;
  readonly why: string;
  /** Whether the text may be intended by the rule's author or be part of a label value. */
  readonly mayBeIntended?: true;
}

/** Texts that broken templates leave in a message. */
const leftovers: readonly Leftover[] = [
  { pattern: /<error expanding template[^>]*>?/i, why: 'the template failed' },
  {
    pattern: /error (?:executing|parsing|expanding) template|template: \S+:\d+:\d+: executing/i,
    why: 'the template failed',
  },
  { pattern: /<no value>|&lt;no value&gt;/, why: 'the template names something that is not there' },
  { pattern: /\[no value\]/, why: 'the template names something that is not there' },
  { pattern: /<nil>|&lt;nil&gt;/, why: 'the template prints something that is not there' },
  {
    pattern: /%!(?:[a-zA-Z])?\((?:[A-Z]{4,}\b|[\w.*]+=|<nil>|string|float64|int)[^)]*\)?/,
    why: 'the format of a printf does not fit its value',
  },
  {
    pattern: /(?<![\w%])%(?:[sdvq]|\.\d+[fg])(?![\w%])/,
    why: 'a format stands outside of printf',
  },
  {
    pattern: /\b0001-01-01\b|-62135596800/,
    why: 'the time is missing, such as the end of a firing alert',
  },
  { pattern: /\bmap\[(?:\]|[\w-]+:)[^\]]*\]?/, why: 'a whole map is printed', mayBeIntended: true },
  { pattern: /\{\{[^}\n]{0,80}\}{0,2}|\}\}/, why: 'a template was not expanded', mayBeIntended: true },
  { pattern: /\$\{[^}]*\}?/, why: 'a variable was not expanded' },
  {
    pattern: /\$(?:labels|values?|externalLabels|externalURL)\b[.\w]*/,
    why: 'a variable was not expanded: it stands outside of {{ }}',
  },
];

/** Returns the unintended leftovers of templates in a text, each kind once. `intended` texts are no leftovers. */
export function leftoversIn(text: string, intended: readonly string[]): { what: string; why: string }[] {
  const left = leftovers.flatMap(({ pattern, why, mayBeIntended }) => {
    const [what] = pattern.exec(text) ?? [];
    if (what === undefined || (mayBeIntended && intended.some((words) => words.includes(what.trim()))))
      return [];
    return [{ what, why }];
  });
  return left.filter(({ why }, i) => left.findIndex((other) => other.why === why) === i);
}

/** Matches NaN and infinity in the place of a number. Values of bucket labels (`le="+Inf"`) do not match. */
export const notANumber = /(?<![\w.="'+-])(?:[+-]?Inf|NaN)(?![A-Za-z])/;

const named = /^\W*?([\p{L}][\p{L}\p{N}_ ]{0,39})\s*[:=][\s*_~`]*$/u;
const pairOrHeading = /^\s*[*_~`]*[\p{L}][\p{L}\p{N}_ ]{0,39}\s*[:=](?:\s|$)|^\W*(?:firing|resolved)\b/iu;

/** Names that are headings of a list rather than names of a value. */
const headings = new Set(['details', 'title', 'labels', 'annotations']);

/**
 * Returns lines that contain a name without a value, such as `summary: `. The value may be in the lines below. A template
 * that prints nothing leaves the space before it; without a space, only these names are expected to have a value.
 */
export function linesWithoutValue(text: string, names: ReadonlySet<string>): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    const name = named.exec(line)?.[1]?.trim().toLowerCase();
    if (name === undefined || headings.has(name)) return [];
    if (!names.has(name) && !/[:=][ \t]+$/.test(line)) return [];
    const below = lines.slice(i + 1).find((next) => !isBlankText(next));
    return below === undefined || pairOrHeading.test(below) ? [line.trim()] : [];
  });
}

const before = 'for|on|of|from|by|with|than|at|to|in';
const after = 'is|are|was|were|has|have|had|does|did|must|needs?|fails?|returns?|reports?|exceeds?';
/**
 * Matches a missing word: two spaces, a trailing space or a space before punctuation after a preposition; two spaces before
 * or after a verb; a verb at the start of the text; a name without a value before a comma, a bar or a closing bracket; a
 * percent sign without a number; empty brackets, quotes or marks of markup; a separator with nothing before or after it, as
 * in `[FIRING] : ` and `Errors - `.
 */
const gap = new RegExp(
  [
    `.{0,40}\\b(?:${before})(?: {2,}\\S.{0,20}| +(?:[,;)]|[.:](?!\\S))| +$)`,
    `.{0,40}\\p{L} {2,}(?:${after})\\b.{0,20}`,
    `(?<![\\s\\S]) +(?:${after})\\b.{0,20}`,
    `.{0,40}\\b(?:${after}) {2,}\\p{L}.{0,20}`,
    `.{0,40}\\p{L}(?<!:[\\w+-]+)[:=] *[,;)\\]|]`,
    `.{0,40}(?:[:=(]|\\b(?:is|at|to|now|was|above|below|over)) *%(?![\\w(])`,
    `.{0,40}(?:(?<![\\w$])(?:\\( *\\)|\\[\\])|(?<=^|[ (])(?:""|''|\`\`(?!\`)|\\*\\*(?=\\s|$)))`,
    `.{0,40}\\S(?:(?<=[\\])]) *:| +[-–—|:·])\\s*(?![\\s\\S])`,
    `(?<![\\s\\S])\\s*[|:·] +\\S.{0,20}`,
  ].join('|'),
  'imu',
);

/** Returns the first place in a text where a word is missing: `errors on  in eu`, `errors on `, `pod  is down`, `()`. */
export const gapIn = (text: string): string | undefined => gap.exec(text)?.[0].trim();
