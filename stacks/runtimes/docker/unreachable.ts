import type { DockerContainer, Engine } from './engine.ts';
import { execIn } from './exec-in.ts';

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
  const command = [node, '-e', program, ...addresses];
  const { exitCode, output, errors } = await execIn(engine, container, command, engine.runEnd.signal);
  if (exitCode !== 0) throw new Error(`the connection test in the container failed: ${errors.trim()}`);
  return output.split('\n').filter((line) => line !== '');
}
