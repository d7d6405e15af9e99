/*
 * `firedrill run --attach`: drills of a staging that runs already.
 */
import { randomInt } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { broken } from '../../core/errors.ts';
import type { Tell } from '../../core/events.ts';
import { paces } from '../../core/pace.ts';
import type { Problems } from '../../core/problems.ts';
import { type Scenario, topologies, withHoldTime } from '../../core/scenario.ts';
import { unmetNeeds } from '../../faults/needs.ts';
import { targetsIn } from '../../stacks/component.ts';
import { ownerOf } from '../../stacks/runtimes/process/owner.ts';
import { cacheDirOf } from '../../stacks/toolchain/cache-dir.ts';
import { ensureTools, type ToolchainOptions } from '../../stacks/toolchain/toolchain.ts';
import { prepareFault } from '../../systems/faults.ts';
import { unattachable } from '../attached/attachable.ts';
import { cleanStaging } from '../attached/clean.ts';
import { type PlannedDrill, planText } from '../attached/plan.ts';
import type { Staging } from '../attached/staging.ts';
import { readStagingFile } from '../attached/staging-file.ts';
import { stackNameOf, stagingSpec } from '../attached/staging-spec.ts';
import { Redaction } from '../record/redaction.ts';
import type { DrillOptions } from '../running-drill.ts';
import { type Placement, placementOf, scenarioOnPlacement } from '../stack/placement.ts';
import { type Arguments, seeds } from './arguments.ts';
import type { Placed } from './placed.ts';
import { findStagingScenario } from './scenario-file.ts';
import { defaultRuns, inheritable, project, type Session, versionOfProject } from './session.ts';

/** A scenario with its placement on a staging and its fault. */
export type PlacedOnStaging = Placed & PlannedDrill;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the file of a staging and the scenarios that are drilled there.
 *
 * @param problems receives every problem; those that it has already are refused together with them.
 * @throws FiredrillError `bad-input` with all of them.
 */
export async function stagingDrills(
  { names, stays }: Pick<Arguments, 'names' | 'stays'>,
  file: string,
  env: Environment,
  problems: Problems,
): Promise<{ readonly staging: Staging; readonly chosen: readonly PlacedOnStaging[] }> {
  const staging = await problems.readSoon(readStagingFile(file, env));
  const chosen = staging ? await placedOnStaging(names, staging, problems) : [];
  problems.refuse();
  if (!staging) throw new Error('there is neither a staging nor a problem');
  return {
    staging,
    chosen: chosen.map((one) => ({ ...one, scenario: withHoldTime(one.scenario, stays) })),
  };
}

async function placedOnStaging(
  names: readonly string[],
  staging: Staging,
  problems: Problems,
): Promise<PlacedOnStaging[]> {
  const stack = stackNameOf(staging);
  const journeys = Object.keys(staging.load?.journeys ?? {});
  const placed: PlacedOnStaging[] = [];
  for (const name of names) {
    const found = await findStagingScenario(name, { stack, journeys }, problems);
    if (!found) continue;
    const { scenario, whereOf } = found;
    const fault = problems.read(() => prepareFault(scenario, whereOf));
    problems.add(...unattachable(scenario, fault, staging, whereOf));
    if (!fault) continue;
    const offer = {
      ...targetsIn(stagingSpec(staging)),
      folder: dirname(staging.file),
      runtime: 'attached' as const,
    };
    problems.add(...unmetNeeds(whereOf(['fault']), fault.needs, offer));
    const placement: Placement = { ...placementOf(scenario, stack, topologies[0]), staging };
    placed.push({ ...found, fault, placements: [placement] });
  }
  return placed;
}

/** What the drills of a command on a staging have in common. */
export interface AttachedOptions extends Pick<Arguments, 'runs'> {
  readonly staging: Staging;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly toolProgress: ToolchainOptions['progress'];
}

/** Of the tools only the load is needed, if the staging allows one. */
export async function openAttachedSession(options: AttachedOptions): Promise<Session> {
  const { staging, env, signal, toolProgress, runs = defaultRuns } = options;
  const cacheDir = cacheDirOf(env);
  const tools = staging.load
    ? await ensureTools(['k6'], { cacheDir, env, signal, progress: toolProgress })
    : undefined;
  const path = (binary: string): string => {
    if (!tools || binary !== 'k6') throw broken(binary, 'a drill of a staging does not start it');
    return tools.path(binary);
  };
  const version = await versionOfProject();
  const runtime = { name: 'attached' } as const;
  const drill = (
    scenario: Scenario,
    placement: Placement,
    tell: Tell,
    seed = randomInt(seeds),
  ): DrillOptions => ({
    ...{ placement, tell, seed, signal, project, runtime },
    scenario: scenarioOnPlacement(scenario, placement),
    pace: paces.real,
    toolchain: { path, home: path },
    versionOf: () => '',
    notes: [],
    daemon: undefined,
    runs: resolve(runs),
    overlay: undefined,
    overlaid: [],
    ports: new Map(),
    env: inheritable(env, cacheDir),
    node: process.execPath,
    versions: {
      firedrill: version,
      node: process.versions.node,
      ...(tools ? { k6: tools.version('k6') } : {}),
    },
  });
  return Object.assign(drill, { runtime: runtime.name });
}

/**
 * Describes the drills of a command on a staging, or undoes what an earlier drill has left there.
 *
 * @returns what to print, without secrets.
 * @throws FiredrillError as `stagingDrills` and `cleanStaging` do.
 */
export async function planOrClean(
  given: Pick<Arguments, 'names' | 'stays' | 'clean'>,
  file: string,
  env: Environment,
  problems: Problems,
): Promise<string> {
  const { staging, chosen } = await stagingDrills(given, file, env, problems);
  const redaction = new Redaction();
  redaction.learn(staging.secrets);
  return redaction.hide(given.clean ? await cleanText(staging, env) : planText(staging, chosen));
}

async function cleanText(staging: Staging, env: Environment): Promise<string> {
  const done = await cleanStaging(staging, {
    owner: ownerOf('clean', process.pid),
    env: inheritable(env, cacheDirOf(env)),
  });
  return done.length === 0 ? 'Nothing was left.\n' : done.map((text) => `${text}\n`).join('');
}
