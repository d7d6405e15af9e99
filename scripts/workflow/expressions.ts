/*
 * The little of GitHub's expressions that our workflows say: inputs, texts, `||`, `!` and what has become of the job.
 * What else there is does not get through.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 */

export type JobStatus = 'success' | 'failure' | 'cancelled';
export type Inputs = Readonly<Record<string, string>>;
type Value = string | boolean;

interface Expression {
  /** Whether it asks what has become of the job; a condition that does not is false once a step has failed. */
  readonly asksStatus: boolean;
  readonly of: (status: JobStatus) => Value;
}

const functions: Record<string, (status: JobStatus) => boolean> = {
  success: (status) => status === 'success',
  failure: (status) => status === 'failure',
  cancelled: (status) => status === 'cancelled',
  always: () => true,
};

const token = /\s*(?:'(?:[^']|'')*'|[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*|\|\||&&|[=!<>]=|[!<>()])/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const at = token.lastIndex;
    const [all] = token.exec(text) ?? [];
    if (all === undefined) throw new Error(`"${text.slice(at).trim()}" is not understood here`);
    tokens.push(all.trim());
  }
  return tokens;
}

/** @throws Error naming what is not understood, or an input that there is not. */
function parse(text: string, inputs: Inputs): Expression {
  const tokens = tokensOf(text);
  const expect = (wanted: string) => {
    const found = tokens.shift();
    if (found !== wanted) throw new Error(`expected "${wanted}", found "${found ?? 'the end'}"`);
  };
  const either = (): Expression => {
    const left = unary();
    if (tokens[0] !== '||') return left;
    tokens.shift();
    const right = either();
    return {
      asksStatus: left.asksStatus || right.asksStatus,
      of: (status) => left.of(status) || right.of(status),
    };
  };
  const unary = (): Expression => {
    if (tokens[0] !== '!') return primary();
    tokens.shift();
    const { asksStatus, of } = unary();
    return { asksStatus, of: (status) => !of(status) };
  };
  const primary = (): Expression => {
    const next = tokens.shift() ?? '';
    if (next === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    if (next.startsWith("'")) return constant(next.slice(1, -1).replaceAll("''", "'"));
    const [, input] = /^inputs\.(.+)$/.exec(next) ?? [];
    if (input !== undefined) {
      const value = Object.hasOwn(inputs, input) ? inputs[input] : undefined;
      if (value === undefined) throw new Error(`there is no input "${input}"`);
      return constant(value);
    }
    const known = Object.hasOwn(functions, next) ? functions[next] : undefined;
    if (!known) throw new Error(`"${next || 'nothing'}" is not understood here`);
    expect('(');
    expect(')');
    return { asksStatus: true, of: known };
  };
  const whole = either();
  if (tokens.length > 0) throw new Error(`"${tokens.join(' ')}" is not understood here`);
  return whole;
}

const constant = (value: string): Expression => ({ asksStatus: false, of: () => value });

/**
 * What an `if:` says, with or without `${{ }}`; without one, a step runs while nothing has failed.
 *
 * @throws Error as `parse` does.
 */
export function conditionOf(text: string | undefined, inputs: Inputs): (status: JobStatus) => boolean {
  if (text === undefined) return (status) => status === 'success';
  const [, inner] = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text) ?? [];
  const { asksStatus, of } = parse(inner ?? text, inputs);
  return (status) => (asksStatus || status === 'success') && Boolean(of(status));
}

/**
 * A text with its `${{ }}` filled in.
 *
 * @throws Error as `parse` does; also where it asks for the job's status, which only a condition may.
 */
export function filled(text: string, inputs: Inputs): string {
  const result = text.replace(/\$\{\{(.*?)\}\}/gs, (_, inner: string) => {
    const { asksStatus, of } = parse(inner, inputs);
    if (asksStatus) throw new Error('only an "if" can ask for the status of the job');
    return String(of('success'));
  });
  // What an input brought in is text, whatever it looks like.
  if (text.replace(/\$\{\{.*?\}\}/gs, '').includes('${{')) throw new Error('"${{" without its end');
  return result;
}
