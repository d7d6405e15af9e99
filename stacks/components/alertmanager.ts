import type { ComponentSpec } from '../component.ts';

/** @param name of the component, its pod and its folder of the configuration. */
export const alertmanager = (name = 'alertmanager'): ComponentSpec => ({
  name,
  pod: name,
  program: { kind: 'binary', binary: 'alertmanager' },
  config: name,
  args: [
    '--config.file={config}/alertmanager.yml',
    '--storage.path={data}',
    '--web.listen-address=localhost:9093',
    // One instance: clustering is disabled, so the first notification is not delayed by settling.
    '--cluster.listen-address=',
    '--log.format=json',
  ],
  // For notifiers whose address cannot be changed (PagerDuty's Events API v1). Only these use the proxy.
  env: { HTTPS_PROXY: '{proxy}', NO_PROXY: '{direct}', SSL_CERT_FILE: '{ca}' },
  image: {
    reference: 'prom/alertmanager:v0.28.1',
    entrypoint: ['/bin/alertmanager'],
    user: '65534',
    config: '/etc/alertmanager',
    data: '/alertmanager',
  },
  ports: [9093],
  ready: { kind: 'http', port: 9093, path: '/-/ready' },
  after: [],
});
