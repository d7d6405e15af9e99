import { execa } from 'execa';

/** A daemon that has locked up would keep the tests for ever. */
const timeout = 30_000;

/*
 * What a run has in the daemon, by Docker's own command: what is tested here is the runtime's own look.
 */

/** Containers, networks and volumes that have the run's name in their name or labels. */
export async function leftInDaemon(run: string): Promise<string[]> {
  const lists = [
    ['container', 'ls', '--all', '--format', '{{.Names}} {{.Labels}}'],
    ['network', 'ls', '--format', '{{.Name}} {{.Labels}}'],
    ['volume', 'ls', '--format', '{{.Name}} {{.Labels}}'],
  ];
  const found = await Promise.all(
    lists.map(async (args) => {
      const { stdout } = await execa('docker', args, { timeout });
      return stdout
        .split('\n')
        .filter((line) => line.includes(run))
        .map((line) => `${args[0]} ${line.split(' ')[0]}`);
    }),
  );
  return found.flat();
}

/** Of a container. */
export const inspected = async (name: string, format: string): Promise<string> =>
  (await execa('docker', ['inspect', '--format', format, name], { timeout })).stdout;
