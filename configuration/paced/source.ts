import type { Place } from '../files/place.ts';
import type { Languages } from './query-language.ts';
import type { RewriteAddresses } from './rewrite-addresses.ts';

/** A configuration file to be adapted to a run. */
export interface Source {
  /** Path in the configuration, e.g. `prometheus/rules/checkout.yml`. */
  readonly path: string;
  readonly text: string;
  /** The file, for messages. */
  readonly place: Place;
}

/** How a run changes the files. */
export interface Paced {
  readonly factor: number;
  readonly rewriteAddresses: RewriteAddresses;
  /** How much older than the newest a sample may be that is written to Prometheus, in milliseconds. Default: as written. */
  readonly outOfOrderMs?: number;
  /** `pod:port` of the components of the stack to which Alertmanager's webhooks may lead. Default: none. */
  readonly webhooks?: ReadonlySet<string>;
  /** The address on which a component listens in this run. Default: as written. */
  readonly listenHost?: string;
  /** The query languages of Grafana's data sources. */
  readonly languages?: Languages;
  /** Uids of all of Grafana's data sources. Absent if a file with data sources cannot be read. */
  readonly sources?: ReadonlySet<string>;
}
