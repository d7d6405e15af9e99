import type { ContainerRuntimeClient } from 'testcontainers';
import { broken, type FiredrillError, messageOf } from '../../../core/errors.ts';
import { type DockerApi, dockerApiOver } from './docker-api.ts';
import { isOurs } from './own-address.ts';

export type Dockerode = ContainerRuntimeClient['container']['dockerode'];
export type Container = ReturnType<Dockerode['getContainer']>;

/** How long a daemon may take to say that it is there, milliseconds. */
const answersWithinMs = 3_000;

/** The daemon that Testcontainers has found. */
export class Engine {
  readonly client: ContainerRuntimeClient;
  readonly docker: Dockerode;
  readonly api: DockerApi;
  /** Address of the daemon's machine as we reach it, and the only one on which ports are published. */
  readonly host: string;
  /** Ends every request that waits for something to happen. */
  readonly over = new AbortController();
  /** Set once the daemon was found not to answer any more. */
  gone: FiredrillError | undefined;

  private constructor(client: ContainerRuntimeClient, host: string) {
    this.client = client;
    this.docker = client.container.dockerode;
    this.api = dockerApiOver(connectionOf(this.docker));
    this.host = host;
  }

  static async of(client: ContainerRuntimeClient): Promise<Engine> {
    const { hostIps, host } = client.info.containerRuntime;
    const told = hostIps.find(({ family }) => family === 4)?.address ?? host;
    // Testcontainers takes us for a container beside the daemon's others wherever the root was made from an image, and
    // then names the bridge: where that is our own, we are beside the daemon itself.
    return new Engine(client, (await isOurs(told)) ? '127.0.0.1' : told);
  }

  get isOfThisMachine(): boolean {
    return this.host.startsWith('127.');
  }

  /**
   * After a request that failed.
   *
   * @returns an error that says that the daemon is gone, or `undefined` where it still answers.
   */
  async lossOfDaemon(): Promise<FiredrillError | undefined> {
    if (this.gone) return this.gone;
    const late = AbortSignal.timeout(answersWithinMs);
    try {
      await this.api.get('/version', late);
      return undefined;
    } catch (error) {
      this.gone ??= broken(
        'docker',
        `the Docker daemon no longer answers (${messageOf(late.aborted ? late.reason : error)}), and with it the stack is lost`,
        "its own log says why; the next drill removes what this one's containers have left there",
      );
      return this.gone;
    }
  }
}

/** What a failed request says, without the client's own words: `(HTTP code 500) server error - …`. */
export const saidBy = (error: unknown): string => messageOf(error).replace(/^\(HTTP code \d+\) [^-]*- /, '');

/** The fields of docker-modem, under dockerode. */
interface Modem {
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: string | number;
  readonly protocol?: string;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

function connectionOf({ modem }: Dockerode) {
  const { socketPath, host, port, protocol, ca, cert, key } = modem as Modem;
  const tls = protocol === 'https';
  return { options: socketPath ? { socketPath } : { host, port, ...(tls ? { ca, cert, key } : {}) }, tls };
}
