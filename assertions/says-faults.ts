import { isBlankText } from './says-text.ts';

interface Leftover {
  readonly pattern: RegExp;
  readonly why: string;
  /** Whether a rule's author, or a label's value, may mean it. */
  readonly mayBeMeant?: true;
}

/** What templates leave in a text when they go wrong. */
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
    why: 'the time is not there, such as the end of an alert that fires',
  },
  { pattern: /\bmap\[(?:\]|[\w-]+:)[^\]]*\]?/, why: 'a whole map is printed', mayBeMeant: true },
  { pattern: /\{\{[^}\n]{0,80}\}{0,2}|\}\}/, why: 'a template was not expanded', mayBeMeant: true },
  { pattern: /\$\{[^}]*\}?/, why: 'a variable was not expanded' },
  {
    pattern: /\$(?:labels|values?|externalLabels|externalURL)\b[.\w]*/,
    why: 'a variable was not expanded: it stands outside of {{ }}',
  },
];

/** Of what a template leaves, everything that is in a text and that nobody meant to be there; each kind once. */
export function leftIn(text: string, meant: readonly string[]): { what: string; why: string }[] {
  const left = leftovers.flatMap(({ pattern, why, mayBeMeant }) => {
    const [what] = pattern.exec(text) ?? [];
    if (what === undefined || (mayBeMeant && meant.some((words) => words.includes(what.trim())))) return [];
    return [{ what, why }];
  });
  return left.filter(({ why }, i) => left.findIndex((other) => other.why === why) === i);
}

/** Where a number should be: not a number, or one without end. */
export const noNumber = /(?<![\w.="'+-])(?:[+-]?Inf|NaN)(?![A-Za-z])/;

const named = /^\W*?([\p{L}][\p{L}\p{N}_ ]{0,39})\s*[:=][\s*_~`]*$/u;
const pairOrHeading = /^\s*[*_~`]*[\p{L}][\p{L}\p{N}_ ]{0,39}\s*[:=](?:\s|$)|^\W*(?:firing|resolved)\b/iu;

/**
 * Lines that name one of these and say nothing of it, such as `summary: `. What is named may stand in the lines
 * below.
 */
export function blankLines(text: string, names: ReadonlySet<string>): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    const name = named.exec(line)?.[1]?.trim();
    if (name === undefined || !names.has(name.toLowerCase())) return [];
    const below = lines.slice(i + 1).find((next) => !isBlankText(next));
    return below === undefined || pairOrHeading.test(below) ? [line.trim()] : [];
  });
}

const before = 'for|on|of|from|by|with|than|at|to|in';
const after = 'is|are|was|were|has|have|had|does|did|must|needs?|fails?|returns?|reports?|exceeds?';
/**
 * After a preposition two spaces, a space at the end or one before a sign; two spaces before or after a verb, or a verb at
 * the very start; a name with nothing after it before a comma or the end of a bracket; a percent sign without a number;
 * or brackets, quotes or marks around nothing.
 */
const gap = new RegExp(
  [
    `.{0,40}\\b(?:${before})(?: {2,}\\S.{0,20}| +(?:[,;)]|[.:](?!\\S))| +$)`,
    `.{0,40}\\p{L} {2,}(?:${after})\\b.{0,20}`,
    `(?<![\\s\\S]) +(?:${after})\\b.{0,20}`,
    `.{0,40}\\b(?:${after}) {2,}\\p{L}.{0,20}`,
    `.{0,40}\\p{L}(?<!:[\\w+-]+)[:=] *[,;)\\]]`,
    `.{0,40}(?:[:=(]|\\b(?:is|at|to|now|was|above|below|over)) *%(?![\\w(])`,
    `.{0,40}(?:(?<![\\w$])(?:\\( *\\)|\\[\\])|(?<=^|[ (])(?:""|''|\`\`(?!\`)|\\*\\*(?=\\s|$)))`,
  ].join('|'),
  'imu',
);

/** The first place in a text where a word is missing: `errors on  in eu`, `errors on `, `pod  is down`, `()`. */
export const gapIn = (text: string): string | undefined => gap.exec(text)?.[0].trim();
