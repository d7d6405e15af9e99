/**
 * The three ways a drill can end badly besides a failing expectation. A failing expectation is a value
 * (a verdict in the record), never one of these.
 */
export type ErrorKind = 'bad-input' | 'broken' | 'interrupted';

/** One fault in an input: where it is, what is wrong there, and what to do about it. */
export interface Problem {
  /** File and path within it (`my.yaml: expectations[0].within`), a flag (`--pace`), or a component's name. */
  readonly where: string;
  /** What happened and what was expected, as one sentence. */
  readonly message: string;
  /** What the person can do next. */
  readonly hint?: string;
}

/** Each problem once, though several files or components have it. */
export const distinct = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [`${problem.where}${problem.message}`, problem])).values(),
];

/** Exit codes of every firedrill command. */
export const exitCodes = { held: 0, failed: 1, 'bad-input': 2, broken: 3, interrupted: 130 } as const;

const lineOf = (p: Problem) => `${p.where}: ${p.message}${p.hint ? `\n    → ${p.hint}` : ''}`;

/** An error meant for a person: it carries every problem found at once, and its kind decides the exit code. */
export class FiredrillError extends Error {
  readonly kind: ErrorKind;
  readonly problems: readonly Problem[];

  constructor(kind: ErrorKind, problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(lineOf).join('\n'), options);
    this.name = 'FiredrillError';
    this.kind = kind;
    this.problems = problems;
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }
}

/** The input (scenario, flags, configuration) cannot be used: exit 2. */
export const badInput = (...problems: Problem[]) => new FiredrillError('bad-input', problems);

/** The stack or the harness broke; the alerting was not judged: exit 3. */
export const broken = (where: string, message: string, hint?: string, cause?: unknown) =>
  new FiredrillError(
    'broken',
    [{ where, message, ...(hint ? { hint } : {}) }],
    cause === undefined ? {} : { cause },
  );

/** The person asked to stop: exit 130. */
export const interrupted = (where: string) =>
  new FiredrillError('interrupted', [{ where, message: 'interrupted' }]);

/** What a caught value says, for messages; the stack is left to `cause`. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether a caught value is the abort of a signal rather than a fault of its own. */
export const isAbort = (error: unknown): boolean =>
  (error instanceof Error && (error.name === 'AbortError' || error.name === 'CanceledError')) ||
  (error instanceof FiredrillError && error.kind === 'interrupted');

/** What a reading gives; `undefined` where it refuses what it reads by a FiredrillError. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FiredrillError) return undefined;
    throw error;
  }
}
