import { messageOf } from '../../core/errors.ts';
import type { GrafanaReader } from '../../signals/readers/grafana.ts';
import type { Receiver } from '../../signals/receivers/receivers.ts';
import type { Parts } from '../parts.ts';

/** What a dashboard may ask for by its tag, besides `firedrill`, which every mark has. */
export type Mark = 'injection' | 'revert' | 'page';

/**
 * Marks the drill on Grafana's dashboards, while it goes on. A mark that cannot be made is a note: the drill does not
 * rest on it.
 */
export class Annotations {
  readonly #grafana: Pick<GrafanaReader, 'annotate'> | undefined;
  readonly #tell: Parts['tell'];
  readonly #scenario: string;
  readonly #underWay: Promise<void>[] = [];

  constructor({
    grafana,
    tell,
    scenario,
  }: Pick<Parts, 'tell' | 'scenario'> & { grafana?: Pick<GrafanaReader, 'annotate'> }) {
    this.#grafana = grafana;
    this.#tell = tell;
    this.#scenario = scenario.name;
  }

  mark(mark: Mark, at: number, text: string): void {
    this.#underWay.push(this.#annotate(mark, at, text));
  }

  /** Marks every page that arrives from now on. @returns the way to stop it. */
  markPages(receivers: readonly Pick<Receiver, 'onDelivery'>[]): () => void {
    const ends = receivers.map((receiver) =>
      receiver.onDelivery((delivery) => {
        if (!delivery.accepted) return;
        for (const { alert, status } of delivery.pages) {
          this.mark('page', delivery.at, `${alert} ${status} at ${delivery.receiver}`);
        }
      }),
    );
    return () => {
      for (const end of ends) end();
    };
  }

  /** Returns when every mark so far was made, or could not be. */
  async made(): Promise<void> {
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
