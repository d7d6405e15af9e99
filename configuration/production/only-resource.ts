import type { Adopting } from './adopting.ts';
import { namespaceOf } from './alertmanager-config-resource.ts';
import type { Resource } from './manifests.ts';
import { nameOf } from './unpack.ts';

type Named = Pick<Resource, 'kind' | 'name' | 'namespace' | 'written'>;

/** A resource for a person, e.g. `Secret monitoring/alertmanager-main`. */
export const titleOf = (resource: Named): string =>
  `${resource.kind} ${namespaceOf(resource)}/${resource.name}`;

/** The resource of a kind that says what a component does. Further ones are refused: a drill has one such component. */
export function onlyResource<T extends Named>(
  adopting: Adopting,
  kind: string,
  resources: readonly T[],
): T | undefined {
  const [first, ...others] = resources.filter((one) => one.kind === kind);
  if (first === undefined) return undefined;
  for (const other of others)
    adopting.refuse(
      nameOf(adopting, other.written),
      `${titleOf(other)} and ${titleOf(first)} (${nameOf(adopting, first.written).line}) are both here, and a drill has one ${kind}`,
      'keep the one that is drilled in the folder',
    );
  return first;
}
