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
  /** Whether the stream is a terminal, on which a line can be rewritten. */
  readonly tty: boolean;
  readonly colour: boolean;
  /** Width of the terminal, in characters. */
  readonly columns: number;
  /** A clock in milliseconds that never goes back; for tests. */
  readonly now?: () => number;
}

export interface Console {
  tell(event: DrillEvent): void;
  /** Shows how the drill ended; to be called once, when the record is judged. */
  finish(record: DrillRecord): void;
  /** Stops the clock and leaves the cursor on a line of its own. Idempotent. */
  close(): void;
}

/** Shows a drill while it runs, and its end. It does not catch: whoever tells it contains its faults. */
export function createConsole(options: ConsoleOptions): Console {
  const { stream, tty, colour, now = () => performance.now() } = options;
  // Narrower than this nothing would be readable; some terminals say 0 when they do not know.
  const columns = Math.max(40, options.columns);
  const colours = pc.createColors(colour);
  const write = (text: string) => {
    stream.write(text);
  };
  const view: View = tty ? new TerminalView({ write, now, columns, colours }) : new PlainView({ write, now });
  // A clock on screen must never keep the process alive.
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
