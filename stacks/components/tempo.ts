import type { ComponentSpec } from '../component.ts';

export const tempo: ComponentSpec = {
  name: 'tempo',
  pod: 'tempo',
  program: { kind: 'binary', binary: 'tempo' },
  config: 'tempo',
  args: [
    '-config.file={config}/tempo.yaml',
    '-server.http-listen-port={port:3200}',
    '-server.grpc-listen-port={port:9095}',
    '-storage.trace.local.path={data}/blocks',
    '-storage.trace.wal.path={data}/wal',
  ],
  env: {},
  image: {
    reference: 'grafana/tempo:2.7.0',
    entrypoint: ['/tempo'],
    user: '10001',
    config: '/etc/tempo',
    data: '/var/tempo',
  },
  ports: [3200, 9095, 4317],
  ready: { kind: 'http', port: 3200, path: '/ready' },
  // Within half a minute after a search it does not stop by itself: its queue waits for a cleanup that no longer runs.
  graceMs: 200,
  after: [],
};
