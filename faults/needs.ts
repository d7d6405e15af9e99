import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../core/errors.ts';
import { type Ability, abilitiesOf, runtimeNames, type StackRuntime } from '../core/runtime.ts';
import { nameHint } from '../core/similar-names.ts';
import type { FaultNeeds } from './fault.ts';

/** The pods and components of a stack and its runtime. */
export interface StackCapabilities {
  readonly pods: readonly string[];
  /** Pods of services of the system under drill. */
  readonly services: readonly string[];
  readonly databases: readonly string[];
  readonly components: readonly string[];
  readonly links: readonly string[];
  /** The folder of the system's file. */
  readonly folder: string;
  /** Absent if it is not chosen yet. */
  readonly runtime?: StackRuntime;
}

const words: Readonly<Record<Ability, string>> = {
  kill: 'ends and restarts an instance',
  pause: 'pauses an instance',
  disconnect: 'disconnects an instance from the network',
  throttle: 'limits the processor time of an instance',
  reconfigure: 'changes the configuration of a running component',
  replace: 'replaces a file that services read',
};

/**
 * Checks a fault's requirements against a stack.
 *
 * @param where location of the fault in its scenario, for error messages.
 * @returns the unmet requirements; empty if there are none.
 */
export function unmetNeeds(
  where: string,
  needs: FaultNeeds,
  { pods, services, databases, components, links, folder, runtime }: StackCapabilities,
): Problem[] {
  const missingFrom = (known: readonly string[], needed: readonly string[] = []) =>
    needed
      .filter((name) => !known.includes(name))
      .map((name) => ({
        where,
        message: `it needs ${name}, which is not part of the stack`,
        hint: nameHint(name, known),
      }));
  const strayLinks = (needs.links ?? [])
    .filter((name) => !links.includes(name))
    .map((name) => ({
      where,
      message: `the system has no link ${name}`,
      hint: links.length > 0 ? nameHint(name, links) : 'name it in the part `links` of firedrill.yaml',
    }));
  const missing =
    strayLinks.length > 0
      ? strayLinks
      : [...missingFrom(pods, needs.pods), ...missingFrom(components, needs.components)];
  const lost = (needs.files ?? [])
    .filter((file) => !existsSync(join(folder, file)))
    .map((file) => ({ where, message: `there is no file ${file} in ${folder}` }));
  const possible = [...services, ...(needs.orDatabase ? databases : [])];
  const strange = (needs.services ?? [])
    .filter((name) => pods.includes(name) && !possible.includes(name))
    .map((name) => ({
      where,
      message: `${name} is not an instance of a service`,
      hint: `instances are ${possible.join(', ')}; kill-component and pause-component stop a part of the monitoring`,
    }));
  const unsupported = needs.abilities
    .filter((ability) => runtime !== undefined && !abilitiesOf[runtime].has(ability))
    .map((ability) => ({
      where,
      ...(runtime === 'attached'
        ? {
            message: `it ${words[ability]}, and firedrill did not start this stack`,
            hint: 'possible are http-call, command, sql, replace-file, and traffic-change of its own load',
          }
        : {
            message: `it ${words[ability]}, which the runtime ${runtime} cannot do`,
            hint: `use --runtime ${runtimeNames.filter((name) => abilitiesOf[name].has(ability)).join(' or ')}`,
          }),
    }));
  return [...missing, ...lost, ...strange, ...unsupported];
}
