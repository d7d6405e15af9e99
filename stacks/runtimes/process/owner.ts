import { readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statOf } from './stat.ts';

/*
 * The owner of a process or a temporary directory. Every process of a run has its owner in its environment, so that
 * leftovers of a killed harness can be found without a list. Without /proc, which Linux has, an owner is known by its
 * pid alone, and none of its processes is found.
 */

/** The harness process of a run. The pid alone is not enough, since it may be reused. */
export interface Owner {
  readonly run: string;
  readonly pid: number;
  /** Start time of the process, in clock ticks since boot. */
  readonly startTicks: string;
  /**
   * Inode of the pid namespace of `pid`. A host sees the processes of its containers, and containers may share a
   * temporary directory: by pid alone, each would mistake the other's runs for dead.
   */
  readonly namespace: string;
}

export const ownerVariable = 'FIREDRILL_OWNER';

/** Adds the owner to the environment of a process. */
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
 * Whether the owner's harness has exited. Owners in other pid namespaces, and processes that /proc hides, count as
 * alive, since their state is unknown.
 */
export const isDead = ({ namespace, pid, startTicks: ticks }: Owner): boolean => {
  if (namespace !== ownNamespace()) return false;
  if (!hasProc()) return !mayBeAlive(pid);
  return startTicks(pid) !== ticks && !isHidden(pid);
};

/** Whether processes can be looked up here. */
const hasProc = (): boolean => statOf(process.pid) !== undefined;

/** proc(5), mount option hidepid; kill(2): EPERM means that the process exists and belongs to another user. */
const isHidden = (pid: number): boolean => !statOf(pid) && signalFault(pid) === 'EPERM';

const mayBeAlive = (pid: number): boolean => signalFault(pid) !== 'ESRCH';

/** Why no signal can be sent to a process; kill(2). */
function signalFault(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** A run's temporary directory has its owner in its name, so that it is known from the moment it exists. */
export const temporaryDirectory = (owner: Owner): string => join(tmpdir(), `${prefix}${ownerText(owner)}`);

/** The owner of a temporary directory by its name. */
export const ownerOfDirectory = (name: string): Owner | undefined =>
  name.startsWith(prefix) ? parseOwner(name.slice(prefix.length)) : undefined;

/** Start time of a process in clock ticks since boot; `undefined` if it has exited. */
export const startTicks = (pid: number): string | undefined => statOf(pid)?.startTicks;

/** proc(5), /proc/pid/ns: a link such as `pid:[4026531836]`. */
function ownNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}
