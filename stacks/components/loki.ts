import type { ComponentSpec } from '../component.ts';

export const loki: ComponentSpec = {
  name: 'loki',
  pod: 'loki',
  program: { kind: 'binary', binary: 'loki' },
  config: 'loki',
  args: [
    '-config.file={config}/loki.yaml',
    '-server.http-listen-address={host}',
    '-server.grpc-listen-address={host}',
    '-server.http-listen-port={port:3100}',
    '-server.grpc-listen-port={port:9095}',
    '-common.path-prefix={data}',
    '-common.storage.filesystem.chunk-directory={data}/chunks',
    '-common.storage.filesystem.rules-directory={data}/rules',
  ],
  env: {},
  image: {
    reference: 'grafana/loki:3.7.8',
    entrypoint: ['/usr/bin/loki'],
    user: '10001',
    config: '/etc/loki',
    data: '/loki',
  },
  ports: [3100, 9095],
  ready: { kind: 'http', port: 3100, path: '/ready' },
  // It would spend longer on flushing data that is discarded with the run.
  graceMs: 200,
  after: [],
};
