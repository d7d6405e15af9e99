import { logTail } from './log-tail.ts';
import type { ToolProgress } from './progress.ts';
import type { Recipe } from './recipe.ts';

/** How often a build in progress is told of, in milliseconds. */
const everyMs = 1_000;

/** The signs of life of one tool's build. */
export interface ToolSigns {
  readonly tell: (state: ToolProgress['state'], step: string, message?: string) => void;
  /** Tells of the building step that `begin` named last, with the log's last line, until stopped. */
  readonly watch: (log: string) => { readonly begin: (step: string) => void; readonly stop: () => void };
}

export function toolSigns(recipe: Recipe, progress: (sign: ToolProgress) => void): ToolSigns {
  const started = performance.now();
  const tell: ToolSigns['tell'] = (state, step, message = '') =>
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
    tell,
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
