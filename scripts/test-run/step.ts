/** One process of the test run. */
export interface Step {
  /** The file or folder that it tests, or the name of the tool that checks. `--only` selects by it. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** `mocha` writes the results of many tests into a file; a checker is one test, judged by its exit code. */
  readonly kind: 'checker' | 'mocha';
}

/** Steps that may run side by side, at most `atOnce` of them. */
export interface Lane {
  readonly atOnce: number;
  /** Gives its processors to whatever else runs, and takes what is left over. */
  readonly background?: boolean;
  readonly steps: readonly Step[];
}

/** Lanes that run side by side. */
export interface Phase {
  readonly title: string;
  readonly lanes: readonly Lane[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Timed {
  readonly name: string;
  readonly tookMs: number;
}

/** How a step ended. */
export interface Result extends Counts, Timed {
  /** What failed, one line each. */
  readonly failures: readonly string[];
}
