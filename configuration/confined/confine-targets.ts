import type { Problem } from '../../core/errors.ts';
import { list, maps, type Yaml } from '../files/yaml.ts';
import { isOurs, leaves } from './confine-address.ts';
import { confineRelabelling } from './confine-relabel.ts';

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
