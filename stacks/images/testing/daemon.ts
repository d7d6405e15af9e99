import type { ContainerRuntimeClient } from 'testcontainers';
import { Engine } from '../../runtimes/docker/engine.ts';

/** Marks what tests start, so that nothing else is ever removed. */
export const testLabel = 'firedrill.test';

export interface ContainerResult {
  readonly code: number;
  /** Both outputs. */
  readonly output: string;
}

export interface ContainerOptions {
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  /** Published on a free port of 127.0.0.1. */
  readonly port?: number;
}

export type TestContainer = ReturnType<ContainerRuntimeClient['container']['dockerode']['getContainer']>;

/** A container that is not started. */
export async function createContainer(
  { container }: ContainerRuntimeClient,
  { image, entrypoint, args, env = {}, user, port }: ContainerOptions,
): Promise<TestContainer> {
  const published = { [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '' }] };
  return await container.dockerode.createContainer({
    ...{ Image: image, Cmd: [...args], Labels: { [testLabel]: 'images' } },
    ...(entrypoint ? { Entrypoint: [...entrypoint] } : {}),
    ...(user === undefined ? {} : { User: user }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(port === undefined
      ? {}
      : { ExposedPorts: { [`${port}/tcp`]: {} }, HostConfig: { PortBindings: published } }),
  });
}

/** Runs a container to its end and removes it. */
export async function runContainer(
  client: ContainerRuntimeClient,
  options: ContainerOptions,
): Promise<ContainerResult> {
  const container = await createContainer(client, options);
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { code: StatusCode, output: await logsOf(container) };
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** What a container has said so far. */
export async function logsOf(container: TestContainer): Promise<string> {
  const log = await container.logs({ stdout: true, stderr: true });
  let text = '';
  // Each piece comes after a head of 8 bytes, with its length in the last 4:
  // https://docs.docker.com/reference/api/engine/ (attach to a container).
  for (let at = 0; at < log.length; ) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    text += log.toString('utf8', at + 8, end);
    at = end;
  }
  return text;
}

/** `host:port` of this machine at which a container's port is published. */
export async function publishedAt(
  client: ContainerRuntimeClient,
  container: TestContainer,
  port: number,
): Promise<string> {
  const { NetworkSettings } = await container.inspect();
  const { host } = await Engine.of(client);
  return `${host}:${NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort}`;
}
