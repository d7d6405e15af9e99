import type { ComponentSpec } from '../component.ts';

/** Where services find the database; the password is made for the run. */
export const databaseUrl = 'postgres://shop:{secret}@postgres:5432/postgres';

export const postgres: ComponentSpec = {
  name: 'postgres',
  pod: 'postgres',
  program: { kind: 'postgres' },
  args: [],
  env: {},
  ports: [5432],
  ready: { kind: 'tcp', port: 5432 },
  after: [],
};
