import type { ComponentSpec } from '../component.ts';

/** Prometheus' flags that differ between drills. Durations are at real pace. */
export interface PrometheusFlags {
  readonly resendDelay: string;
  readonly lookbackDelta: string;
  /** Whether samples can be written to it. Default: it only scrapes. */
  readonly receivesWrites?: boolean;
}

export const prometheusFlags: PrometheusFlags = { resendDelay: '1m', lookbackDelta: '5m' };

/** @param name of the component, its pod and its folder of the configuration. */
export const prometheus = (flags: PrometheusFlags, name = 'prometheus'): ComponentSpec => ({
  name,
  pod: name,
  program: { kind: 'binary', binary: 'prometheus' },
  config: name,
  args: [
    '--config.file={config}/prometheus.yml',
    '--storage.tsdb.path={data}',
    '--web.listen-address=localhost:9090',
    `--rules.alert.resend-delay=${flags.resendDelay}`,
    `--query.lookback-delta=${flags.lookbackDelta}`,
    ...(flags.receivesWrites ? ['--web.enable-remote-write-receiver'] : []),
    '--log.format=json',
  ],
  env: {},
  image: {
    reference: 'prom/prometheus:v3.15.0',
    entrypoint: ['/bin/prometheus'],
    user: '65534',
    config: '/etc/prometheus',
    data: '/prometheus',
  },
  ports: [9090],
  ready: { kind: 'http', port: 9090, path: '/-/ready' },
  after: [],
});
