import { messageOf } from '../../core/errors.ts';
import type { GrafanaReader } from '../../signals/readers/grafana.ts';
import type { Receiver } from '../../signals/receivers/receivers.ts';
import type { DrillOptions } from '../running-drill.ts';

/** What a dashboard may ask for by its tag, besides `firedrill`, which every mark has. */
export type Mark = 'injection' | 'revert' | 'page';

/**
 * Marks the drill on Grafana's dashboards, while it goes on. A mark that cannot be made is a note: the drill does not
 * rest on it.
 */
export class Annotations {
  readonly #grafana: Pick<GrafanaReader, 'annotate'> | undefined;
  readonly #tell: DrillOptions['tell'];
  readonly #scenario: string;
  readonly #underWay: Promise<void>[] = [];
  readonly #watched: (() => void)[] = [];

  /** @param grafana absent: there are no dashboards. */
  constructor(
    { tell, scenario }: Pick<DrillOptions, 'tell' | 'scenario'>,
    grafana: Pick<GrafanaReader, 'annotate'> | undefined,
  ) {
    this.#grafana = grafana;
    this.#tell = tell;
    this.#scenario = scenario.name;
  }

  mark(mark: Mark, at: number, text: string): void {
    this.#underWay.push(this.#annotate(mark, at, text));
  }

  /** Marks every page that arrives from now on, until the end. */
  markPages(receivers: readonly Pick<Receiver, 'onDelivery'>[]): void {
    for (const receiver of receivers) {
      const end = receiver.onDelivery((delivery) => {
        if (!delivery.accepted) return;
        for (const { alert, status } of delivery.pages) {
          this.mark('page', delivery.at, `${alert} ${status} at ${delivery.receiver}`);
        }
      });
      this.#watched.push(end);
    }
  }

  /** Marks no more pages, and returns when every mark so far was made, or could not be. */
  async end(): Promise<void> {
    for (const end of this.#watched) end();
    await Promise.all(this.#underWay);
  }

  async #annotate(mark: Mark, at: number, text: string): Promise<void> {
    try {
      await this.#grafana?.annotate({ at, text, tags: ['firedrill', this.#scenario, mark] });
    } catch (error) {
      this.#tell({ type: 'note', message: `no mark of the ${mark} in Grafana: ${messageOf(error)}` });
    }
  }
}
