import { readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statOf } from './stat.ts';

/*
 * Who a process or a temporary directory belongs to. Every process that a run starts carries its owner in
 * its environment, so that whatever outlives a killed harness can be found without a list that the harness
 * might not have finished writing. Linux only: it reads /proc.
 */

/** The harness process of a run: its pid alone could be another process by now. */
export interface Owner {
  readonly run: string;
  readonly pid: number;
  /** Start of the process in clock ticks since boot. */
  readonly startTicks: string;
  /**
   * Inode of the pid namespace in which `pid` counts. A host sees the processes of its containers, and
   * containers may share a temporary directory; by pid alone each would take the other's runs for dead.
   */
  readonly namespace: string;
}

export const ownerVariable = 'FIREDRILL_OWNER';

/** The environment of a process of the run. */
export const ownedEnvironment = (
  env: Readonly<Record<string, string>>,
  owner: Owner,
): Record<string, string> => ({ ...env, [ownerVariable]: ownerText(owner) });

const prefix = 'firedrill-';

export const ownerOf = (run: string, pid: number): Owner => ({
  run,
  pid,
  startTicks: startTicks(pid) ?? '0',
  namespace: ownNamespace(),
});

export const ownerText = ({ run, pid, startTicks, namespace }: Owner): string =>
  `${pid}.${startTicks}.${namespace}.${run}`;

export function parseOwner(text: string): Owner | undefined {
  const [, pid, ticks, namespace, run] = /^(\d+)\.(\d+)\.(\d+)\.([A-Za-z0-9_-]+)$/.exec(text) ?? [];
  return pid && ticks && namespace && run
    ? { run, pid: Number(pid), startTicks: ticks, namespace }
    : undefined;
}

/**
 * Whether its harness has ended. Of another pid namespace's nothing can be known, nor of another user's where /proc hides
 * it, so those count as alive.
 */
export const isDead = ({ namespace, pid, startTicks: ticks }: Owner): boolean =>
  namespace === ownNamespace() && startTicks(pid) !== ticks && !isHidden(pid);

/** proc(5), mount option hidepid; kill(2), EPERM: it is there, and not ours. */
function isHidden(pid: number): boolean {
  if (statOf(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The name of a run's temporary directory says whose it is from the moment it exists. */
export const temporaryDirectory = (owner: Owner): string => join(tmpdir(), `${prefix}${ownerText(owner)}`);

/** Whose temporary directory a directory of this name is. */
export const ownerOfDirectory = (name: string): Owner | undefined =>
  name.startsWith(prefix) ? parseOwner(name.slice(prefix.length)) : undefined;

/** When a process started, in clock ticks since boot; `undefined` when it has ended. */
export const startTicks = (pid: number): string | undefined => statOf(pid)?.startTicks;

/** proc(5), /proc/pid/ns: a link such as `pid:[4026531836]`. */
function ownNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}
