import { ProcessRuntime } from '../stacks/runtimes/process/process-runtime.ts';
import type { Runtime } from '../stacks/runtimes/runtime.ts';
import type { Drill } from './drill.ts';
import type { DockerProbe } from './runtime-choice.ts';

/** Whether containers can be had here. */
export const probeDocker = async (): Promise<DockerProbe> => ({
  ok: false,
  reason: 'drills in containers are not built yet',
  hint: 'use --runtime process',
});

/** The runtime of one drill, with nothing started yet. */
export function openRuntime({
  options,
  directory,
  owner,
  scope,
  lost,
}: Pick<Drill, 'options' | 'directory' | 'owner' | 'scope' | 'lost'>): Runtime {
  const { runtime, toolchain, project, ports, env, node } = options;
  if (runtime.name !== 'process') throw new Error(`there is no runtime ${runtime.name} yet`);
  return new ProcessRuntime({
    owner,
    runDirectory: directory.path,
    projectDirectory: project,
    scope,
    binary: (name) => toolchain.path(name),
    home: (name) => toolchain.home(name),
    node,
    env,
    fixedPorts: ports,
    onLost: (error) => lost.abort(error),
  });
}
