import { broken } from '../../core/errors.ts';
import { met, notYet, until } from '../../core/poll.ts';
import { type LoadOptions, type RunningLoad, startLoad } from './k6.ts';

/** Longest start of k6 on a busy machine, in milliseconds. */
const startWithinMs = 20_000;

/**
 * The load of a drill. k6 cannot change the rates of a run, so another run with other rates takes over. The first run ends
 * when the second one has sent its first request; so for some milliseconds both send requests.
 */
export class Load {
  #options: LoadOptions | undefined;
  /** More than one only while one takes over, or when that failed. */
  #running: readonly RunningLoad[] = [];
  #factor = 1;

  /** Starts the load, with the rates of the options. */
  async start(options: LoadOptions): Promise<void> {
    this.#options = options;
    this.#running = [await startLoad(options)];
  }

  /**
   * Makes every rate this many times as high as at the start, and resolves when no request of the former rates is sent any
   * more. With 0 no requests are sent. No effect if the rates are so already.
   *
   * @throws FiredrillError `broken` if the load has not been started, or if the new run does not begin in time.
   */
  async multiply(factor: number, signal: AbortSignal): Promise<void> {
    const [options, former] = [this.#options, this.#running];
    if (!options) throw broken('load', 'it cannot be changed, because it has not been started');
    if (factor === this.#factor) return;
    if (factor === 0) {
      this.#factor = 0;
      await Promise.all(former.map(({ stop }) => stop()));
      this.#running = [];
      return;
    }
    const rates = Object.entries(options.rates).map(([journey, rate]) => [journey, rate * factor]);
    const next = await startLoad({ ...options, rates: Object.fromEntries(rates), warm: true });
    this.#running = [...former, next];
    this.#factor = factor;
    let hasBegun = false;
    void next.began.then(() => {
      hasBegun = true;
    });
    await until('its first request', () => (hasBegun ? met(true) : notYet('none')), {
      where: `load at ${factor} times the rates`,
      withinMs: startWithinMs,
      everyMs: 10,
      signal,
      hint: `see ${options.log}`,
    });
    await Promise.all(former.map(({ stop }) => stop()));
    this.#running = [next];
  }
}
