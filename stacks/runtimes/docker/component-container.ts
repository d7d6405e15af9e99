import type { ComponentSpec, SharedFolder } from '../../component.ts';
import type { PreparedComponent } from '../runtime.ts';
import { RunContainer } from './container.ts';
import type { CopiedFile } from './copied-files.ts';
import { executionOf, imageFactsOf, toolIn } from './execution.ts';
import type { DockerLabels } from './labels.ts';
import type { Pod } from './pod.ts';

/** What all containers of a component have in common. */
export interface ContainerBase {
  /** Name of the container. */
  readonly name: string;
  readonly image: string;
  readonly labels: DockerLabels;
  readonly files: CopiedFile[];
  /** The name in the daemon of a folder that components share. */
  readonly volumeOf: (folder: SharedFolder) => string;
}

/** @param secret the run's password. */
export function componentContainer(
  frame: ContainerBase,
  component: PreparedComponent,
  pod: Pod,
  secret: string,
): RunContainer {
  const { spec } = component;
  const { entrypoint, args, env, workdir, user } = executionOf(component, secret);
  const container = baseContainer(frame, spec)
    .withNetworkMode(pod.networkMode)
    .withCommand([...args])
    .withEnvironment({ ...env });
  if (entrypoint) container.withEntrypoint([...entrypoint]);
  if (user !== undefined) container.withUser(user);
  if (workdir !== undefined) container.withWorkingDir(workdir);
  if (spec.limits) container.withLimits(spec.limits);
  for (const folder of spec.shared ?? [])
    container.withSharedVolume(frame.volumeOf(folder), folder, frame.labels);
  return container;
}

/** A container that runs a tool of the component's image on its configuration. */
export function checkContainer(
  frame: ContainerBase,
  spec: ComponentSpec,
  tool: string,
  args: readonly string[],
): RunContainer {
  const own = spec.program.kind === 'binary' ? spec.program.binary : undefined;
  return baseContainer(frame, spec)
    .withoutNetwork()
    .withEntrypoint([toolIn(imageFactsOf(spec), own, tool)])
    .withCommand([...args]);
}

/**
 * Most images declare a volume for their data. Without one of ours the daemon would create one without the run's
 * labels. The volumes of a user's image are not known; they are removed with its container.
 */
function baseContainer(
  { name, image, labels, files }: ContainerBase,
  { image: facts }: ComponentSpec,
): RunContainer {
  const container = new RunContainer(image, name, labels).withCopyContentToContainer(files);
  return facts ? container.withVolume(facts.data, labels) : container;
}
