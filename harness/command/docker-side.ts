import { messageOf } from '../../core/errors.ts';
import type { StackSpec } from '../../stacks/component.ts';
import { defaultSocket } from '../../stacks/images/default-socket.ts';
import type { ImageChoice } from '../../stacks/images/image-choice.ts';
import type { ResolvedImage, ResolveOptions } from '../../stacks/images/resolve.ts';
import { imageKeyOf } from '../../stacks/images/user-images.ts';
import type { Daemon } from '../../stacks/runtimes/docker/docker-api.ts';
import { findDaemon } from '../../stacks/runtimes/docker/find-daemon.ts';
import type { DockerProbe, RuntimeWish } from './runtime-choice.ts';

type Images = ReadonlyMap<string, ResolvedImage>;

/** What a session asks of Docker: nothing of it is loaded before that. */
export interface DockerSide {
  /** Whether drills can run in containers. */
  probe(): Promise<DockerProbe>;
  /** The images of every stack, by `imageKeyOf` the component. */
  images(): Promise<Images>;
}

export interface DockerSideOptions extends Omit<ResolveOptions, 'store'> {
  readonly wish: RuntimeWish;
  /** Absent: not asked for. */
  readonly choice: ImageChoice | undefined;
  readonly stacks: readonly StackSpec[];
  /** Why there is no daemon to ask. */
  readonly lacking?: string | undefined;
}

/**
 * Docker, as a session sees it. Whoever did not ask for containers has them where a daemon answers and images of any kind
 * can be had.
 */
export function dockerSide({ wish, choice, stacks, lacking, ...options }: DockerSideOptions): DockerSide {
  let resolved: Promise<Images> | undefined;
  const images = () => {
    resolved ??= resolve(stacks, choice ?? 'auto', options);
    return resolved;
  };
  return {
    images,
    async probe() {
      if (lacking !== undefined) return { ok: false, reason: lacking, hint: '--runtime docker' };
      const { dockerAvailable } = await import('../../stacks/images/daemon.ts');
      const answer = await dockerAvailable(options.signal);
      if (!answer.ok || wish !== 'auto') return answer;
      try {
        await hears();
        await images();
        return answer;
      } catch (error) {
        options.signal.throwIfAborted();
        const [reason = ''] = messageOf(error).split('\n');
        return { ok: false, reason: `${answer.server} answers, but ${reason}`, hint: '--runtime docker' };
      }
    },
  };
}

/** Once for all stacks, which have most of their components in common: all images are official, or all were made here. */
async function resolve(
  [first, ...others]: readonly StackSpec[],
  choice: ImageChoice,
  options: Omit<ResolveOptions, 'store'>,
): Promise<Images> {
  if (!first) return new Map();
  const { resolveImages } = await import('../../stacks/images/resolve.ts');
  const components = new Map(
    [first, ...others].flatMap((stack) => stack.components.map((one) => [imageKeyOf(one), one])),
  );
  return await resolveImages({ ...first, components: [...components.values()] }, choice, options);
}

/** @throws FiredrillError `broken` where containers could not reach us. */
async function hears(): Promise<void> {
  const [{ dockerClient }, { Engine }, { harnessEndpointFor: listenPlaceOf }] = await Promise.all([
    import('../../stacks/images/daemon.ts'),
    import('../../stacks/runtimes/docker/engine.ts'),
    import('../../stacks/runtimes/docker/harness-endpoint.ts'),
  ]);
  await listenPlaceOf(await Engine.of(await dockerClient(new AbortController().signal)));
}

/** The daemon of the user, or why there can be none. */
export interface UserDaemon {
  readonly daemon: Daemon | undefined;
  readonly lacking?: string;
}

/** @throws FiredrillError `bad-input` when containers are asked for, and the context in use is not there. */
export async function userDaemon(wish: RuntimeWish, env: NodeJS.ProcessEnv): Promise<UserDaemon> {
  try {
    return { daemon: await findDaemon(env) };
  } catch (error) {
    if (wish === 'docker') throw error;
    const [lacking = ''] = messageOf(error).split('\n');
    return { daemon: undefined, lacking };
  }
}

/** Testcontainers knows nothing of Docker's contexts, so it is told whose daemon this user's is. */
export function tellTestcontainers(daemon: Daemon | undefined, env: NodeJS.ProcessEnv): void {
  // As the command docker takes it.
  if (env.DOCKER_HOST === '') delete env.DOCKER_HOST;
  if (!daemon || env.DOCKER_HOST !== undefined || daemon.url === `unix://${defaultSocket}`) return;
  env.DOCKER_HOST = daemon.url;
  if (daemon.certificates === undefined) return;
  env.DOCKER_TLS_VERIFY = '1';
  env.DOCKER_CERT_PATH = daemon.certificates;
}
