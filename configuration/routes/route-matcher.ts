import { badInput } from '../../core/errors.ts';
import { anchoredGoRegex } from '../../core/go-regex.ts';

/** A matcher of an Alertmanager route. */
export interface RouteMatcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** Longest first: `=` begins `=~`. */
const operators = ['=~', '!~', '!=', '='] as const;

/**
 * Reads an entry of `matchers`: one matcher or several with commas, braces optional, name and value quoted or
 * not (`team="a"`, `team=a`, `{team=~"a|b", sev!=page}`), as Alertmanager's classic parser does.
 *
 * @throws FiredrillError `bad-input` for an entry that is no matcher.
 */
export function parseMatchers(text: string): RouteMatcher[] {
  let inner = text.trim();
  if (inner.startsWith('{')) inner = inner.slice(1);
  if (inner.endsWith('}')) inner = inner.slice(0, -1);
  return splitUnquoted(inner)
    .filter((part, i, all) => part.trim() !== '' || (i < all.length - 1 && all.length > 1))
    .map((part) => parseMatcher(part, text));
}

function splitUnquoted(text: string): string[] {
  const parts: string[] = [];
  let [part, quoted, escaped] = ['', false, false];
  for (const char of text) {
    if (char === ',' && !quoted) {
      parts.push(part);
      part = '';
      continue;
    }
    if (char === '"' && !escaped) quoted = !quoted;
    escaped = char === '\\' && !escaped;
    part += char;
  }
  return [...parts, part];
}

function parseMatcher(part: string, whole: string): RouteMatcher {
  const trimmed = part.trim();
  // A quoted name may contain what looks like an operator.
  const searchFrom = trimmed.startsWith('"') ? trimmed.indexOf('"', 1) : 0;
  const at = [...trimmed].findIndex((char, i) => i > searchFrom && (char === '=' || char === '!'));
  const operator = operators.find((known) => trimmed.startsWith(known, at));
  const value = operator && unquoteValue(trimmed.slice(at + operator.length).trim());
  const label = at > 0 ? trimmed.slice(0, at).trim() : '';
  if (!operator || value === undefined || label === '') {
    throw badInput({
      where: `alertmanager.yml: matchers: ${whole}`,
      message: `"${trimmed}" is no matcher`,
      hint: 'write it as label="value", with =, !=, =~ or !~',
    });
  }
  return { label: label.startsWith('"') ? label.slice(1, -1) : label, operator, value };
}

/** Knows `\"`, `\\` and `\n`; any other backslash stands for itself. `undefined`: quotes do not match. */
function unquoteValue(raw: string): string | undefined {
  const quoted = raw.startsWith('"');
  let value = '';
  for (let i = quoted ? 1 : 0; i < raw.length; i++) {
    const [char = '', next] = [raw[i], raw[i + 1]];
    if (char === '"') return quoted && i === raw.length - 1 ? value : undefined;
    const escapes = char === '\\' && (next === '"' || next === '\\' || next === 'n');
    value += escapes ? (next === 'n' ? '\n' : next) : char;
    if (escapes) i += 1;
  }
  return quoted ? undefined : value;
}

/** Whether a label set satisfies every matcher of an entry; an entry that is no matcher is satisfied by nothing. */
export function matches(labels: Readonly<Record<string, string>>, entry: string): boolean {
  try {
    return parseMatchers(entry).every((matcher) => satisfies(labels, matcher));
  } catch {
    return false;
  }
}

/**
 * Whether a label set satisfies a matcher; a label it lacks counts as empty.
 *
 * @throws FiredrillError `bad-input` for a pattern that is no regular expression.
 */
export function satisfies(labels: Readonly<Record<string, string>>, matcher: RouteMatcher): boolean {
  const { label, operator, value } = matcher;
  const actual = labels[label] ?? '';
  if (operator === '=' || operator === '!=') return (actual === value) === (operator === '=');
  const regex = anchoredGoRegex(value);
  if (!regex)
    throw badInput({
      where: `alertmanager.yml: ${label}${operator}"${value}"`,
      message: 'is no regular expression',
    });
  return regex.test(actual) === (operator === '=~');
}
