import { join } from 'node:path';
import { broken } from '../../core/errors.ts';
import { holder, holderName } from '../../stacks/images/holder.ts';
import { ProcessRuntime } from '../../stacks/runtimes/process/process-runtime.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import type { DrillOptions } from '../running-drill.ts';
import { confinementOf } from '../watch/confinement.ts';
import type { OpenStack } from './open-stack.ts';

/** The runtime of a stack, with nothing started yet. */
export async function openRuntime(options: DrillOptions, stack: OpenStack): Promise<Runtime> {
  const { owner, directory, scope } = stack;
  const { runtime, images, toolchain, project, ports, env, node } = options;
  const common = {
    owner,
    runDirectory: directory.path,
    scope,
    fixedPorts: ports,
    onLost: (error: Error) => stack.lose(error),
    onUnwatched: () => stack.unwatch(),
    onOutside: confinementOf(join(directory.path, 'config'), () => stack.confined()),
  };
  if (runtime.name === 'process') {
    return new ProcessRuntime({
      ...common,
      projectDirectory: project,
      binary: (name) => toolchain.path(name),
      home: (name) => toolchain.home(name),
      node,
      env,
    });
  }
  const image = images?.get(holderName);
  if (!images || !image) throw broken('docker', 'the images of the stack are not known');
  // A second of loading, which drills without containers are spared.
  const { DockerRuntime } = await import('../../stacks/runtimes/docker/docker-runtime.ts');
  return new DockerRuntime({ ...common, images, holder: { ...image, entrypoint: holder.entrypoint } });
}
