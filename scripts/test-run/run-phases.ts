import { humanDuration } from '../../core/duration.ts';
import { OrderedOutput } from './ordered-output.ts';
import { type RunOptions, runStep } from './run-step.ts';
import type { Phase, Result, Step, Timed } from './step.ts';
import { closingLine } from './summary.ts';

/** Longest time of one step, in milliseconds: far more than any step takes, so that a hanging step does not block CI for ever. */
const limitMs = 60 * 60_000;
/** After so long without output, in milliseconds, a line says which steps are running. */
const silenceMs = 30_000;

export interface PhasesOptions extends Pick<RunOptions, 'project' | 'env' | 'signal'> {
  readonly write: (text: string | Buffer) => void;
}

export interface PhasesResult {
  /** In the order in which they ended. */
  readonly steps: readonly Result[];
  readonly phases: readonly Timed[];
}

/** Runs the phases one after the other. After an interruption no further step starts. */
export async function runPhases(phases: readonly Phase[], options: PhasesOptions): Promise<PhasesResult> {
  const { signal, write } = options;
  const results: Result[] = [];
  const times: Timed[] = [];
  for (const { title, lanes } of phases) {
    if (signal.aborted) break;
    const begin = performance.now();
    write(`\n━━ ${title}\n`);
    const running = new Map<Step, number>();
    const output = reportWhenSilent(running, write);
    const ordered = new OrderedOutput(output.write);
    const work = async (waiting: Step[], background: boolean) => {
      for (let step = waiting.shift(); step && !signal.aborted; step = waiting.shift()) {
        running.set(step, performance.now());
        results.push(await runAndPrint(step, ordered, { ...options, background }));
        running.delete(step);
      }
    };
    const workers = lanes.flatMap(({ atOnce, background = false, steps }) => {
      const waiting = [...steps];
      return Array.from({ length: atOnce }, () => work(waiting, background));
    });
    await Promise.all(workers);
    output.end();
    times.push({ name: title, tookMs: performance.now() - begin });
  }
  return { steps: results, phases: times };
}

async function runAndPrint(
  step: Step,
  ordered: OrderedOutput,
  options: PhasesOptions & Pick<RunOptions, 'background'>,
): Promise<Result> {
  const output = ordered.open();
  output.write(`\n── ${step.name}\n`);
  const result = await runStep(step, { ...options, output, limitMs });
  output.write(`   ${step.name}: ${closingLine(result)} (${humanDuration(result.tookMs)})\n`);
  output.close();
  return result;
}

/** Writes through to `write`, and says which steps are running after each `silenceMs` without output. */
function reportWhenSilent(running: ReadonlyMap<Step, number>, write: PhasesOptions['write']) {
  const say = () => {
    const names = [...running].map(
      ([{ name }, since]) => `${name} (${humanDuration(performance.now() - since)})`,
    );
    write(`   … still running: ${names.join(', ')}\n`);
  };
  const timer = setInterval(say, silenceMs);
  return {
    write: (text: string | Buffer) => {
      timer.refresh();
      write(text);
    },
    end: () => clearInterval(timer),
  };
}
