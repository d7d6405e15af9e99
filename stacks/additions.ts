import { metaPair, type Pair } from '../configuration/files/pairs.ts';
import type { AdditionName } from '../core/scenario.ts';
import type { ComponentSpec } from './component.ts';
import { alertmanager } from './components/alertmanager.ts';
import { type PrometheusFlags, prometheus } from './components/prometheus.ts';

/** What a scenario can add to its stack by its key `with`. */
export interface Addition {
  /** Folders of stacks/ that are laid over the stack's configuration. */
  readonly config: readonly string[];
  /** Further ones on stack `full`. */
  readonly full?: readonly string[];
  /** The pair whose alerts are judged, if it is not the main one. */
  readonly judged?: Pair;
  /** Components that run beside those of the stack. */
  components?(flags: PrometheusFlags): readonly ComponentSpec[];
}

export const additions: Readonly<Record<AdditionName, Addition>> = {
  /** SLOs of the shop, and the burn-rate alerts made of them. */
  slo: { config: ['config-slo'] },
  /** A Prometheus and an Alertmanager that watch the monitoring, a Watchdog and a dead-man's switch. */
  watchers: {
    config: ['config-watchers'],
    full: ['config-watchers-full'],
    judged: metaPair,
    components: (flags) => [prometheus(flags, metaPair.prometheus), alertmanager(metaPair.alertmanager)],
  },
};
