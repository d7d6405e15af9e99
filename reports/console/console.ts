import { relative } from 'node:path';
import pc from 'picocolors';
import type { DrillEvent } from '../../core/events.ts';
import type { DrillRecord } from '../../core/record.ts';
import { ending } from './ending.ts';
import { PlainView } from './plain.ts';
import { TerminalView } from './terminal.ts';
import type { View } from './view.ts';

export interface ConsoleOptions {
  readonly stream: { write(text: string): unknown };
  /** Whether the stream is a terminal, where a line can be rewritten. */
  readonly tty: boolean;
  readonly colour: boolean;
  /** Width of the terminal, in characters. */
  readonly columns: number;
  /** A monotonic clock in milliseconds; for tests. */
  readonly now?: () => number;
}

export interface Console {
  tell(event: DrillEvent): void;
  /** Shows the end of the drill; called once, after the record is judged. */
  finish(record: DrillRecord): void;
  /** Stops the timer and leaves the cursor on a new line. Idempotent. */
  close(): void;
}

/** Shows a running drill and its end. It does not catch errors: the caller must handle them. */
export function createConsole(options: ConsoleOptions): Console {
  const { stream, tty, colour, now = () => performance.now() } = options;
  // Below this width nothing is readable; some terminals report 0 if the width is unknown.
  const columns = Math.max(40, options.columns);
  const colours = pc.createColors(colour);
  const write = (text: string) => {
    stream.write(text);
  };
  const view: View = tty ? new TerminalView({ write, now, columns, colours }) : new PlainView({ write, now });
  // The timer must not keep the process alive.
  const clock = setInterval(() => view.tick(), tty ? 120 : 1000).unref();
  let directory: string | undefined;
  const close = () => {
    clearInterval(clock);
    view.end();
  };
  return {
    tell(event) {
      if (event.type === 'drill-started') directory = shorter(event.directory);
      view.tell(event);
    },
    finish(record) {
      close();
      const lines = ending(record, { colours, columns, ...(directory === undefined ? {} : { directory }) });
      write(lines.map((line) => `${line}\n`).join(''));
    },
    close,
  };
}

function shorter(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere !== '' && fromHere.length < path.length ? fromHere : path;
}
