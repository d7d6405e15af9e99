import type { ComponentSpec } from '../../component.ts';
import type { PreparedComponent } from '../runtime.ts';
import { RunContainer } from './container.ts';
import type { CopiedFile } from './copied-files.ts';
import type { Labels } from './labels.ts';
import type { Pod } from './pod.ts';
import { executionOf, factsOf, toolIn } from './program.ts';

/** What every container of a component has. */
export interface Frame {
  /** Of the container. */
  readonly name: string;
  readonly image: string;
  readonly labels: Labels;
  readonly files: CopiedFile[];
}

/** @param secret the run's password. */
export function componentContainer(
  frame: Frame,
  component: PreparedComponent,
  pod: Pod,
  secret: string,
): RunContainer {
  const { spec } = component;
  const { entrypoint, args, env, workdir } = executionOf(component, secret);
  const container = framed(frame, spec)
    .withNetworkMode(pod.networkMode)
    .withEntrypoint([...entrypoint])
    .withCommand([...args])
    .withEnvironment({ ...env });
  if (workdir !== undefined) container.withWorkingDir(workdir);
  if (spec.limits) container.withLimits(spec.limits);
  return container;
}

/** One that runs a tool of the component's image on its configuration. */
export function checkContainer(
  frame: Frame,
  spec: ComponentSpec,
  tool: string,
  args: readonly string[],
): RunContainer {
  const own = spec.program.kind === 'binary' ? spec.program.binary : undefined;
  return framed(frame, spec)
    .withoutNetwork()
    .withEntrypoint([toolIn(factsOf(spec), own, tool)])
    .withCommand([...args]);
}

/** Most images ask for a volume of their data; one that we do not give them would not have our labels. */
const framed = ({ name, image, labels, files }: Frame, spec: ComponentSpec): RunContainer =>
  new RunContainer(image, name, labels)
    .withVolume(factsOf(spec).data, labels)
    .withCopyContentToContainer(files);
