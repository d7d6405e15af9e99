/* Files of the shapes that teams have in production. */

/** An Alertmanager's file with what only production has. */
export const alertmanager = `global:
  slack_api_url_file: /run/secrets/slack
  smtp_smarthost: "\${SMTP_HOST}"
  smtp_from: alerts@example.com
  smtp_auth_password_file: /run/secrets/smtp
  http_config: { proxy_url: "http://proxy.corp:3128", tls_config: { ca_file: /etc/ssl/ca.pem } }
templates: [/etc/alertmanager/templates/*.tmpl]
route: { receiver: team, routes: [{ match: { severity: page }, receiver: page, mute_time_intervals: [nights] }] }
receivers:
  - name: team
    slack_configs: [{ channel: "#a" }]
    email_configs: [{ to: a@example.com }]
  - name: page
    pagerduty_configs: [{ routing_key_file: /run/secrets/pd }, { service_key: "{{ .Values.key }}" }]
    webhook_configs: [{ url: "\${HOOK}", http_config: { basic_auth: { username: a, password_file: /run/secrets/hook } } }]
    opsgenie_configs: [{ api_key: <secret> }]
    telegram_configs: [{ bot_token_file: /run/secrets/bot, chat_id: "\${CHAT_ID}" }]
    discord_configs: [{ webhook_url_file: /run/secrets/discord }]
    victorops_configs: [{ api_key: "\${VICTOROPS}", routing_key: a }]
    pushover_configs: [{ user_key_file: /run/secrets/a, token_file: /run/secrets/b }]
    msteams_configs: [{ webhook_url_file: /run/secrets/teams }]
mute_time_intervals: [{ name: nights, time_intervals: [{ times: [{ start_time: "22:00", end_time: "24:00" }] }] }]
`;

/** A Secret as of the Prometheus Operator. */
export const secret = `apiVersion: v1
kind: Secret
metadata: { name: alertmanager-main, namespace: monitoring }
stringData:
  alertmanager.yaml: |
    route:
      receiver: Default
      routes:
        - { matchers: ['severity="critical"'], receiver: Critical }
    receivers:
      - name: Default
        slack_configs: [{ api_url: https://hooks.slack.com/services/T1/B1/c }]
      - name: Critical
        pagerduty_configs: [{ routing_key: $(PD_KEY) }]
  message.tmpl: '{{ define "message" }}hello{{ end }}'
`;

export const config = (more = '', api = 'v1alpha1') => `apiVersion: monitoring.coreos.com/${api}
kind: AlertmanagerConfig
metadata: { name: team-a, namespace: shop, labels: { team: a } }
spec:
  route:
    receiver: page
    groupBy: [alertname]
    groupWait: 30s
    matchers: [{ name: severity, value: page|critical, matchType: =~ }]
    routes:
      - { receiver: talk, matchers: [{ name: team, value: a }], muteTimeIntervals: [nights], continue: true }
  receivers:
    - name: page
      pagerdutyConfigs:
        - routingKey: { name: pagerduty, key: routing }
          sendResolved: true
          details: [{ key: cluster, value: one }]
          pagerDutyLinkConfigs: [{ href: https://wiki.example, alt: Runbook }]
          pagerDutyImageConfigs: [{ src: https://a.example/b.png, alt: Graph }]
    - name: talk
      slackConfigs:
        - { apiURL: { name: slack, key: url }, channel: "#a", fields: [{ title: t, value: v, short: true }] }
  ${more}
`;

export const nights = `muteTimeIntervals:
    - name: nights
      timeIntervals: [{ times: [{ startTime: '22:00', endTime: '24:00' }], weekdays: ['Monday:Friday'] }]
  inhibitRules:
    - { sourceMatch: [{ name: severity, value: critical }], targetMatch: [{ name: severity, value: warning }], equal: [job] }`;

/** A Collector's file as of a Helm chart. */
export const agent = `receivers:
  otlp:
    protocols:
      grpc: { endpoint: "\${env:MY_POD_IP}:4317", tls: { cert_file: /etc/cert.pem } }
      http: { endpoint: "\${env:HOST}:\${env:HTTP_PORT}" }
  hostmetrics: { scrapers: { cpu: {} } }
  kubeletstats: {}
processors:
  memory_limiter: { check_interval: 1s, limit_mib: "\${env:LIMIT:-200}" }
  k8sattributes: {}
  resource: { attributes: [{ key: cluster, value: "\${CLUSTER}", action: upsert }] }
  batch: {}
exporters:
  otlp/vendor: { endpoint: "\${env:VENDOR}:443", headers: { api-key: "\${env:KEY}" }, auth: { authenticator: oauth2client } }
  otlphttp/mimir: { endpoint: https://mimir.example/otlp }
  datadog: { api: { key: "\${env:DD_KEY}" } }
  debug: {}
connectors:
  servicegraph: {}
  spanmetrics: {}
extensions:
  health_check: { endpoint: "\${env:MY_POD_IP}:13133" }
  oauth2client: { token_url: https://login.example }
service:
  extensions: [health_check, oauth2client]
  telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { host: 0.0.0.0, port: 8888 } } } }] } }
  pipelines:
    traces: { receivers: [otlp], processors: [memory_limiter, k8sattributes, batch], exporters: [otlp/vendor, datadog, spanmetrics, servicegraph] }
    metrics: { receivers: [otlp, hostmetrics, spanmetrics], processors: [resource], exporters: [otlphttp/mimir] }
    metrics/host: { receivers: [kubeletstats], exporters: [datadog] }
    metrics/graph: { receivers: [servicegraph], exporters: [otlphttp/mimir] }
    metrics/other: { receivers: [otlp], exporters: [datadog] }
    logs: { receivers: [otlp], exporters: [otlp/vendor, debug] }
`;
