import { within } from '../../../core/path.ts';
import { parseSystem } from '../../../core/system.ts';
import { systemStack } from '../../../stacks/system-stack.ts';
import type { WrittenFiles } from '../../files/files.ts';
import { adopt } from '../adopt.ts';

/*
 * Small configurations of the shapes that production files have, of a system with the services web (two instances, port
 * 8080) and stock (port 9000).
 */

/** Files by their path in the folder of the monitoring. */
type MonitoringFiles = Readonly<Record<string, string>>;

const indented = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by));

const webDown = (selector: string) => `groups:
  - name: web
    rules:
      - record: job:up:min
        expr: min by (job) (up)
      - alert: WebInstanceDown
        expr: up{${selector}} == 0
        for: 1m
        labels: { severity: page, team: web }
        annotations:
          summary: "{{ $labels.instance }} cannot be scraped"
          runbook_url: https://wiki.example/runbooks/web/instance-down
`;

const alertmanager = `route:
  receiver: pagerduty
  group_by: [alertname, instance]
  group_wait: 10s
  group_interval: 1m
  repeat_interval: 4h
receivers:
  - name: pagerduty
    pagerduty_configs:
      - routing_key: 0123456789abcdef0123456789abcdef
        description: "{{ .CommonAnnotations.summary }}"
        links:
          - { href: "{{ .CommonAnnotations.runbook_url }}", text: Runbook }
`;

/** The Prometheus Operator's resources, as kube-prometheus has them. */
const operator: MonitoringFiles = {
  'prometheus/prometheus-prometheus.yaml': `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: k8s
  namespace: monitoring
spec:
  replicas: 2
  image: quay.io/prometheus/prometheus:v3.5.0
  scrapeInterval: 15s
  evaluationInterval: 15s
  externalLabels: { cluster: eu-1 }
  serviceMonitorSelector: {}
  serviceMonitorNamespaceSelector: {}
  podMonitorSelector: {}
  podMonitorNamespaceSelector: {}
  ruleSelector: {}
  ruleNamespaceSelector: {}
  alerting:
    alertmanagers:
      - { namespace: monitoring, name: alertmanager-main, port: web, apiVersion: v2 }
  remoteWrite:
    - url: https://mimir.example/api/v1/push
`,
  'prometheus/web-prometheusRule.yaml': `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  labels: { prometheus: k8s, role: alert-rules }
  name: web-rules
  namespace: shop
spec:
${indented(webDown('job="web",namespace="shop"'), 2)}`,
  'prometheus/serviceMonitors.yaml': `---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
  namespace: shop
spec:
  jobLabel: app.kubernetes.io/name
  selector:
    matchLabels: { app.kubernetes.io/name: web, app.kubernetes.io/part-of: shop }
  endpoints:
    - port: http
      interval: 15s
      scheme: https
      bearerTokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
      tlsConfig: { insecureSkipVerify: true }
      relabelings:
        - { sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node, action: Replace }
        - { sourceLabels: [__meta_kubernetes_pod_name], targetLabel: replica, action: Replace }
      metricRelabelings:
        - { sourceLabels: [__name__], regex: nodejs_.*, action: Drop }
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: kubelet
  namespace: monitoring
spec:
  selector: { matchLabels: { k8s-app: kubelet } }
  podMetricsEndpoints:
    - { port: https-metrics }
`,
  'alertmanager/alertmanager-secret.yaml': `apiVersion: v1
kind: Secret
metadata: { name: alertmanager-main, namespace: monitoring }
stringData:
  alertmanager.yaml: |
${indented(alertmanager, 4)}type: Opaque
`,
};

/** Prometheus in a compose file: service discovery by DNS, exporters of the machine, another store, absolute paths. */
const compose: MonitoringFiles = {
  'prometheus/prometheus.yml': `global:
  scrape_interval: 15s
  evaluation_interval: 15s
  external_labels: { monitor: shop, host: "\${HOSTNAME}" }
  query_log_file: /prometheus/query.log
rule_files:
  - /etc/prometheus/rules/*.yml
alerting:
  alertmanagers:
    - scheme: https
      basic_auth: { username: prometheus, password: not-for-everybody-1 }
      static_configs:
        - targets: ["alerts.example:9093"]
scrape_configs:
  - job_name: prometheus
    static_configs: [{ targets: ["localhost:9090"] }]
  - job_name: node
    static_configs: [{ targets: ["localhost:9100", "node-exporter:9100"] }]
  - job_name: web
    dns_sd_configs:
      - { names: [tasks.web], type: A, port: 8080 }
    relabel_configs:
      - { source_labels: [__meta_dns_name], target_label: dns }
remote_write:
  - url: https://prometheus.example/api/v1/write
    basic_auth: { username: "123456", password_file: /run/secrets/token }
remote_read:
  - url: https://prometheus.example/api/v1/read
tracing: { endpoint: "tempo.example:4317", insecure: true }
storage:
  tsdb: { out_of_order_time_window: 10m }
`,
  'prometheus/rules/web.yml': webDown('job="web"'),
  'alertmanager/alertmanager.yml': alertmanager,
};

/** What the chart of Prometheus renders: a ConfigMap with prometheus.yml and its rules. */
const chart: MonitoringFiles = {
  'prometheus/configmap.yaml': `---
# Source: prometheus/templates/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus-server, namespace: monitoring }
data:
  allow-snippet-annotations: "false"
  alerting_rules.yml: |
${indented(webDown('service="web"'), 4)}  recording_rules.yml: |
    {}
  prometheus.yml: |
    global: { scrape_interval: 15s, evaluation_interval: 15s, scrape_timeout: 10s }
    rule_files:
      - /etc/config/recording_rules.yml
      - /etc/config/alerting_rules.yml
      - /etc/config/rules
    scrape_configs:
      - job_name: kubernetes-nodes
        scheme: https
        tls_config: { ca_file: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt }
        bearer_token_file: /var/run/secrets/kubernetes.io/serviceaccount/token
        kubernetes_sd_configs: [{ role: node }]
        relabel_configs:
          - { action: labelmap, regex: __meta_kubernetes_node_label_(.+) }
          - { target_label: __address__, replacement: "kubernetes.default.svc:443" }
          - source_labels: [__meta_kubernetes_node_name]
            regex: (.+)
            target_label: __metrics_path__
            replacement: /api/v1/nodes/$1/proxy/metrics
      - job_name: web-endpoints
        honor_labels: true
        kubernetes_sd_configs: [{ role: endpoints }]
        relabel_configs:
          - { source_labels: [__meta_kubernetes_service_name], action: keep, regex: web }
          - { source_labels: [__meta_kubernetes_service_annotation_prometheus_io_scrape], action: keep, regex: "true" }
          - source_labels: [__address__, __meta_kubernetes_service_annotation_prometheus_io_port]
            action: replace
            target_label: __address__
            regex: (.+?)(?::\\d+)?;(\\d+)
            replacement: $1:$2
          - { action: labelmap, regex: __meta_kubernetes_service_label_(.+) }
          - { source_labels: [__meta_kubernetes_namespace], target_label: namespace }
          - { source_labels: [__meta_kubernetes_service_name], target_label: service }
          - { source_labels: [__meta_kubernetes_pod_node_name], target_label: node }
    alerting:
      alertmanagers:
        - kubernetes_sd_configs: [{ role: pod }]
          relabel_configs:
            - { source_labels: [__meta_kubernetes_pod_label_app], regex: alertmanager, action: keep }
`,
  'alertmanager/alertmanager.yml': alertmanager,
};

/** The values of that chart. */
const values: MonitoringFiles = {
  'prometheus/values.yaml': `server:
  retention: 15d
  global: { scrape_interval: 15s, evaluation_interval: 15s }
serverFiles:
  alerting_rules.yml:
${indented(webDown('job="web"'), 4)}  prometheus.yml:
    rule_files: [/etc/config/alerting_rules.yml]
    alerting: { alertmanagers: [{ static_configs: [{ targets: ["prometheus-alertmanager:9093"] }] }] }
    scrape_configs:
      - job_name: web
        consul_sd_configs: [{ server: "consul.example:8500", services: [web], token: consul-token-of-production }]
`,
  'alertmanager/alertmanager.yml': alertmanager,
};

/** Prometheus of an OpenTelemetry demo: metrics come by OTLP and from the Collector. */
const demo: MonitoringFiles = {
  'prometheus/prometheus.yml': `global: { scrape_interval: 5s, scrape_timeout: 3s, evaluation_interval: 15s }
otlp:
  promote_resource_attributes: [service.instance.id, service.name]
storage: { tsdb: { out_of_order_time_window: 30m } }
rule_files: [alerts/*.rules]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["alertmanager:9093"] }] }] }
scrape_configs:
  - job_name: otel-collector
    static_configs: [{ targets: ["otel-collector:8888"] }]
  - job_name: web
    file_sd_configs: [{ files: [/etc/prometheus/targets/*.json] }]
`,
  'prometheus/targets/web.json': '[{ "targets": ["web.demo.svc:8080"], "labels": { "tier": "front" } }]',
  'prometheus/alerts/web.rules': webDown('job="web"'),
  'alertmanager/alertmanager.yml': alertmanager,
};

/** Rules of a namespace of Mimir beside a Prometheus that only scrapes. */
const mimir: MonitoringFiles = {
  'prometheus/prometheus.yml': `global: { scrape_interval: 15s, evaluation_interval: 15s }
rule_files: ["*.yaml"]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["alertmanager:9093"] }] }] }
scrape_configs:
  - job_name: web
    ec2_sd_configs: [{ region: eu-west-1, port: 8080, filters: [{ name: "tag:Service", values: [web] }] }]
remote_write: [{ url: "http://mimir:8080/api/v1/push", headers: { X-Scope-OrgID: shop } }]
`,
  'prometheus/shop.yaml': `namespace: shop
${webDown('job="web"').replace('- name: web', '- name: web\n    source_tenants: [shop]\n    evaluation_delay: 10s')}`,
  'alertmanager/alertmanager.yml': alertmanager,
};

export const shapes = { operator, compose, chart, values, demo, mimir } as const;

const service = (port: number, instances = 1) => ({
  command: ['node', 'x'],
  ports: [port],
  instances,
  ready: { tcp: port },
});
const services = { web: service(8080, 2), stock: service(9000) };
const system = parseSystem({ name: 'shop', services }, 'firedrill.yaml', within('firedrill.yaml'));

/** The stack of the system. */
export const stack = systemStack(system, { receivesWrites: false, resendDelay: '1m', lookbackDelta: '5m' });

/** The files of a shape, as a drill of the system takes them. */
export function adopted(shape: keyof typeof shapes): WrittenFiles {
  const files = new Map(Object.entries(shapes[shape]));
  return adopt(files, new Map(), files.keys(), stack.components);
}
