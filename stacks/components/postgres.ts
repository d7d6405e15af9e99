import type { ComponentSpec } from '../component.ts';

/** The database's URL by a pod; the password is generated for the run. */
export const databaseUrl = (pod: string): string => `postgres://${user}:{secret}@${pod}:5432/postgres`;

const user = 'shop';

export const postgres: ComponentSpec = {
  name: 'postgres',
  pod: 'postgres',
  program: { kind: 'postgres', user },
  args: [],
  env: {},
  image: {
    reference: 'postgres:18.4-bookworm',
    entrypoint: ['/usr/local/bin/docker-entrypoint.sh'],
    user: '999',
    config: '/etc/postgresql',
    data: '/var/lib/postgresql',
  },
  ports: [5432],
  // It accepts connections some time before it answers queries; this line marks the latter.
  ready: { kind: 'log', port: 5432, line: 'database system is ready to accept connections' },
  after: [],
};
