import { dirname, join, resolve } from 'node:path';
import type { ProjectFolder } from '../../configuration/config-files.ts';
import { scaleDuration } from '../../configuration/paced/configure.ts';
import type { ProductionFacts } from '../../configuration/production/adopt.ts';
import type { Pace } from '../../core/pace.ts';
import type { DrillRecord } from '../../core/record.ts';
import {
  type AdditionName,
  restrictedToStack,
  type Scenario,
  type StackName,
  type Topology,
} from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import type { StackSpec } from '../../stacks/component.ts';
import { prometheusFlags } from '../../stacks/components/prometheus.ts';
import { stackOf } from '../../stacks/stacks.ts';
import { monitoringOf, systemStack } from '../../stacks/system-stack.ts';
import { overrideName } from '../../stacks/toolchain/overrides.ts';
import type { KnownSystem } from '../../systems/known-system.ts';
import { shop } from '../../systems/shop/shop.ts';
import type { Staging } from '../attached/staging.ts';
import { stagingSpec } from '../attached/staging-spec.ts';

/** The stack that a drill runs on. Drills of the same placement can share a stack. */
export interface Placement {
  readonly stack: StackName;
  readonly topology: Topology;
  readonly with: readonly AdditionName[];
  /** The system under drill, if it is the user's. Default: the project's shop. */
  readonly system?: System;
  /** The stack, if it runs already. */
  readonly staging?: Staging;
}

export const placementOf = (
  { with: additions = [] }: Pick<Scenario, 'with'>,
  stack: StackName,
  topology: Topology,
  system?: System,
): Placement => ({ stack, topology, with: additions, ...(system ? { system } : {}) });

/** The name of the system under drill. */
export const systemNameOf = ({ system, staging }: Pick<Placement, 'system' | 'staging'>): string =>
  system?.name ?? staging?.name ?? 'shop';

/** What is known of the system under drill. `undefined` for one of a user. */
export const knownOf = ({
  system,
  staging,
}: Pick<Placement, 'system' | 'staging'>): KnownSystem | undefined => (system || staging ? undefined : shop);

/** The services that users reach, as far as that is known. */
export function entriesOf(placement: Pick<Placement, 'system' | 'staging'>): string[] {
  const known = knownOf(placement);
  if (known) return [known.entry.service];
  const { journeys = {} } = placement.system ?? placement.staging?.load ?? {};
  return [...new Set(Object.values(journeys).map(({ service }) => service))];
}

/** What the record of a drill says of a staging. */
export const attachedOf = ({ staging }: Placement): DrillRecord['attached'] =>
  staging && { name: staging.name, pages: staging.pages };

/** The same text for the same placement. */
export const placementKey = ({ stack, topology, with: additions, system }: Placement): string =>
  [stack, topology, ...additions, ...(system ? [system.file] : [])].join(' ');

/** The folder in which commands and files of faults are: that of the system's or the staging's file. */
export const folderOf = ({ system, staging }: Placement, project: string): string => {
  const file = system?.file ?? staging?.file;
  return file === undefined ? project : dirname(file);
};

/** Returns the scenario without the parts that this stack cannot show. */
export const scenarioOnPlacement = (scenario: Scenario, { stack }: Placement): Scenario =>
  restrictedToStack(scenario, stack);

/**
 * Returns the specification of the stack at this pace.
 *
 * @param receivesWrites whether the harness writes a history to Prometheus.
 */
export const specOf = (
  { stack, topology, with: additions, system, staging }: Placement,
  { factor }: Pace,
  receivesWrites = false,
): StackSpec => {
  if (staging) return stagingSpec(staging);
  const flags = {
    receivesWrites,
    resendDelay: scaleDuration(prometheusFlags.resendDelay, factor),
    lookbackDelta: scaleDuration(prometheusFlags.lookbackDelta, factor),
  };
  return system ? systemStack(system, flags) : stackOf(stack, topology, flags, additions);
};

/** What the user says of production besides its files. */
export const productionFacts = (
  { programs }: Pick<StackSpec, 'programs'>,
  { system }: Pick<Placement, 'system'>,
): ProductionFacts => ({
  hasOwnCollector: programs?.otelcol !== undefined || process.env[overrideName('otelcol')] !== undefined,
  isFilledIn: system?.placeholders === 'filled',
});

/** The folders with the configuration of a stack, on this machine. */
export const configFolders = (
  { config, configParts }: Pick<StackSpec, 'config' | 'configParts'>,
  project: string,
): ProjectFolder[] => {
  const inStacks = (folder: string) => join(project, 'stacks', folder);
  return [
    ...(configParts ? [{ ...configParts, folder: inStacks(configParts.folder) }] : []),
    ...config.map(inStacks),
  ];
};

/** The runbooks of which there are files: how the links to them begin, and their folder. */
export function runbooksOf({
  placement: { system },
  project,
}: {
  readonly placement: Placement;
  readonly project: string;
}): { readonly links: string; readonly folder: string } {
  const own = system?.runbooks;
  return system && own
    ? { links: own.links, folder: resolve(dirname(system.file), own.folder) }
    : { links: 'https://runbooks.internal/', folder: join(project, 'docs', 'runbooks') };
}

/** The user's files that are laid over the stack's: those of the command line, or those of the system. */
export const overlayOf = ({ system }: Placement, asked: string | undefined): string | undefined =>
  system ? monitoringOf(system) : asked;
