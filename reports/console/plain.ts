import type { DrillEvent } from '../../core/events.ts';
import { oneLine, span } from '../text.ts';
import { elapsed, pageText, SinceHit, startedText, waitingText } from './lines.ts';
import type { Running, View, ViewOptions } from './view.ts';

/** Interval of reminders that a phase still waits, in milliseconds. */
const remindEveryMs = 10_000;

/** For logs: complete lines with the seconds since the start of the drill; nothing is rewritten. */
export class PlainView implements View {
  readonly #write: ViewOptions['write'];
  readonly #now: ViewOptions['now'];
  readonly #start: number;
  readonly #sinceHit = new SinceHit();
  #running: Running | undefined;
  #spokeAt = 0;

  constructor({ write, now }: ViewOptions) {
    this.#write = write;
    this.#now = now;
    this.#start = now();
  }

  tell(event: DrillEvent): void {
    switch (event.type) {
      case 'drill-started':
        for (const line of startedText(event)) this.#line(line);
        break;
      case 'phase-started': {
        this.#running = { ...event, since: this.#now() };
        const upTo = event.upToMs === undefined ? [] : [`up to ${span(event.upToMs)}`];
        const rest = [...waitingText(this.#running), ...upTo].join(', ');
        this.#line(`${event.phase}${rest ? `: ${rest}` : ''}`);
        break;
      }
      case 'phase-ended': {
        const { name, outcome, startedAt, endedAt, detail } = event.phase;
        this.#running = undefined;
        this.#line(
          `${name}: ${outcome}, ${span(endedAt - startedAt)}${detail ? ` (${oneLine(detail)})` : ''}`,
        );
        break;
      }
      case 'waiting':
        if (this.#running) this.#running.saw = event.saw;
        this.tick();
        break;
      case 'hop':
        this.#sinceHit.note(event.hop);
        if (event.hop.at !== undefined) {
          this.#line(`  hop ${this.#sinceHit.text(event.hop.at)} ${event.hop.name}: ${oneLine(event.alert)}`);
        }
        break;
      case 'page':
        this.#line(`  page ${this.#sinceHit.text(event.page.receivedAt)} ${pageText(event.page)}`);
        break;
      case 'note':
        this.#line(oneLine(event.message));
        break;
    }
  }

  tick(): void {
    const running = this.#running;
    const now = this.#now();
    // Measured from the last reminder or the start of the phase and not from other lines, since hops may be frequent.
    if (!running || now - Math.max(this.#spokeAt, running.since) < remindEveryMs) return;
    this.#spokeAt = now;
    this.#line(
      `  still waiting: ${[`${running.phase}, ${elapsed(running, now)}`, ...waitingText(running)].join('; ')}`,
    );
  }

  end(): void {
    this.#running = undefined;
  }

  #line(text: string): void {
    const seconds = ((this.#now() - this.#start) / 1000).toFixed(1).padStart(6);
    this.#write(`${seconds} s  ${text}\n`);
  }
}
