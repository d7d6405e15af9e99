import { join } from 'node:path';
import { broken } from '../core/errors.ts';
import { holder, holderName } from '../stacks/images/holder.ts';
import { ProcessRuntime } from '../stacks/runtimes/process/process-runtime.ts';
import type { Runtime } from '../stacks/runtimes/runtime.ts';
import { confinementOf } from './confinement.ts';
import type { Drill } from './running-drill.ts';

/** The runtime of one drill, with nothing started yet. */
export async function openRuntime({
  options,
  directory,
  owner,
  scope,
  lost,
  recorder,
}: Pick<Drill, 'options' | 'directory' | 'owner' | 'scope' | 'lost' | 'recorder'>): Promise<Runtime> {
  const { runtime, images, toolchain, project, ports, env, node } = options;
  const common = {
    owner,
    runDirectory: directory.path,
    scope,
    fixedPorts: ports,
    onLost: (error: Error) => lost.abort(error),
    onUnwatched: () => {
      recorder.record.confinement = { watched: false, outside: recorder.record.confinement?.outside ?? [] };
    },
    onOutside: confinementOf(recorder, join(directory.path, 'config'), lost),
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
  const { DockerRuntime } = await import('../stacks/runtimes/docker/docker-runtime.ts');
  return new DockerRuntime({ ...common, images, holder: { ...image, entrypoint: holder.entrypoint } });
}
