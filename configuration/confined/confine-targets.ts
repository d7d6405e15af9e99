import type { Problem } from '../../core/errors.ts';
import type { Place } from '../files/place.ts';
import { list, maps, type Yaml } from '../files/yaml.ts';
import { isOurs, leaves } from './confine-address.ts';
import { confineRelabelling } from './confine-relabel.ts';

/** All scrapes of a configuration of Prometheus, or of what scrapes like it. */
export const confineScrapes = (at: Place, { scrape_configs, scrape_config_files }: Yaml): Problem[] => [
  ...maps(scrape_configs).flatMap((entry, i) => confineTargets(at.to('scrape_configs', i), entry)),
  ...(scrape_config_files === undefined
    ? []
    : [
        at
          .to('scrape_config_files')
          .problem(
            'targets in other files cannot be checked',
            'write them into this file, under scrape_configs',
          ),
      ]),
];

/** Where Prometheus, or what scrapes like it, finds its targets. */
export function confineTargets(at: Place, entry: Yaml): Problem[] {
  const found = Object.keys(entry)
    .filter((key) => key.endsWith('_sd_configs'))
    .map((key) =>
      at
        .to(key)
        .problem(
          'would find machines outside of the drill',
          'name the stack’s own in static_configs, e.g. orders:8889',
        ),
    );
  const fixed = maps(entry.static_configs).flatMap((group, i) =>
    list(group.targets).flatMap((target, n) =>
      isOurs(target) ? [] : [leaves(at.to('static_configs', i, 'targets', n), target)],
    ),
  );
  return [...found, ...fixed, ...confineRelabelling(at, entry)];
}
