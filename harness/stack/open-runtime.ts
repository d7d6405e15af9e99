import { join } from 'node:path';
import { broken } from '../../core/errors.ts';
import { holder, holderName } from '../../stacks/images/holder.ts';
import { ProcessRuntime } from '../../stacks/runtimes/process/process-runtime.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import type { DrillOptions } from '../running-drill.ts';
import { outsideConnectionHandler } from '../watch/confinement.ts';
import type { StackLifecycle } from './stack-lifecycle.ts';

/** Creates the runtime of a stack without starting anything. */
export async function openRuntime(options: DrillOptions, stack: StackLifecycle): Promise<Runtime> {
  const { owner, directory, scope } = stack;
  const { runtime, images, toolchain, project, ports, env, node } = options;
  const common = {
    owner,
    runDirectory: directory.path,
    scope,
    fixedPorts: ports,
    onLost: (error: Error) => stack.reportLost(error),
    onUnwatched: () => stack.reportUnwatched(),
    onOutside: outsideConnectionHandler(join(directory.path, 'config'), () => stack.confinementTarget()),
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
  // Loaded on demand: it takes a second, and drills without containers do not need it.
  const { DockerRuntime } = await import('../../stacks/runtimes/docker/docker-runtime.ts');
  return new DockerRuntime({ ...common, images, holder: { ...image, entrypoint: holder.entrypoint } });
}
