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
  args: ['-host=127.0.0.1', '-port={port:8474}', '-config={config}/proxies.json'],
  // Its own choice is to log every step of every request to it.
  env: { LOG_LEVEL: 'info' },
  ports: [8474, 5432],
  ready: { kind: 'http', port: 8474, path: '/version' },
  after: [],
};
