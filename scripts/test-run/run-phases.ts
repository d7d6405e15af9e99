import { humanDuration } from '../../core/duration.ts';
import { OrderedOutput } from './ordered-output.ts';
import { type RunOptions, runStep } from './run-step.ts';
import type { Lane, Phase, Result, Step, Timed } from './step.ts';
import { closingLine } from './summary.ts';

/** Longest time of one step, in milliseconds: far more than any step takes, so that a hanging step does not block CI for ever. */
const limitMs = 60 * 60_000;
/** After so long without output, in milliseconds, a line says which steps are running. */
const silenceMs = 30_000;
/** If more steps of a phase fail, they are not repeated: the machine's load is not the cause. */
const repeatedAtMost = 3;

export interface PhasesOptions extends Pick<RunOptions, 'project' | 'env' | 'signal'> {
  readonly write: (text: string | Buffer) => void;
}

export interface PhasesResult {
  /** In the order in which they ended. */
  readonly steps: readonly Result[];
  readonly phases: readonly Timed[];
}

/**
 * Runs the phases one after the other. After an interruption no further step starts.
 *
 * Tests of real programs have deadlines, and other tests that run at the same time can keep both processors of a small
 * machine busy. So a step of a lane that is `repeated` runs once more, alone, if it fails.
 */
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
    const toRepeat: { readonly step: Step; readonly result: Result }[] = [];
    const run = async (step: Step, background = false) => {
      running.set(step, performance.now());
      const result = await runAndPrint(step, ordered, { ...options, background });
      running.delete(step);
      return result;
    };
    const work = async (waiting: Step[], { background, repeated }: Lane) => {
      for (let step = waiting.shift(); step && !signal.aborted; step = waiting.shift()) {
        const result = await run(step, background);
        if (repeated && result.failed > 0) toRepeat.push({ step, result });
        else results.push(result);
      }
    };
    const workers = lanes.flatMap((lane) => {
      const waiting = [...lane.steps];
      return Array.from({ length: lane.atOnce }, () => work(waiting, lane));
    });
    await Promise.all(workers);
    for (const { step, result } of toRepeat) {
      if (signal.aborted || toRepeat.length > repeatedAtMost) results.push(result);
      else results.push({ ...(await run(step)), failedBefore: result.failures });
    }
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
