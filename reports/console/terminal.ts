import type pc from 'picocolors';
import type { DrillEvent } from '../../core/events.ts';
import type { PhaseRecord } from '../../core/record.ts';
import { clipped, oneLine, span } from '../text.ts';
import { elapsed, pageText, SinceHit, startedText, waitingText } from './lines.ts';
import type { Running, View, ViewOptions } from './view.ts';

const clearLine = '\r\u001b[2K';
const spinner = ['|', '/', '-', '\\'];
const nameWidth = 18;

/** For terminals: finished phases stay as lines, and the line of the running phase is rewritten. */
export class TerminalView implements View {
  readonly #write: ViewOptions['write'];
  readonly #now: ViewOptions['now'];
  readonly #columns: number;
  readonly #colours: ReturnType<typeof pc.createColors>;
  readonly #sinceHit = new SinceHit();
  #running: Running | undefined;
  #turn = 0;
  /** Whether the cursor is on the line that is rewritten. */
  #live = false;

  constructor(options: ViewOptions & { columns: number; colours: ReturnType<typeof pc.createColors> }) {
    this.#write = options.write;
    this.#now = options.now;
    this.#columns = options.columns;
    this.#colours = options.colours;
  }

  tell(event: DrillEvent): void {
    const c = this.#colours;
    switch (event.type) {
      case 'drill-started': {
        const [title, rest] = startedText(event);
        this.#lines(c.bold(title), c.dim(rest), '');
        break;
      }
      case 'phase-started':
        this.#running = { ...event, since: this.#now() };
        this.tick();
        break;
      case 'phase-ended':
        this.#running = undefined;
        this.#lines(this.#ended(event.phase));
        break;
      case 'waiting':
        if (this.#running) this.#running.saw = event.saw;
        break;
      case 'hop':
        this.#sinceHit.note(event.hop);
        if (event.hop.at !== undefined) {
          this.#lines(this.#moment(event.hop.at, `${event.hop.name}  ${c.dim(oneLine(event.alert))}`));
        }
        break;
      case 'page': {
        const paint = event.page.status === 'firing' ? c.red : c.green;
        const mark = event.page.status === 'firing' ? '▲' : '▼';
        this.#lines(this.#moment(event.page.receivedAt, paint(`${mark} ${pageText(event.page)}`)));
        break;
      }
      case 'note':
        this.#lines(`   ${c.dim(oneLine(event.message))}`);
        break;
    }
  }

  tick(): void {
    const running = this.#running;
    if (!running) return;
    const mark = spinner[this.#turn++ % spinner.length];
    const name = running.phase.padEnd(nameWidth);
    const rest = [elapsed(running, this.#now()), ...waitingText(running)].join(' · ');
    // One column is left free: a full line would wrap and could not be rewritten.
    const text = clipped(` ${mark} ${name}${rest}`, this.#columns - 1);
    this.#live = true;
    this.#write(`${clearLine}${this.#colours.cyan(text)}`);
  }

  end(): void {
    this.#running = undefined;
    if (this.#live) this.#write(clearLine);
    this.#live = false;
  }

  #ended({ name, outcome, startedAt, endedAt, detail }: PhaseRecord): string {
    const c = this.#colours;
    const marks = { done: c.green('✓'), failed: c.red('✗'), skipped: c.dim('-') };
    const why = detail ? `  ${c.dim(oneLine(detail))}` : '';
    const took = outcome === 'skipped' ? 'skipped' : span(endedAt - startedAt);
    return ` ${marks[outcome]} ${name.padEnd(nameWidth)}${took}${why}`;
  }

  #moment(at: number, text: string): string {
    return `     ${this.#colours.dim(this.#sinceHit.text(at).padStart(8))}  ${text}`;
  }

  /** Prints lines above the running one. */
  #lines(...lines: readonly string[]): void {
    this.#write(`${this.#live ? clearLine : ''}${lines.map((line) => `${line}\n`).join('')}`);
    this.#live = false;
    this.tick();
  }
}
