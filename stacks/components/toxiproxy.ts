import type { ComponentSpec } from '../component.ts';

/**
 * The network that faults can slow: what is to be slowed goes through one of its proxies, which config/toxiproxy names
 * with their ports. `postgres` leads from toxiproxy:5432 to postgres:5432.
 */
export const toxiproxy: ComponentSpec = {
  name: 'toxiproxy',
  pod: 'toxiproxy',
  program: { kind: 'binary', binary: 'toxiproxy-server' },
  config: 'toxiproxy',
  args: ['-host={host}', '-port={port:8474}', '-config={config}/proxies.json'],
  // Its own choice is to log every step of every request to it.
  env: { LOG_LEVEL: 'info' },
  image: {
    reference: 'ghcr.io/shopify/toxiproxy:2.5.0',
    entrypoint: ['/toxiproxy'],
    // Its image names no user, which is root; it needs no right of root's.
    user: '65534',
    config: '/etc/toxiproxy',
    // It keeps nothing.
    data: '/var/lib/toxiproxy',
  },
  ports: [8474, 5432],
  ready: { kind: 'http', port: 8474, path: '/version' },
  after: [],
};
