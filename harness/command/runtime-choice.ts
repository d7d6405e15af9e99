import { broken } from '../../core/errors.ts';
import { runtimeNames, type StackRuntime } from '../../core/runtime.ts';

/** What `--runtime` takes. */
export const runtimeWishes = ['auto', ...runtimeNames] as const;
export type RuntimeWish = (typeof runtimeWishes)[number];

/** Whether containers can be had: a daemon answers, and so do the images. */
export type DockerProbe =
  | { readonly ok: true /** The daemon, as it names itself. */; readonly server: string }
  | { readonly ok: false; readonly reason: string /** How to get one. */; readonly hint: string };

export interface RuntimeChoice {
  readonly name: StackRuntime;
  /** Absent: it was asked for by name. */
  readonly why?: string;
}

/**
 * What a command's drills run on.
 *
 * @param probeDocker asked only where the answer matters.
 * @throws FiredrillError `broken` when docker was asked for by name and cannot be had: the machine lacks it, the input
 * is well.
 */
export async function chooseRuntime(
  asked: RuntimeWish,
  probeDocker: () => Promise<DockerProbe>,
): Promise<RuntimeChoice> {
  if (asked === 'process') return { name: asked };
  const docker = await probeDocker();
  if (asked === 'docker') {
    if (docker.ok) return { name: asked };
    throw broken('--runtime docker', docker.reason, docker.hint);
  }
  return docker.ok
    ? { name: 'docker', why: `${docker.server} answers` }
    : { name: 'process', why: docker.reason };
}
