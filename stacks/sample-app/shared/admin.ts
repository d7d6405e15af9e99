import { BlockList, isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Failure } from './failure.ts';

const thisMachine = new BlockList();
thisMachine.addSubnet('127.0.0.0', 8);
thisMachine.addAddress('::1', 'ipv6');

/**
 * Admin routes are the levers of a drill on the same machine: one of them burns processor and memory on demand, so
 * they answer 403 to everyone else, whatever address the service listens on. In a container even this machine comes from
 * elsewhere, and shows the run's token instead.
 */
export function guardAdmin(app: FastifyInstance, token = ''): void {
  app.addHook('onRequest', async (request) => {
    // The route, not the path as it was written, which can be escaped.
    if (!request.routeOptions.url?.startsWith('/admin/')) return;
    const { remoteAddress = '' } = request.socket;
    const showsToken = token !== '' && request.headers.authorization === `Bearer ${token}`;
    if (!showsToken && !isLoopback(remoteAddress)) throw new Failure(403, 'loopback_only');
  });
}

export const isLoopback = (address: string): boolean =>
  address !== '' && thisMachine.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
