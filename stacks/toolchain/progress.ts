import { humanDuration } from '../../core/duration.ts';

/** A progress report of the toolchain, about every second while a tool is built or awaited. */
export interface ToolProgress {
  readonly tool: string;
  readonly version: string;
  readonly state: 'waiting' | 'building' | 'ready';
  /** The current step, e.g. `compile promtool`. */
  readonly step: string;
  /** Time since the work on this tool began, in milliseconds. */
  readonly elapsedMs: number;
  /** Typical duration with empty caches on two cores, in milliseconds. */
  readonly expectedMs?: number;
  /** The latest detail: the last line of the build's log. */
  readonly message: string;
}

/** The stream for progress, such as `process.stderr`. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface ProgressRenderer {
  readonly show: (progress: ToolProgress) => void;
  /** Ends the updating line, if there is one, so that other output starts on a new line. */
  readonly end: () => void;
}

/** Longest time without output if lines cannot be updated, in milliseconds, so that a CI log shows progress. */
const silenceMs = 15_000;

/** The text of one progress report. */
export function progressLine(p: ToolProgress): string {
  const name = `${p.tool} ${p.version}`;
  if (p.state === 'ready') return `${name}: ${p.step} (${humanDuration(p.elapsedMs)})`;
  const time =
    p.expectedMs === undefined
      ? humanDuration(p.elapsedMs)
      : `${humanDuration(p.elapsedMs)} of typically ${humanDuration(p.expectedMs)}`;
  return `${name}: ${p.step}, ${time}${p.message ? ` · ${p.message}` : ''}`;
}

/** On a terminal, one updating line; otherwise a line for each new step and at least every 15 s. */
export function progressRenderer(output: ProgressOutput, now = () => performance.now()): ProgressRenderer {
  return output.isTTY ? updatingLine(output) : plainLines(output, now);
}

function updatingLine(output: ProgressOutput): ProgressRenderer {
  let open = false;
  return {
    show(progress) {
      const line = progressLine(progress);
      const done = progress.state === 'ready';
      // A line that wraps could not be overwritten.
      const cut = done ? line : line.slice(0, (output.columns ?? 80) - 1);
      output.write(`\r\u001b[2K${cut}${done ? '\n' : ''}`);
      open = !done;
    },
    end() {
      if (open) output.write('\n');
      open = false;
    },
  };
}

function plainLines(output: ProgressOutput, now: () => number): ProgressRenderer {
  let last = { step: '', at: Number.NEGATIVE_INFINITY };
  return {
    show(progress) {
      const step = `${progress.tool} ${progress.state} ${progress.step}`;
      if (step === last.step && now() - last.at < silenceMs) return;
      last = { step, at: now() };
      output.write(`${progressLine(progress)}\n`);
    },
    end() {},
  };
}
