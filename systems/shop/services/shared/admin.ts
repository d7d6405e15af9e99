import { BlockList, isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { HttpFailure } from './failure.ts';

const thisMachine = new BlockList();
thisMachine.addSubnet('127.0.0.0', 8);
thisMachine.addAddress('::1', 'ipv6');

/**
 * Restricts the admin routes, which change the service's behaviour in drills (one of them uses CPU and memory), to this
 * machine: other clients get 403, whatever address the service listens on. In a container, requests of this machine
 * come from another address and carry the run's token.
 */
export function guardAdmin(app: FastifyInstance, token = ''): void {
  app.addHook('onRequest', async (request) => {
    // The route, not the path as sent, which may be escaped.
    if (!request.routeOptions.url?.startsWith('/admin/')) return;
    const { remoteAddress = '' } = request.socket;
    const showsToken = token !== '' && request.headers.authorization === `Bearer ${token}`;
    if (!showsToken && !isLoopback(remoteAddress)) throw new HttpFailure(403, 'loopback_only');
  });
}

export const isLoopback = (address: string): boolean =>
  address !== '' && thisMachine.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
