import { expect } from 'chai';
import { confine } from './confine.ts';

const wheres = (file: string, text: string) => confine(file, text).map(({ where }) => where.split(': ')[1]);

describe('confine: where telemetry goes', () => {
  it('refuses every endpoint of a Collector that is elsewhere, at any depth', () => {
    const text = `
receivers: { otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: 127.0.0.1:4318 } } } }
exporters:
  otlp_http/loki: { endpoint: http://127.0.0.1:3100/otlp, logs_endpoint: https://logs.vendor.example }
  otlp_grpc: { endpoint: 'tempo.example:4317', proxy_url: http://proxy.example }
  prometheus: { endpoint: 127.0.0.1:8889 }
service:
  telemetry: { metrics: { readers: [{ periodic: { exporter: { otlp: { endpoint: 'https://otlp.vendor.example' } } } }] } }
`;
    expect(wheres('collector/gateway.yaml', text)).to.deep.equal([
      'receivers.otlp.protocols.grpc.endpoint',
      'exporters.otlp_http/loki.logs_endpoint',
      'exporters.otlp_grpc.endpoint',
      'exporters.otlp_grpc.proxy_url',
      'service.telemetry.metrics.readers[0].periodic.exporter.otlp.endpoint',
    ]);
  });

  it('refuses what a Collector would ask by HTTP elsewhere', () => {
    const text = (...endpoints: string[]) =>
      JSON.stringify({ receivers: { httpcheck: { targets: [{ endpoint: endpoints[0] }, { endpoints }] } } });
    const [ours, elsewhere] = ['http://127.0.0.1:8080/status/200', 'https://shop.example/health'];
    expect(wheres('collector/probe.yaml', text(ours))).to.deep.equal([]);
    expect(wheres('collector/probe.yaml', text(elsewhere, ours))).to.deep.equal([
      'receivers.httpcheck.targets[0].endpoint',
      'receivers.httpcheck.targets[1].endpoints[0]',
    ]);
  });

  it('refuses an endpoint that the Collector would take from its environment', () => {
    const text = `exporters: { otlp_http: { endpoint: '\${env:ENDPOINT}' } }`;
    expect(wheres('collector/sidecar.yaml', text)).to.deep.equal(['exporters.otlp_http.endpoint']);
  });

  it('takes a Loki and a Tempo that keep everything here', () => {
    const loki = `
server: { http_listen_address: 127.0.0.1, log_level: warn }
frontend: { scheduler_address: '127.0.0.1:9095' }
schema_config: { configs: [{ from: 2024-01-01, object_store: filesystem }] }
limits_config: { query_timeout: 1m30s }
analytics: { reporting_enabled: false }
`;
    expect(confine('loki/loki.yaml', loki)).to.deep.equal([]);
    const tempo =
      'server: { http_listen_address: 127.0.0.1, grpc_listen_address: 127.0.0.1 }\nstorage: { trace: { backend: local } }\nusage_report: { reporting_enabled: false }\ningester: { trace_idle_period: 1s }';
    expect(confine('tempo/tempo.yaml', tempo)).to.deep.equal([]);
  });

  it('refuses a Loki that keeps, tells or reports elsewhere', () => {
    const text = `
common: { storage: { s3: { endpoint: s3.amazonaws.com, bucketnames: ours } } }
ruler: { alertmanager_url: https://alertmanager.example, remote_write: { client: { url: https://write.example } } }
memberlist: { join_members: ['loki.example:7946'] }
`;
    expect(wheres('loki/loki.yaml', text)).to.deep.equal([
      'analytics.reporting_enabled',
      'common.storage.s3',
      'common.storage.s3.endpoint',
      'ruler.alertmanager_url',
      'ruler.remote_write',
      'ruler.remote_write.client.url',
      'memberlist.join_members[0]',
    ]);
  });

  it('refuses settings that a Collector would fetch, and names that gRPC resolves elsewhere', () => {
    const text = `
exporters: { otlp_grpc: { endpoint: 'dns://127.0.0.1/tempo.example:4317' }, otlp_http: '\${https://corp.example/otlp}' }
service: '\${file:/etc/otel/service.yaml}'
processors: { attributes: { actions: [{ key: a, value: '\${env:HOSTNAME}' }] } }
`;
    expect(wheres('collector/gateway.yaml', text)).to.deep.equal([
      'exporters.otlp_grpc.endpoint',
      'exporters.otlp_http',
      'service',
    ]);
  });

  it('refuses a Loki that joins others, by any address, or writes beside the run', () => {
    const text = `
analytics: { reporting_enabled: false }
server: { http_listen_address: 0.0.0.0, http_path_prefix: /loki }
memberlist: { join_members: ['10.0.0.1:7946', loki.example] }
common: { path_prefix: /loki, storage: { filesystem: { chunks_directory: /loki/chunks } } }
ingester: { wal: { dir: /loki/wal } }
compactor: { working_directory: ../loki }
`;
    expect(wheres('loki/loki.yaml', text)).to.deep.equal([
      'server.http_listen_address',
      'memberlist.join_members[0]',
      'memberlist.join_members[1]',
      'ingester.wal.dir',
      'compactor.working_directory',
    ]);
  });

  it('refuses caches, rings and rulers of a Loki that are elsewhere, however they are named', () => {
    const text = `
analytics: { reporting_enabled: false }
chunk_store_config: { chunk_cache_config: { memcached_client: { addresses: 'dns+cache.example:11211,127.0.0.1:3100' } } }
query_range: { results_cache: { cache: { memcached_client: { host: memcached, service: memcached-client } } } }
index_gateway_client: { server_address: dnssrvnoa+_grpc._tcp.index.example }
ruler: { alertmanager_url: 'http://127.0.0.1:9093, http://alertmanager.example:9093', external_url: https://grafana.example }
common: { ring: { kvstore: { store: consul } } }
distributor: { ring: { kvstore: { store: etcd, etcd: { endpoints: ['127.0.0.1:3100', 'etcd.example:2379'] } } } }
schema_config: { configs: [{ from: 2024-01-01, store: tsdb, object_store: s3 }] }
kafka_config: { address: kafka.example:9092 }
`;
    expect(wheres('loki/loki.yaml', text)).to.deep.equal([
      'chunk_store_config.chunk_cache_config.memcached_client.addresses',
      'query_range.results_cache.cache.memcached_client.host',
      'index_gateway_client.server_address',
      'ruler.alertmanager_url',
      'common.ring.kvstore.store',
      'distributor.ring.kvstore.store',
      'distributor.ring.kvstore.etcd.endpoints[1]',
      'schema_config.configs[0].object_store',
      'kafka_config.address',
    ]);
  });

  it('refuses caches and receivers of a Tempo that are elsewhere', () => {
    const text = `
server: { http_listen_address: 127.0.0.1, grpc_listen_address: 127.0.0.1 }
usage_report: { reporting_enabled: false }
cache: { caches: [{ roles: [bloom], memcached: { host: memcached, service: client } }] }
distributor: { receivers: { kafka: { brokers: ['kafka.example:9092'] }, jaeger: { protocols: { grpc: { endpoint: 'localhost:14250' } } } } }
querier: { search: { external_endpoints: ['https://search.example'] } }
storage: { trace: { backend: local, cache: memcached } }
`;
    expect(wheres('tempo/tempo.yaml', text)).to.deep.equal([
      'cache.caches[0].memcached.host',
      'distributor.receivers.kafka.brokers[0]',
      'querier.search.external_endpoints[0]',
      'storage.trace.cache',
    ]);
  });

  it('refuses components of a Collector that it does not know, by name', () => {
    const text = `
receivers: { otlp: { protocols: { grpc: { endpoint: 127.0.0.1:4317 } } }, hostmetrics: {}, nop: {} }
processors: { batch: {}, resourcedetection/cloud: { detectors: [gcp] } }
exporters: { kafka: { brokers: [127.0.0.1:9092] }, splunk_hec: { token: a }, awsxray: {}, debug: {} }
connectors: { spanmetrics: {}, grafanacloud: {} }
extensions: { health_check: { endpoint: localhost:13133 }, opamp: { server: { ws: { endpoint: 'wss://opamp.example' } } } }
`;
    expect(wheres('collector/gateway.yaml', text)).to.deep.equal([
      'receivers.hostmetrics',
      'processors.resourcedetection/cloud',
      'exporters.kafka',
      'exporters.splunk_hec',
      'exporters.awsxray',
      'connectors.grafanacloud',
      'extensions.opamp',
      'extensions.opamp.server.ws.endpoint',
    ]);
  });

  it('refuses addresses of a Collector in lists, nested maps and under any key of an exporter', () => {
    const text = `
exporters:
  otlp_http: { endpoints: [127.0.0.1:4318, 'otlp.example:4318'], auth: { nested: { anything: 'https://login.example/a' } } }
  otlp_grpc: { endpoint: 127.0.0.1:4317, headers: { referer: 'https://wiki.example/a' } }
processors: { transform: { log_statements: ['set(attributes["url"], "https://wiki.example/a")'] } }
receivers:
  prometheus: { config: { scrape_configs: [{ static_configs: [{ targets: ['exporter.example:9100'] }], dns_sd_configs: [] }] } }
  prometheus/more: { config: { scrape_config_files: [more/*.yml] } }
`;
    expect(wheres('collector/sidecar.yaml', text)).to.deep.equal([
      'receivers.prometheus.config.scrape_configs[0].dns_sd_configs',
      'receivers.prometheus.config.scrape_configs[0].static_configs[0].targets[0]',
      'receivers.prometheus/more.config.scrape_config_files',
      'exporters.otlp_http.endpoints[1]',
      'exporters.otlp_http.auth.nested.anything',
    ]);
  });

  it('refuses proxies of toxiproxy that are no list, or have keys that it does not know', () => {
    expect(confine('toxiproxy/proxies.json', '{"upstream":"db.example:5432"}')).to.have.length(1);
    expect(confine('toxiproxy/proxies.json', 'null')).to.have.length(1);
    const text =
      '[{ "name": "a", "listen": "127.0.0.1:1", "upstream": "127.0.0.1:2", "UPSTREAM": "db.example:1" }]';
    expect(wheres('toxiproxy/proxies.json', text)).to.deep.equal(['[a].UPSTREAM']);
  });

  it('refuses a Tempo that keeps or reports elsewhere', () => {
    const text = 'storage: { trace: { backend: gcs, gcs: { bucket_name: ours } } }\nusage_report: {}';
    expect(wheres('tempo/tempo.yaml', text)).to.deep.equal([
      'usage_report.reporting_enabled',
      'server.http_listen_address',
      'server.grpc_listen_address',
      'storage.trace.backend',
      'storage.trace.gcs',
    ]);
  });

  it('refuses a proxy of toxiproxy that leads elsewhere or listens to others', () => {
    const text = JSON.stringify([
      { name: 'fine', listen: '127.0.0.1:1', upstream: '127.0.0.1:2' },
      { name: 'out', listen: '127.0.0.1:3', upstream: 'db.example:5432' },
      { name: 'in', listen: '0.0.0.0:4', upstream: 'localhost:5' },
    ]);
    expect(wheres('toxiproxy/proxies.json', text)).to.deep.equal(['[out].upstream', '[in].listen']);
  });
});
