import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { badInput, broken } from '../../../core/errors.ts';

/** Below the range that Linux hands to outgoing connections (32768–60999), so that none of those takes a port first. */
const lowest = 18_000;
const highest = 32_000;

/**
 * Finds free ports on 127.0.0.1, all different: each is held open until the last one is found.
 *
 * @param wanted by key, a fixed port or `undefined` for any.
 * @throws FiredrillError `bad-input` naming every fixed port that is taken.
 */
export async function freePorts(
  wanted: ReadonlyMap<string, number | undefined>,
): Promise<Map<string, number>> {
  const held: Server[] = [];
  const found = new Map<string, number>();
  const taken: { where: string; message: string; hint: string }[] = [];
  try {
    for (const [key, fixed] of wanted) {
      const server = fixed === undefined ? await holdAny() : await hold(fixed);
      if (server) {
        held.push(server);
        found.set(key, portOf(server));
      } else {
        taken.push({
          where: `port ${fixed}`,
          message: `asked for ${key}, but something else listens on 127.0.0.1:${fixed}`,
          hint: `free it (ss -ltnp 'sport = :${fixed}' shows who has it) or choose another`,
        });
      }
    }
  } finally {
    await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
  }
  if (taken.length > 0) throw badInput(...taken);
  return found;
}

async function holdAny(): Promise<Server> {
  for (let tries = 0; tries < 200; tries++) {
    const server = await hold(randomInt(lowest, highest));
    if (server) return server;
  }
  throw broken('ports', `no free port found on 127.0.0.1 between ${lowest} and ${highest} in 200 tries`);
}

const hold = (port: number): Promise<Server | undefined> =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => done(server));
  });

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
};
