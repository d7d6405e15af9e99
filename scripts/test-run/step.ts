/** One process of the test run. */
export interface Step {
  /** The test file, or the name of a checker. `--only` selects by it. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** `mocha` writes the results of many tests into a file. A checker is one test, judged by its exit code. */
  readonly kind: 'checker' | 'mocha';
}

/** Steps of which at most `atOnce` run at the same time. */
export interface Lane {
  readonly atOnce: number;
  /** Whether its steps run with low priority. */
  readonly background?: boolean;
  /** Whether a step that fails is repeated alone at the end of the phase. Its second result counts. */
  readonly repeated?: boolean;
  readonly steps: readonly Step[];
}

/** Lanes that run at the same time. */
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
  /** What failed before the step was repeated, one line each. */
  readonly failedBefore?: readonly string[];
}
