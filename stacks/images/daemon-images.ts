import type { Readable } from 'node:stream';
import type { ContainerRuntimeClient } from 'testcontainers';
import { messageOf } from '../../core/errors.ts';
import { withDaemonTimeout } from './daemon-timeout.ts';
import { splitReference } from './image-signs.ts';
import { type ImageStore, localLabel, type Work } from './image-store.ts';

type Docker = ContainerRuntimeClient['container']['dockerode'];

const debianNames: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** The images of a daemon, accessed by its API; the docker command and BuildKit are not needed. */
export function daemonImages({ info, container }: ContainerRuntimeClient): ImageStore {
  const docker: Docker = container.dockerode;
  const { architecture, indexServerAddress } = info.containerRuntime;
  return {
    architecture: debianNames[architecture] ?? architecture,
    async find(reference, signal) {
      try {
        const { Id, RepoDigests } = await withDaemonTimeout(docker.getImage(reference).inspect(), signal);
        return { id: Id, digests: RepoDigests ?? [] };
      } catch (error) {
        signal.throwIfAborted();
        if (statusOf(error) === 404) return undefined;
        throw daemonError(error);
      }
    },
    async pull(reference, work) {
      const { getAuthConfig } = await import(
        'testcontainers/build/container-runtime/auth/get-auth-config.js'
      );
      const authconfig = await getAuthConfig(registryOf(reference) ?? indexServerAddress);
      const output = docker.pull(reference, { authconfig, abortSignal: work.signal });
      await readProgress(output, work);
    },
    async load(reference, root, work) {
      const [repo, tag] = splitReference(reference);
      const changes = `LABEL ${localLabel.name}=${localLabel.value}`;
      await readProgress(docker.importImage(root, { repo, tag, changes, abortSignal: work.signal }), work);
    },
    async build(reference, context, work) {
      const output = docker.buildImage(context, {
        ...{ t: reference, rm: true, forcerm: true, abortSignal: work.signal },
        labels: { [localLabel.name]: localLabel.value },
      });
      await readProgress(output, work);
    },
  };
}

/** The first part of a reference is a registry if it could be a host name. */
function registryOf(reference: string): string | undefined {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : undefined;
}

/** One line of the daemon's progress output. */
interface ProgressMessage {
  readonly stream?: string;
  readonly status?: string;
  readonly progress?: string;
  readonly error?: string;
}

/** Reads progress output to its end, since failures are reported there. */
async function readProgress(output: Promise<NodeJS.ReadableStream>, { onStep, signal }: Work): Promise<void> {
  try {
    let rest = '';
    for await (const chunk of (await output) as Readable) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((text) => text.trim())) {
        const { stream, status, progress, error } = JSON.parse(line) as ProgressMessage;
        if (error !== undefined) throw new Error(error);
        const words = (stream ?? [status, progress].filter(Boolean).join(' ')).trim();
        if (words) onStep(words);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw daemonError(error);
  }
}

const statusOf = (error: unknown): unknown =>
  error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;

/** Removes the client's prefix from a daemon's error: `(HTTP code 500) server error - <message>`. */
const daemonError = (error: unknown): Error =>
  new Error(messageOf(error).replace(/^\(HTTP code \d+\) [^-]*- /, ''), { cause: error });
