import { messageOf } from '../../core/errors.ts';
import type { GrafanaReader } from '../../signals/readers/grafana.ts';
import type { Receiver } from '../../signals/receivers/receivers.ts';
import type { DrillOptions } from '../running-drill.ts';

/** Kind of an annotation. It is a tag of the annotation, besides `firedrill` and the scenario's name. */
export type Mark = 'injection' | 'revert' | 'page';

/**
 * Annotates Grafana's dashboards while the drill runs. A failed annotation only causes a note, because no verdict depends
 * on it.
 */
export class Annotations {
  readonly #grafana: Pick<GrafanaReader, 'annotate'> | undefined;
  readonly #tell: DrillOptions['tell'];
  readonly #scenario: string;
  readonly #pending: Promise<void>[] = [];
  readonly #stopWatching: (() => void)[] = [];

  /** @param grafana `undefined` on a stack without Grafana. */
  constructor(
    { tell, scenario }: Pick<DrillOptions, 'tell' | 'scenario'>,
    grafana: Pick<GrafanaReader, 'annotate'> | undefined,
  ) {
    this.#grafana = grafana;
    this.#tell = tell;
    this.#scenario = scenario.name;
  }

  mark(mark: Mark, at: number, text: string): void {
    this.#pending.push(this.#annotate(mark, at, text));
  }

  /**
   * Annotates every page that arrives from now on, until `end` is called.
   *
   * @param pingPath path of the pings of the dead-man's switch, which are no pages to anybody.
   */
  markPages(receivers: readonly Pick<Receiver, 'onDelivery'>[], pingPath?: string): void {
    for (const receiver of receivers) {
      const end = receiver.onDelivery((delivery) => {
        if (!delivery.accepted || delivery.path === pingPath) return;
        for (const { alert, status } of delivery.pages) {
          this.mark('page', delivery.at, `${alert} ${status} at ${delivery.receiver}`);
        }
      });
      this.#stopWatching.push(end);
    }
  }

  /** Stops annotating pages, and returns when every annotation so far has been made or has failed. */
  async end(): Promise<void> {
    for (const end of this.#stopWatching) end();
    await Promise.all(this.#pending);
  }

  async #annotate(mark: Mark, at: number, text: string): Promise<void> {
    try {
      await this.#grafana?.annotate({ at, text, tags: ['firedrill', this.#scenario, mark] });
    } catch (error) {
      this.#tell({
        type: 'note',
        message: `the ${mark} could not be annotated in Grafana: ${messageOf(error)}`,
      });
    }
  }
}
