import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
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
  [hostLabel]: thisMachine(),
});

/** The owner by labels; `undefined` for anything that was not created on this machine since it booted. */
export function ownerOfLabels(labels: DockerLabels | null | undefined): Owner | undefined {
  if (labels?.[hostLabel] !== thisMachine()) return undefined;
  return parseOwner(labels[ownerLabel] ?? '');
}

/**
 * The machine and its boot: proc(5), /proc/sys/kernel/random/boot_id. Where there is none it is the machine's name, and
 * what an earlier boot left counts as of this one.
 */
function thisMachine(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return hostname();
  }
}
