/*
 * What the official images are, as their makers' own files say: the ground on which components' facts are held, where no
 * registry can be asked. Read from the sources of the version that `at` names.
 */

/** A folder of an image that someone other than root may write to. */
export interface Writable {
  readonly path: string;
  /** Whose it is; `all`: anyone may write to it. */
  readonly by: number | 'all';
}

export interface DocumentedImage {
  readonly repository: string;
  /** Where it is said: repository, path in it, and the tag or commit that was read. */
  readonly source: { readonly repository: string; readonly path: string; readonly at: string };
  readonly entrypoint: readonly string[];
  /** The program that its entry point ends in, where that is a script. */
  readonly runs?: string;
  /** Programs in it that can be called by their full path. */
  readonly programs: readonly string[];
  /** As whom it runs unless told otherwise. */
  readonly user: { readonly name: string; readonly uid: number };
  /** Folder in which it expects its configuration; none where it has no such folder. */
  readonly config?: string;
  readonly writable: readonly Writable[];
  /** Folder of the program's own files. */
  readonly home?: string;
  /** Ports that it exposes; it may listen on others. */
  readonly ports: readonly number[];
  /** Components in the manifest of a Collector's distribution, as far as needed here. */
  readonly components?: readonly string[];
}

const collectorComponents = [
  ...[
    'otlpreceiver',
    'filelogreceiver',
    'batchprocessor',
    'memorylimiterprocessor',
    'attributesprocessor',
    'filterprocessor',
  ],
  ...['resourceprocessor', 'tailsamplingprocessor', 'transformprocessor', 'debugexporter', 'otlpexporter'],
  ...['otlphttpexporter', 'prometheusexporter', 'prometheusremotewriteexporter', 'spanmetricsconnector'],
  'healthcheckextension',
];

export const documentedImages: readonly DocumentedImage[] = [
  {
    repository: 'prom/prometheus',
    source: { repository: 'prometheus/prometheus', path: 'Dockerfile', at: 'v3.15.0' },
    entrypoint: ['/bin/prometheus'],
    programs: ['/bin/prometheus', '/bin/promtool'],
    // Of its base, busybox, as of every Debian.
    user: { name: 'nobody', uid: 65_534 },
    config: '/etc/prometheus',
    writable: [{ path: '/prometheus', by: 65_534 }],
    ports: [9090],
  },
  {
    repository: 'prom/alertmanager',
    source: { repository: 'prometheus/alertmanager', path: 'Dockerfile', at: 'v0.28.1' },
    entrypoint: ['/bin/alertmanager'],
    programs: ['/bin/alertmanager', '/bin/amtool'],
    user: { name: 'nobody', uid: 65_534 },
    config: '/etc/alertmanager',
    writable: [{ path: '/alertmanager', by: 65_534 }],
    ports: [9093],
  },
  {
    repository: 'otel/opentelemetry-collector-contrib',
    source: {
      repository: 'open-telemetry/opentelemetry-collector-releases',
      path: 'distributions/otelcol-contrib/Dockerfile',
      at: 'v0.155.0',
    },
    entrypoint: ['/otelcol-contrib'],
    programs: ['/otelcol-contrib'],
    user: { name: '10001', uid: 10_001 },
    config: '/etc/otelcol-contrib',
    writable: [],
    ports: [4317, 4318, 55_679],
    // distributions/otelcol-contrib/manifest.yaml; the smaller otelcol lacks three of them.
    components: collectorComponents,
  },
  {
    repository: 'grafana/loki',
    source: { repository: 'grafana/loki', path: 'cmd/loki/Dockerfile', at: 'v3.7.8' },
    entrypoint: ['/usr/bin/loki'],
    programs: ['/usr/bin/loki'],
    user: { name: '10001', uid: 10_001 },
    config: '/etc/loki',
    writable: [{ path: '/loki', by: 10_001 }],
    ports: [3100],
  },
  {
    repository: 'grafana/tempo',
    source: { repository: 'grafana/tempo', path: 'cmd/tempo/Dockerfile', at: 'v2.7.0' },
    entrypoint: ['/tempo'],
    programs: ['/tempo'],
    user: { name: '10001', uid: 10_001 },
    writable: [{ path: '/var/tempo', by: 10_001 }],
    ports: [],
  },
  {
    repository: 'grafana/grafana',
    source: { repository: 'grafana/grafana', path: 'Dockerfile', at: '81d85ce8028d' },
    entrypoint: ['/run.sh'],
    runs: '/usr/share/grafana/bin/grafana',
    programs: ['/run.sh', '/usr/share/grafana/bin/grafana'],
    user: { name: '472', uid: 472 },
    config: '/etc/grafana',
    writable: [{ path: '/var/lib/grafana', by: 'all' }],
    home: '/usr/share/grafana',
    ports: [3000],
  },
  {
    repository: 'ghcr.io/shopify/toxiproxy',
    source: { repository: 'Shopify/toxiproxy', path: 'Dockerfile', at: 'v2.5.0' },
    entrypoint: ['/toxiproxy'],
    programs: ['/toxiproxy', '/toxiproxy-cli'],
    user: { name: 'root', uid: 0 },
    writable: [],
    ports: [8474],
  },
  {
    repository: 'postgres',
    source: { repository: 'docker-library/postgres', path: '18/bookworm/Dockerfile', at: '6edb0a8c4d' },
    entrypoint: ['docker-entrypoint.sh'],
    programs: ['/usr/local/bin/docker-entrypoint.sh', '/usr/lib/postgresql/18/bin/postgres'],
    // Its script steps down to postgres (999), and may be started as that user at once.
    user: { name: 'root', uid: 0 },
    writable: [{ path: '/var/lib/postgresql', by: 'all' }],
    ports: [5432],
  },
  {
    repository: 'node',
    source: { repository: 'nodejs/docker-node', path: '24/bookworm-slim/Dockerfile', at: 'f27d936f' },
    entrypoint: ['docker-entrypoint.sh'],
    runs: '/usr/local/bin/node',
    programs: ['/usr/local/bin/docker-entrypoint.sh', '/usr/local/bin/node'],
    // It has a user node (1000) with a home directory.
    user: { name: 'root', uid: 0 },
    writable: [{ path: '/home/node', by: 1000 }],
    ports: [],
  },
  {
    repository: 'registry.k8s.io/pause',
    source: { repository: 'kubernetes/kubernetes', path: 'build/pause/Dockerfile', at: 'ea432dfacaa6' },
    entrypoint: ['/pause'],
    programs: ['/pause'],
    user: { name: '65535:65535', uid: 65_535 },
    writable: [],
    ports: [],
  },
];

/** What is documented of the image that a reference names. */
export const documentedOf = (repository: string): DocumentedImage | undefined =>
  documentedImages.find((image) => image.repository === repository);
