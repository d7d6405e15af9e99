import { isShown } from '../../assertions/pages.ts';
import { alertsWithEvidence } from '../../core/expected-alerts.ts';
import type { Hop, Page } from '../../core/record.ts';
import { collectPages } from '../pages/collect-pages.ts';
import type { InjectedFault } from '../phases/injected-fault.ts';
import type { RunningDrill } from '../running-drill.ts';

/**
 * Reports each hop on the console when it is first seen. These times are approximate, because they come from polling. The
 * exact times in the record are read from the components afterwards.
 */
export class LiveHops {
  readonly #drill: RunningDrill;
  readonly #injectedAt: number;
  readonly #told = new Set<string>();

  constructor(drill: RunningDrill, fault: InjectedFault) {
    this.#drill = drill;
    this.#injectedAt = fault.injectedAt;
    this.#tellAll('fault injected', fault.injectedAt, 'harness');
    void fault.exported.then((hop) => {
      if (hop.at !== undefined) this.#tellAll(hop.name, hop.at, hop.source);
    });
  }

  /** Reads the components once and reports new hops. */
  async look(): Promise<void> {
    const { loadStatistics, prometheus, alertmanager, grafana } = this.#drill;
    const { firstHitAt } = loadStatistics.window(this.#injectedAt, Date.now());
    const { hits } = this.#drill.options.scenario.fault;
    if (hits && firstHitAt !== undefined) this.#tellAll('first request hit', firstHitAt, 'k6');
    for (const { labels, state, activeAt } of await prometheus.alertsNow()) {
      const alert = labels.alertname ?? '';
      this.#tell(alert, 'pending', Number(activeAt), 'Prometheus');
      if (state === 'firing') this.#tell(alert, 'firing', Date.now(), 'Prometheus');
    }
    for (const { alert, state, since } of grafana?.watch.states() ?? []) {
      const name = state === 'Pending' ? 'pending' : state === 'Alerting' ? 'firing' : undefined;
      if (name && since >= this.#injectedAt) this.#tell(alert, name, since, 'Grafana');
    }
    for (const { labels, receivedAt } of alertmanager.watch.alerts()) {
      this.#tell(labels.alertname ?? '', 'notifier sent', receivedAt, 'Alertmanager');
    }
    for (const { labels, receivedAt } of grafana?.watch.alerts() ?? []) {
      this.#tell(labels.alertname ?? '', 'notifier sent', receivedAt, "Grafana's Alertmanager");
    }
    const { observer } = this.#drill.stack.listeners;
    // By its text alone, a page may seem to be of another alert. The manager's notification tells which it is of.
    const isCertain = ({ notification }: Page) => notification !== undefined || observer === undefined;
    for (const { alert, status, receivedAt, receiver } of collectPages(this.#drill.stack).pages.filter(
      (page) => isShown(page) && isCertain(page),
    )) {
      this.#tell(
        alert,
        status === 'firing' ? 'page received' : 'resolved page received',
        receivedAt,
        receiver,
      );
    }
  }

  #tellAll(name: Hop['name'], at: number, source: string): void {
    for (const { alert } of alertsWithEvidence(this.#drill.options.scenario.expectations)) {
      this.#tell(alert, name, at, source);
    }
  }

  #tell(alert: string, name: Hop['name'], at: number, source: string): void {
    if (this.#told.has(`${alert} ${name}`)) return;
    this.#told.add(`${alert} ${name}`);
    this.#drill.options.tell({ type: 'hop', alert, hop: { name, at, source } });
  }
}
