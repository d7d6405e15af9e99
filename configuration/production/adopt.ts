import { WrittenFiles } from '../files/files.ts';
import { adoptAlertmanager } from './adopt-alertmanager.ts';
import { adoptCollectors, collectorStack } from './adopt-collector.ts';
import { adoptGrafana } from './adopt-grafana.ts';
import { adoptPrometheus } from './adopt-prometheus.ts';
import { Adopting } from './adopting.ts';
import { adoptNewerContactPoints } from './newer-notifiers.ts';
import { type KnownComponent, scrapedServices } from './scraped-services.ts';

/** What the user says of production besides its files. */
export interface ProductionFacts {
  /** The Collector is the user's own, and has more components than the one that firedrill builds. Default: no. */
  readonly hasOwnCollector?: boolean;
  /** Something puts values in the place of variables before Alertmanager reads its file. Default: not known. */
  readonly isFilledIn?: boolean;
}

/**
 * Makes of the user's files such as a drill can use.
 *
 * @param files texts by path, the user's laid over the project's.
 * @param names where each file is for a person.
 * @param own paths of the user's files.
 * @param components of the stacks on which they are drilled. Default: none.
 */
export function adopt(
  files: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, string>,
  own: Iterable<string>,
  components: readonly KnownComponent[] = [],
  { hasOwnCollector = false, isFilledIn = false }: ProductionFacts = {},
): WrittenFiles {
  const adopting = new Adopting(files, names, own);
  adoptPrometheus(adopting, scrapedServices(components));
  adoptAlertmanager(adopting, isFilledIn);
  adoptNewerContactPoints(adopting);
  adoptGrafana(adopting);
  adoptCollectors(adopting, collectorStack(components, hasOwnCollector));
  return new WrittenFiles(adopting.texts, adopting.names, adopting.adoption);
}
