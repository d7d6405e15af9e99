import type { Counts } from './step.ts';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

type Judged = Counts & { readonly failures: readonly string[] };

/** The part of mocha's JSON results that is read; our reporter adds `total`. */
interface MochaResults {
  readonly stats: {
    readonly tests: number;
    readonly passes: number;
    readonly pending: number;
    readonly failures: number;
    readonly total: number;
  };
  readonly failures: readonly { readonly fullTitle: string; readonly err: { readonly message?: string } }[];
}

const endOf = ({ code, signal }: Exit) =>
  signal ? `was ended by ${signal}` : `ended with exit code ${code}`;

/** A checker is one test. */
export function judgeChecker(exit: Exit): Judged {
  return exit.code === 0
    ? { passed: 1, failed: 0, skipped: 0, failures: [] }
    : { passed: 0, failed: 1, skipped: 0, failures: [endOf(exit)] };
}

/**
 * Counts the tests of a mocha process. If its end does not match its results, one more failure is counted. So a crash is
 * always counted, whether before, between or after the tests.
 *
 * @param text its JSON results; `undefined` when it wrote none.
 */
export function judgeMocha(text: string | undefined, exit: Exit): Judged {
  const results = text === undefined ? undefined : parsed(text);
  if (!results) {
    return { passed: 0, failed: 1, skipped: 0, failures: [`${endOf(exit)} and wrote no results`] };
  }
  const { tests, passes, pending, failures, total } = results.stats;
  const lines = results.failures.map(
    ({ fullTitle, err }) => `${fullTitle}: ${(err.message ?? '').split('\n')[0]}`,
  );
  // Mocha's exit code is the number of failures, at most 255.
  const fits = exit.code === Math.min(failures, 255);
  const why = total === 0 ? 'has no tests' : `${endOf(exit)} after ${failures} failures`;
  return {
    passed: passes,
    failed: failures + Number(!fits),
    // Tests that are marked as skipped, and tests that did not run because a hook failed.
    skipped: pending + Math.max(0, total - tests),
    failures: fits ? lines : [...lines, why],
  };
}

function parsed(text: string): MochaResults | undefined {
  try {
    return JSON.parse(text) as MochaResults;
  } catch {
    // Incomplete: the process ended while it wrote them.
    return undefined;
  }
}
