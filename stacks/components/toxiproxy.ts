import type { ComponentSpec } from '../component.ts';

/**
 * The network that faults can slow down: traffic goes through its proxies, which config/toxiproxy defines. `postgres`
 * forwards toxiproxy:5432 to postgres:5432.
 */
export const toxiproxy: ComponentSpec = {
  name: 'toxiproxy',
  pod: 'toxiproxy',
  program: { kind: 'binary', binary: 'toxiproxy-server' },
  config: 'toxiproxy',
  args: ['-host={host}', '-port={port:8474}', '-config={config}/proxies.json'],
  // By default it logs every step of every request.
  env: { LOG_LEVEL: 'info' },
  image: {
    reference: 'ghcr.io/shopify/toxiproxy:2.5.0',
    entrypoint: ['/toxiproxy'],
    // Its image sets no user, so it would run as root, which it does not need.
    user: '65534',
    config: '/etc/toxiproxy',
    // It stores nothing.
    data: '/var/lib/toxiproxy',
  },
  ports: [8474, 5432],
  ready: { kind: 'http', port: 8474, path: '/version' },
  after: [],
};
