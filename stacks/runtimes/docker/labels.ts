import { readFileSync } from 'node:fs';
import { type Owner, ownerText, parseOwner } from '../process/owner.ts';

/*
 * Whatever a run makes in a daemon carries these, so that it can be found without a list that the harness might not have
 * finished writing, and nothing else is ever removed.
 */

export const runLabel = 'firedrill.run';
export const ownerLabel = 'firedrill.owner';
/** Machine and boot of the owner: a daemon may serve several machines, and a pid means something on its own only. */
const hostLabel = 'firedrill.host';

export type Labels = Readonly<Record<string, string>>;

export const labelsOf = (owner: Owner): Record<string, string> => ({
  [runLabel]: owner.run,
  [ownerLabel]: ownerText(owner),
  [hostLabel]: thisBoot() ?? 'unknown',
});

/** Whose a thing with these labels is; `undefined` for what no run of this machine and boot has made. */
export function ownerOfLabels(labels: Labels | null | undefined): Owner | undefined {
  const boot = thisBoot();
  if (boot === undefined || labels?.[hostLabel] !== boot) return undefined;
  return parseOwner(labels[ownerLabel] ?? '');
}

/** proc(5), /proc/sys/kernel/random/boot_id: random, so it tells machines apart as well. */
function thisBoot(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}
