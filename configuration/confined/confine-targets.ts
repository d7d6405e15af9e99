import type { Problem } from '../../core/errors.ts';
import { list, maps, type Yaml } from '../files/yaml.ts';
import { isOurs, leaves } from './confine-address.ts';
import { confineRelabelling } from './confine-relabel.ts';

/** All scrapes of a configuration of Prometheus, or of what scrapes like it. */
export const confineScrapes = (at: string, { scrape_configs, scrape_config_files }: Yaml): Problem[] => [
  ...maps(scrape_configs).flatMap((entry, i) => confineTargets(`${at}scrape_configs[${i}]`, entry)),
  ...(scrape_config_files === undefined
    ? []
    : [
        {
          where: `${at}scrape_config_files`,
          message: 'targets in other files cannot be checked',
          hint: 'write them into this file, under scrape_configs',
        },
      ]),
];

/** Where Prometheus, or what scrapes like it, finds its targets. */
export function confineTargets(at: string, entry: Yaml): Problem[] {
  const found = Object.keys(entry)
    .filter((key) => key.endsWith('_sd_configs'))
    .map((key) => ({
      where: `${at}.${key}`,
      message: 'would find machines outside of the drill',
      hint: 'name the stack’s own in static_configs, e.g. orders:8889',
    }));
  const fixed = maps(entry.static_configs).flatMap((group, i) =>
    list(group.targets)
      .filter((target) => !isOurs(target))
      .map((target) => leaves(`${at}.static_configs[${i}].targets`, target)),
  );
  return [...found, ...fixed, ...confineRelabelling(at, entry)];
}
