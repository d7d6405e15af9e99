import type { ContainerRuntimeClient } from 'testcontainers';
import { broken, type FiredrillError, messageOf } from '../../../core/errors.ts';
import { type DockerApi, dockerApiOver } from './docker-api.ts';
import { isLocalAddress } from './local-address.ts';

export type Dockerode = ContainerRuntimeClient['container']['dockerode'];
export type DockerContainer = ReturnType<Dockerode['getContainer']>;

/** Time limit for the daemon to respond to a liveness check, in milliseconds. */
const answersWithinMs = 3_000;

/** The Docker daemon that Testcontainers has found. */
export class Engine {
  readonly client: ContainerRuntimeClient;
  readonly docker: Dockerode;
  readonly api: DockerApi;
  /** Address of the daemon's machine as seen from here, and the only one on which ports are published. */
  readonly host: string;
  /** Aborts every pending request at the end of the run. */
  readonly runEnd = new AbortController();
  /** Set once the daemon no longer responds. */
  daemonLost: FiredrillError | undefined;

  private constructor(client: ContainerRuntimeClient, host: string) {
    this.client = client;
    this.docker = client.container.dockerode;
    this.api = dockerApiOver(connectionOf(this.docker));
    this.host = host;
  }

  static async of(client: ContainerRuntimeClient): Promise<Engine> {
    const { hostIps, host } = client.info.containerRuntime;
    const told = hostIps.find(({ family }) => family === 4)?.address ?? host;
    // Testcontainers assumes that it runs in a container if the root file system looks like an image's, and then
    // returns the bridge's address. If that is a local address, the daemon runs on this machine.
    return new Engine(client, (await isLocalAddress(told)) ? '127.0.0.1' : told);
  }

  get isOfThisMachine(): boolean {
    return this.host.startsWith('127.');
  }

  /**
   * Checks the daemon after a failed request.
   *
   * @returns an error if the daemon is lost, or `undefined` if it still responds.
   */
  async checkDaemonLost(): Promise<FiredrillError | undefined> {
    if (this.daemonLost) return this.daemonLost;
    const late = AbortSignal.timeout(answersWithinMs);
    try {
      await this.api.get('/version', late);
      return undefined;
    } catch (error) {
      this.daemonLost ??= broken(
        'docker',
        `the Docker daemon no longer answers (${messageOf(late.aborted ? late.reason : error)}), so the stack is lost`,
        "see the daemon's log for the reason; the next drill removes this drill's containers",
      );
      return this.daemonLost;
    }
  }
}

/** The message of a failed request without the client library's prefix: `(HTTP code 500) server error - …`. */
export const daemonMessage = (error: unknown): string =>
  messageOf(error).replace(/^\(HTTP code \d+\) [^-]*- /, '');

/** Fields of docker-modem, which dockerode uses. */
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
