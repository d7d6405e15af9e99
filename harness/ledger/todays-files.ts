import { findConfigFiles } from '../../configuration/config-files.ts';
import { secretsOf } from '../../configuration/confined/secrets.ts';
import type { WrittenFiles } from '../../configuration/files/files.ts';
import { paces } from '../../core/pace.ts';
import type { Problems } from '../../core/problems.ts';
import { hasTopology, topologies } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import { scenarios } from '../../scenarios/index.ts';
import { additions } from '../../stacks/additions.ts';
import {
  configFolders,
  overlayOf,
  type Placement,
  placementKey,
  placementOf,
  specOf,
} from '../stack/placement.ts';
import { writtenAsJudged } from '../stack/stack-configuration.ts';

/** The configuration of one placement, as a drill there would be judged by it today. */
export interface TodaysFiles {
  readonly placement: Placement;
  readonly files: WrittenFiles;
  readonly secrets: readonly string[];
}

/**
 * Reads today's files of a system, or of the project's shop on every stack that a scenario of it has.
 *
 * @param overlay the user's files laid over those of the shop.
 * @param project the project's own directory.
 * @param problems receives every file that cannot be used.
 */
export async function readTodaysFiles(
  system: System | undefined,
  overlay: string | undefined,
  project: string,
  problems: Problems,
): Promise<TodaysFiles[]> {
  const placements = system ? [placementOfSystem(system)] : placementsOfShop();
  const specs = placements.map((placement) => ({ placement, stack: specOf(placement, paces.real) }));
  const components = specs.flatMap(({ stack }) => stack.components);
  const found: TodaysFiles[] = [];
  for (const { placement, stack } of specs) {
    const directory = overlayOf(placement, overlay);
    const written = await findConfigFiles(
      configFolders(stack, project),
      directory === undefined ? undefined : { directory, components },
      problems,
      stack.made,
    );
    const files = problems.read(() => writtenAsJudged(stack, written));
    if (files) found.push({ placement, files, secrets: secretsOf(written) });
  }
  return found;
}

const placementOfSystem = (system: System): Placement =>
  placementOf({}, system.hasGrafana ? 'full' : 'metrics', 'sidecar', system);

/** Every placement on which a scenario of the project can run. */
function placementsOfShop(): Placement[] {
  const all = scenarios.flatMap((scenario) =>
    scenario.stacks.flatMap((stack) =>
      topologies
        .filter((topology) => hasTopology(stack, topology))
        .filter(() => (scenario.with ?? []).every((name) => additions[name].stacks?.includes(stack) ?? true))
        .map((topology) => placementOf(scenario, stack, topology)),
    ),
  );
  return [...new Map(all.map((one) => [placementKey(one), one])).values()];
}
