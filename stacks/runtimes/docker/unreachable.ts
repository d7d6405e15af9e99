import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DockerContainer, Engine } from './engine.ts';

/** Prints each argument (`host:port`) that cannot be connected to within 3 s. */
const program = `
  const { connect } = require('node:net');
  for (const address of process.argv.slice(1)) {
    const [host, port] = address.split(':');
    const socket = connect({ host, port: Number(port), timeout: 3000 });
    const failed = () => { console.log(address); socket.destroy(); };
    socket.once('connect', () => socket.destroy()).once('error', failed).once('timeout', failed);
  }`;

/**
 * Tests connections from inside a container that has Node.
 *
 * @param node path of Node in the container.
 * @returns the addresses, `host:port`, that cannot be reached from there.
 */
export async function unreachableFrom(
  engine: Engine,
  container: DockerContainer,
  node: string,
  addresses: readonly string[],
): Promise<string[]> {
  const exec = await container.exec({
    Cmd: [node, '-e', program, ...addresses],
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ abortSignal: engine.runEnd.signal });
  const [output, errors] = [new PassThrough(), new PassThrough()];
  engine.docker.modem.demuxStream(stream, output, errors);
  stream.on('end', () => {
    output.end();
    errors.end();
  });
  const [printed, failure] = await Promise.all([text(output), text(errors)]);
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new Error(`the connection test in the container failed: ${failure.trim()}`);
  return printed.split('\n').filter((line) => line !== '');
}
