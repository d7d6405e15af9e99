import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Whether an address is one of this machine's, or of this container's. Not by the list of interfaces: that leaves out a
 * bridge on which nothing runs.
 */
export async function isOurs(address: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host: address, port: 0 });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
