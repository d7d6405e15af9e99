import type { Readable } from 'node:stream';
import type { ContainerRuntimeClient } from 'testcontainers';
import { messageOf } from '../../core/errors.ts';
import { answerOf } from './answer.ts';
import { splitReference } from './image-signs.ts';
import { type ImageStore, localLabel, type Work } from './image-store.ts';

type Docker = ContainerRuntimeClient['container']['dockerode'];

const debianNames: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** The images of a daemon, by its API: neither its command nor BuildKit is needed. */
export function daemonImages({ info, container }: ContainerRuntimeClient): ImageStore {
  const docker: Docker = container.dockerode;
  const { architecture, indexServerAddress } = info.containerRuntime;
  return {
    architecture: debianNames[architecture] ?? architecture,
    async find(reference, signal) {
      try {
        const { Id, RepoDigests } = await answerOf(docker.getImage(reference).inspect(), signal);
        return { id: Id, digests: RepoDigests ?? [] };
      } catch (error) {
        signal.throwIfAborted();
        if (statusOf(error) === 404) return undefined;
        throw inItsWords(error);
      }
    },
    async pull(reference, work) {
      const { getAuthConfig } = await import(
        'testcontainers/build/container-runtime/auth/get-auth-config.js'
      );
      const authconfig = await getAuthConfig(registryOf(reference) ?? indexServerAddress);
      const answer = docker.pull(reference, { authconfig, abortSignal: work.signal });
      await follow(answer, work);
    },
    async load(reference, root, work) {
      const [repo, tag] = splitReference(reference);
      const changes = `LABEL ${localLabel.name}=${localLabel.value}`;
      await follow(docker.importImage(root, { repo, tag, changes, abortSignal: work.signal }), work);
    },
    async build(reference, context, work) {
      const answer = docker.buildImage(context, {
        ...{ t: reference, rm: true, forcerm: true, abortSignal: work.signal },
        labels: { [localLabel.name]: localLabel.value },
      });
      await follow(answer, work);
    },
  };
}

/** A reference's first part is a registry if it could be a host. */
function registryOf(reference: string): string | undefined {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : undefined;
}

/** One line of a daemon's answer to work that takes time. */
interface Message {
  readonly stream?: string;
  readonly status?: string;
  readonly progress?: string;
  readonly error?: string;
}

/** Reads such an answer to its end: only there a failure is told. */
async function follow(answer: Promise<NodeJS.ReadableStream>, { onStep, signal }: Work): Promise<void> {
  try {
    let rest = '';
    for await (const chunk of (await answer) as Readable) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((text) => text.trim())) {
        const { stream, status, progress, error } = JSON.parse(line) as Message;
        if (error !== undefined) throw new Error(error);
        const words = (stream ?? [status, progress].filter(Boolean).join(' ')).trim();
        if (words) onStep(words);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw inItsWords(error);
  }
}

const statusOf = (error: unknown): unknown =>
  error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;

/** `(HTTP code 500) server error - <what the daemon said>`: the client's own words are no help. */
const inItsWords = (error: unknown): Error =>
  new Error(messageOf(error).replace(/^\(HTTP code \d+\) [^-]*- /, ''), { cause: error });
