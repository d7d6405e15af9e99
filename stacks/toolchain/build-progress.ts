import { logTail } from './log-tail.ts';
import type { ToolProgress } from './progress.ts';
import type { Recipe } from './recipe.ts';

/** Interval of progress reports of a build, in milliseconds. */
const everyMs = 1_000;

/** Progress reports of one tool's build. */
export interface BuildProgress {
  readonly report: (state: ToolProgress['state'], step: string, message?: string) => void;
  /** Reports the step that `begin` named last, with the log's last line, until stopped. */
  readonly watch: (log: string) => { readonly begin: (step: string) => void; readonly stop: () => void };
}

export function buildProgress(recipe: Recipe, progress: (sign: ToolProgress) => void): BuildProgress {
  const started = performance.now();
  const tell: BuildProgress['report'] = (state, step, message = '') =>
    progress({
      tool: recipe.tool,
      version: recipe.version,
      state,
      step,
      elapsedMs: performance.now() - started,
      expectedMs: recipe.expectedMs,
      message,
    });
  return {
    report: tell,
    watch(log) {
      let current = 'prepare';
      let stopped = false;
      const sign = async () => {
        const [line = ''] = await logTail(log, 1);
        if (!stopped) tell('building', current, line);
      };
      const timer = setInterval(() => void sign(), everyMs);
      return {
        begin(step) {
          current = step;
          tell('building', step);
        },
        stop() {
          stopped = true;
          clearInterval(timer);
        },
      };
    },
  };
}
