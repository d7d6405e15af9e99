import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Whether an address belongs to this machine or container. It tries to bind, since the list of interfaces omits a
 * bridge without containers.
 */
export async function isLocalAddress(address: string): Promise<boolean> {
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
