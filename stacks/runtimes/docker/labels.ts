import { readFileSync } from 'node:fs';
import { type Owner, ownerText, parseOwner } from '../process/owner.ts';

/*
 * Labels of everything that a run creates in a daemon. They identify leftovers of a killed run, and nothing without
 * them is ever removed.
 */

export const runLabel = 'firedrill.run';
export const ownerLabel = 'firedrill.owner';
/** Machine and boot of the owner: a daemon may serve several machines, and a pid is unique on one of them only. */
const hostLabel = 'firedrill.host';

export type DockerLabels = Readonly<Record<string, string>>;

export const labelsOf = (owner: Owner): Record<string, string> => ({
  [runLabel]: owner.run,
  [ownerLabel]: ownerText(owner),
  [hostLabel]: thisBoot() ?? 'unknown',
});

/** The owner by labels; `undefined` for anything that was not created on this machine since it booted. */
export function ownerOfLabels(labels: DockerLabels | null | undefined): Owner | undefined {
  const boot = thisBoot();
  if (boot === undefined || labels?.[hostLabel] !== boot) return undefined;
  return parseOwner(labels[ownerLabel] ?? '');
}

/** proc(5), /proc/sys/kernel/random/boot_id: random, so it identifies the machine as well. */
function thisBoot(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}
