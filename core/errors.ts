/** The three ways a drill can end without a verdict. A failed expectation is a verdict in the record, not an error. */
export type ErrorKind = 'bad-input' | 'broken' | 'interrupted';

/** One fault in an input: where it is, what is wrong there, and what to do about it. */
export interface Problem {
  /** File and path within it (`my.yaml: expectations[0].within`), a flag (`--pace`), or a component's name. */
  readonly where: string;
  /** What happened and what was expected, in one sentence. */
  readonly message: string;
  /** What the user can do next. */
  readonly hint?: string;
}

/** Removes duplicates: several files or components may report the same problem. */
export const distinctProblems = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [`${problem.where}${problem.message}`, problem])).values(),
];

/** Exit codes of every firedrill command. */
export const exitCodes = { held: 0, failed: 1, 'bad-input': 2, broken: 3, interrupted: 130 } as const;

const lineOf = (p: Problem) => `${p.where}: ${p.message}${p.hint ? `\n    → ${p.hint}` : ''}`;

/** An error for the user. It carries every problem found at once, and its kind decides the exit code. */
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

/** The user interrupted the drill: exit 130. */
export const interrupted = (where: string) =>
  new FiredrillError('interrupted', [{ where, message: 'interrupted' }]);

/** The message of a caught value. Its stack trace is kept by passing the value as `cause`. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether a caught value comes from an aborted signal and not from a failure. */
export const isAbort = (error: unknown): boolean =>
  (error instanceof Error && (error.name === 'AbortError' || error.name === 'CanceledError')) ||
  (error instanceof FiredrillError && error.kind === 'interrupted');

/** The result of `read`, or `undefined` if it throws a FiredrillError. Other errors are rethrown. */
export function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FiredrillError) return undefined;
    throw error;
  }
}
