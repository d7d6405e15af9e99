const simple: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const hexDigits: Record<string, number> = { x: 2, u: 4, U: 8 };

/**
 * The value of a PromQL string literal, given with its quotes. Single and double quotes use Go's escapes, backticks use
 * none; https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals
 */
export function unquote(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body;
  let value = '';
  for (let i = 0; i < body.length; i++) {
    const char = body[i] ?? '';
    if (char !== '\\') {
      value += char;
      continue;
    }
    const letter = body[++i] ?? '';
    const octal = letter >= '0' && letter <= '7';
    const digits = octal ? 3 : (hexDigits[letter] ?? 0);
    const from = octal ? i : i + 1;
    value +=
      digits === 0
        ? (simple[letter] ?? letter)
        : String.fromCodePoint(Number.parseInt(body.slice(from, from + digits), octal ? 8 : 16));
    i = digits === 0 ? i : from + digits - 1;
  }
  return value;
}
