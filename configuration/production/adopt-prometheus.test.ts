import { expect } from 'chai';
import type { Replacement } from '../../core/record.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import { adopt } from './adopt.ts';

const main = 'prometheus/prometheus.yml';
const scrape = (jobs: string[], more: object = {}) => ({ jobs, labels: {}, ...more });
const components = [
  { config: 'prometheus', pod: 'prometheus', ports: [9090] },
  { config: 'alertmanager', pod: 'alertmanager', ports: [9093] },
  { pod: 'web', ports: [8080] },
  { pod: 'web-2', ports: [8080] },
  { pod: 'stock', ports: [9000, 9102] },
  { pod: 'batch', ports: [7000], scrape: scrape(['workers'], { port: 7000, labels: { namespace: 'jobs' } }) },
  { pod: 'blackbox', ports: [9115] },
];
const adopted = (files: Record<string, string>) =>
  adopt(new Map(Object.entries(files)), new Map(), Object.keys(files), components);
const ofMain = (text: string) => adopted({ [main]: text });
const jobOf = (text: string): Yaml => maps(ofMain(text).yaml(main).scrape_configs)[0] ?? {};
const targetsOf = (job: Yaml) => maps(job.static_configs).map(({ targets, labels }) => [targets, labels]);
const told = (files: ReturnType<typeof ofMain>) =>
  files.adoption.replacements.map(({ path, what }: Replacement) => `${path}: ${what}`);
const job = (text: string) => `scrape_configs:\n  - ${text.trim().replaceAll('\n', '\n    ')}\n`;

describe('a main file of another name', () => {
  const text = 'global: { scrape_interval: 5s }\nscrape_configs: [{ job_name: web }]\n';
  for (const name of [
    'config.yml',
    'prometheus.yml.template',
    'prometheus.conf.tpl',
    'prometheus-config.yaml',
  ])
    it(`is taken by what it says: ${name}`, () => {
      const files = adopted({ [`prometheus/${name}`]: text, 'prometheus/a.rules.yml': 'groups: []' });
      expect(map(files.yaml(main).global).scrape_interval).to.equal('5s');
      expect(told(files)[0]).to.equal(': read as prometheus.yml');
    });

  it('is not taken for values of a chart, beside prometheus.yml, or where there are two', () => {
    const values = 'global: { rbac: true }\nalertmanager: { enabled: false }\n';
    expect(told(adopted({ 'prometheus/values.yaml': values }))).to.not.include(': read as prometheus.yml');
    const both = adopted({ [main]: 'global: { scrape_interval: 7s }\n', 'prometheus/b.yml': text });
    expect(map(both.yaml(main).global).scrape_interval).to.equal('7s');
    const two = adopted({ 'prometheus/a.yml': text, 'prometheus/b.yml': `${text}# b\n` });
    expect(told(two)).to.not.include(': read as prometheus.yml');
  });
});

describe('rule files alone', () => {
  const rules = 'groups: [{ name: a, rules: [{ alert: A, expr: up == 0 }] }]\n';

  it('are read by the file that is made', () => {
    const files = adopted({ 'prometheus/node.rules.yml': rules, 'prometheus/team/b.yaml': rules });
    expect(files.yaml(main).rule_files).to.deep.equal(['node.rules.yml', 'team/b.yaml']);
    expect(told(files)[0]).to.contain('made prometheus.yml');
  });

  it('are not read by a file of the user that does not name them', () => {
    const files = adopted({ [main]: 'global: {}\n', 'prometheus/node.rules.yml': rules });
    expect(files.yaml(main).rule_files).to.equal(undefined);
  });
});

describe('what another program fills in', () => {
  it('gets made-up values, but for targets that are replaced and for durations', () => {
    const files = ofMain(`global: { scrape_interval: "{{ interval }}" }
scrape_configs:
  - job_name: web
    basic_auth:
      username: {{USER}}
      password: {{ vault.password }}
    static_configs: [{ targets: ["{{ web_host }}:8080"] }]
`);
    const [own] = maps(files.yaml(main).scrape_configs);
    expect(map(own?.basic_auth).username).to.match(/^madeup[0-9a-f]{26}$/);
    expect(map(own?.basic_auth).password)
      .to.match(/^madeup/)
      .and.not.equal(map(own?.basic_auth).username);
    expect(map(files.yaml(main).global).scrape_interval).to.equal('{{ interval }}');
    expect(told(files)).to.deep.equal([
      'scrape_configs[web].basic_auth.username: a made-up value in the place of {{USER}}',
      'scrape_configs[web].basic_auth.password: a made-up value in the place of {{ vault.password }}',
      'scrape_configs[web].static_configs[0].targets[0]: replaced by web:8080, web-2:8080',
    ]);
  });

  it('is left to rule files, whose templates are those of Prometheus', () => {
    const rules =
      'groups: [{ name: a, rules: [{ alert: A, expr: up, annotations: { a: "{{ value }}" } }] }]\n';
    const files = adopted({ [main]: 'rule_files: [a.yml]\n', 'prometheus/a.yml': rules });
    expect(files.get('prometheus/a.yml')).to.equal(rules);
  });
});

describe('scrape jobs', () => {
  const discoveries: [string, string][] = [
    ['consul_sd_configs', '{ server: "consul.example:8500", services: [web] }'],
    ['dns_sd_configs', '{ names: [_metrics._tcp.web.prod.example], type: SRV }'],
    ['ec2_sd_configs', '{ region: eu-west-1, filters: [{ name: "tag:Name", values: ["web-*"] }] }'],
    [
      'docker_sd_configs',
      '{ host: unix:///x, filters: [{ name: label, values: ["com.docker.compose.service=web"] }] }',
    ],
    ['kubernetes_sd_configs', '{ role: pod, selectors: [{ role: pod, label: "app=web" }] }'],
  ];
  for (const [key, config] of discoveries)
    it(`have the instances of the service that ${key} look for`, () => {
      const text = job(`job_name: frontends\nhonor_labels: true\nsample_limit: 9\n${key}: [${config}]`);
      expect(jobOf(text)).to.deep.equal({
        job_name: 'frontends',
        honor_labels: true,
        sample_limit: 9,
        static_configs: [
          { targets: ['web:8080'], labels: {} },
          { targets: ['web-2:8080'], labels: {} },
        ],
      });
      expect(told(ofMain(text))).to.deep.equal([
        `scrape_configs[frontends].${key}: replaced by web:8080, web-2:8080`,
      ]);
    });

  it('have the service of their own name, if nothing else is known', () => {
    const text = job('job_name: stock\nhttp_sd_configs: [{ url: "https://sd.example/targets" }]');
    expect(targetsOf(jobOf(text))).to.deep.equal([[['stock:9000'], {}]]);
  });

  it('have no service of their own name, if they look for another one', () => {
    for (const config of [
      'kubernetes_sd_configs: [{ role: pod }]\nrelabel_configs: [{ source_labels: [__meta_kubernetes_pod_label_app], regex: stockroom, action: keep }]',
      'consul_sd_configs: [{ server: "consul.example:8500", services: [stockroom] }]',
      'kubernetes_sd_configs: [{ role: pod, selectors: [{ role: pod, label: "app=stockroom" }] }]',
    ])
      expect(targetsOf(jobOf(job(`job_name: stock\n${config}`))), config).to.deep.equal([]);
    const anywhere = job('job_name: stock\nec2_sd_configs: [{ filters: [{ name: region, values: [eu] }] }]');
    expect(targetsOf(jobOf(anywhere))).to.deep.equal([[['stock:9000'], {}]]);
  });

  it('have the services that firedrill.yaml names, with their labels, and these are guessed for no other job', () => {
    const declared = job('job_name: workers\nkubernetes_sd_configs: [{ role: pod }]');
    expect(targetsOf(jobOf(declared))).to.deep.equal([[['batch:7000'], { namespace: 'jobs' }]]);
    expect(targetsOf(jobOf(declared.replace('workers', 'batch')))).to.deep.equal([]);
  });

  it('have no targets if no service is known to be meant, and say how to name one', () => {
    const text = job('job_name: kubernetes-pods\nkubernetes_sd_configs: [{ role: pod }]');
    expect(targetsOf(jobOf(text))).to.deep.equal([]);
    const [one, ...more] = ofMain(text).adoption.replacements;
    expect(more).to.deep.equal([]);
    expect(one).to.deep.include({ line: 3, what: 'left out' });
    expect(one?.why).to.contain('scrape: { job: kubernetes-pods }');
  });

  it('keep a pattern that takes everything from choosing every service', () => {
    const text = job(`
job_name: all
kubernetes_sd_configs: [{ role: pod }]
relabel_configs: [{ source_labels: [__meta_kubernetes_pod_label_app], action: keep, regex: .+ }]`);
    expect(targetsOf(jobOf(text))).to.deep.equal([]);
  });

  it('keep relabelling that a drill can follow, and leave out what chooses and what nobody knows', () => {
    const text = job(`
job_name: services
kubernetes_sd_configs: [{ role: endpoints, namespaces: { names: [prod] } }]
relabel_configs:
  - { source_labels: [__meta_kubernetes_service_label_app, __meta_kubernetes_endpoint_port_name], action: keep, regex: web;http }
  - { source_labels: [__meta_kubernetes_namespace], target_label: namespace }
  - { source_labels: [__meta_kubernetes_pod_node_name], target_label: node }
  - { source_labels: [node], action: drop, regex: "" }
  - { source_labels: [__address__], target_label: instance, regex: "(.*):.*" }
  - { source_labels: [__address__], modulus: 2, target_label: __tmp_hash, action: hashmod }
  - { source_labels: [__tmp_hash], action: keep, regex: "0" }
  - { target_label: team, replacement: shop }`);
    const { relabel_configs, static_configs } = jobOf(text);
    expect(maps(relabel_configs).map(({ target_label }) => target_label)).to.deep.equal([
      'namespace',
      'instance',
      'team',
    ]);
    expect(static_configs).to.deep.include({
      targets: ['web-2:8080'],
      labels: { __meta_kubernetes_namespace: 'prod', __meta_firedrill_address: 'web-2:8080' },
    });
    expect(told(ofMain(text)).slice(1)).to.deep.equal(
      [0, 2, 3, 5, 6].map((i) => `scrape_configs[services].relabel_configs[${i}]: left out`),
    );
  });

  it('have services for hosts that are named after them, and keep the targets of the system', () => {
    const text = job(`
job_name: mixed
static_configs:
  - targets: ["web:8080", "stock.prod.svc.cluster.local:9102", "10.0.0.7:9100"]
    labels: { tier: back }`);
    expect(targetsOf(jobOf(text))).to.deep.equal([
      [['web:8080'], { tier: 'back' }],
      [['stock:9102'], { tier: 'back' }],
    ]);
    expect(told(ofMain(text))).to.deep.equal([
      'scrape_configs[mixed].static_configs[0].targets[1]: replaced by stock:9102',
      'scrape_configs[mixed].static_configs[0].targets[2]: left out',
    ]);
  });

  it('have the targets of files that lie beside them', () => {
    const files = adopted({
      [main]: job('job_name: any\nfile_sd_configs: [{ files: [/etc/prometheus/targets/*.json] }]'),
      'prometheus/targets/a.json': '[{ "targets": ["stock.example:9000"], "labels": { "dc": "a" } }]',
    });
    expect(targetsOf(maps(files.yaml(main).scrape_configs)[0] ?? {})).to.deep.equal([
      [['stock:9000'], { dc: 'a' }],
    ]);
    expect(files.has('prometheus/targets/a.json')).to.equal(false);
  });

  it('of a prober ask the prober of the system, about the system only', () => {
    const text = job(`
job_name: probes
static_configs: [{ targets: ["http://web:8080/", "https://example.com"] }]
relabel_configs:
  - { source_labels: [__address__], target_label: __param_target }
  - { target_label: __address__, replacement: "blackbox.monitoring.svc:9115" }`);
    const { static_configs, relabel_configs } = jobOf(text);
    expect(static_configs).to.deep.equal([{ targets: ['http://web:8080/'] }]);
    expect(maps(relabel_configs)[1]).to.deep.include({ replacement: 'blackbox:9115' });
  });

  it('of a prober that the system does not have ask nobody', () => {
    const text = job(`
job_name: probes
static_configs: [{ targets: ["http://web:8080/"] }]
relabel_configs:
  - { source_labels: [__address__], target_label: __param_target }
  - { target_label: __address__, replacement: "prober.example:9115" }`);
    const { static_configs, relabel_configs } = jobOf(text);
    expect(static_configs).to.deep.equal([]);
    expect(maps(relabel_configs)).to.have.length(1);
    expect(told(ofMain(text))).to.deep.equal([
      'scrape_configs[probes].static_configs[0].targets[0]: left out',
      'scrape_configs[probes].relabel_configs[1]: left out',
    ]);
  });

  it('lose rules that may lead to other addresses', () => {
    const text = job(`
job_name: web
static_configs: [{ targets: ["web:8080"] }]
relabel_configs:
  - { source_labels: [a], target_label: "\${1}" }
  - { source_labels: [__address__], target_label: __address__, replacement: "$1:99" }
  - { source_labels: [a], target_label: b }`);
    expect(maps(jobOf(text).relabel_configs).map(({ target_label }) => target_label)).to.deep.equal(['b']);
  });

  it('are asked without the TLS, the proxies and the credentials of production', () => {
    const text = job(`
job_name: web
scheme: https
tls_config: { ca_file: /etc/ca.crt }
bearer_token_file: /var/run/secrets/token
proxy_url: http://user:proxy-password-1@proxy.example:3128
oauth2: { client_id: a, client_secret: oauth-secret-text, token_url: "https://login.example" }
kubernetes_sd_configs: [{ role: pod }]`);
    expect(Object.keys(jobOf(text))).to.deep.equal(['job_name', 'static_configs']);
    const list = JSON.stringify(ofMain(text).adoption.replacements);
    expect(list).to.not.match(/proxy-password|oauth-secret/);
  });
});

describe('prometheus.yml', () => {
  it('sends alerts to the Alertmanager of the drill, and keeps what is done with them', () => {
    const files = ofMain(`
global: { external_labels: { cluster: "\${CLUSTER}", region: eu } }
alerting:
  alert_relabel_configs: [{ action: labeldrop, regex: replica }]
  alertmanagers:
    - scheme: https
      dns_sd_configs: [{ names: [alertmanager.example] }]
    - static_configs: [{ targets: ["other.example:9093"] }]
`);
    expect(files.yaml(main)).to.deep.equal({
      global: { external_labels: { cluster: 'cluster', region: 'eu' } },
      alerting: {
        alert_relabel_configs: [{ action: 'labeldrop', regex: 'replica' }],
        alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }],
      },
    });
  });

  it('reads rule files where the folder has them', () => {
    const files = adopted({
      [main]: 'rule_files: [/etc/prometheus/rules/*.yml, /etc/other/*.yml, alert.rules]\n',
      'prometheus/rules/a.yml': 'groups: []',
      'prometheus/alert.rules': 'groups: []',
    });
    expect(files.yaml(main).rule_files).to.deep.equal(['rules/*.yml', 'alert.rules.yml']);
    expect(files.has('prometheus/alert.rules.yml')).to.equal(true);
  });

  it('has the jobs of scrape_config_files, which are replaced too', () => {
    const files = adopted({
      [main]: 'scrape_config_files: [jobs/*.yml]\n',
      'prometheus/jobs/web.yml': 'scrape_configs:\n  - job_name: web\n    nomad_sd_configs: [{}]\n',
    });
    expect(targetsOf(maps(files.yaml(main).scrape_configs)[0] ?? {})).to.have.length(2);
    expect(files.place(main).to('scrape_configs', 0, 'job_name').where).to.equal(
      'prometheus/jobs/web.yml:2: scrape_configs[web].job_name',
    );
  });
});

const rule = (name: string, key = 'expr') => `groups:
  - name: ${name}
    rules:
      - alert: ${name}
        ${key}: up == 0
`;
const indented = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by));
const prometheusRule = (name: string, key = 'expr') => `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: ${name.toLowerCase()}, namespace: prod }
spec:
${indented(rule(name, key), 2)}`;

describe('rules', () => {
  const names = (files: ReturnType<typeof adopted>) =>
    [...files]
      .filter(([path]) => path !== main)
      .flatMap(([path]) => maps(files.yaml(path).groups).map(({ name }) => [path, name]));
  const base = { [main]: 'rule_files: ["rules/*.yml"]\n' };

  it('of several PrometheusRules in one file keep their lines', () => {
    const files = adopted({
      ...base,
      'prometheus/rules/all.yaml': `# Source: chart/templates/a.yaml\n${prometheusRule('A')}---\n${prometheusRule('B', 'exprr')}`,
    });
    expect(names(files)).to.deep.equal([
      ['prometheus/rules/all.yml', 'A'],
      ['prometheus/rules/all-2.yml', 'B'],
    ]);
    expect(files.place('prometheus/rules/all-2.yml').to('groups', 0, 'rules', 0, 'exprr').where).to.equal(
      'prometheus/rules/all.yaml:20: spec.groups[B].rules[B].exprr',
    );
  });

  it('of a List, of a ConfigMap and of values of a chart are read too', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n${indented(prometheusRule('A'), 4).replace('    apiVersion', '  - apiVersion')}`;
    expect(names(adopted({ ...base, 'prometheus/rules/l.yml': list }))).to.deep.equal([
      ['prometheus/rules/l.yml', 'A'],
    ]);
    const configMap = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: rules }\ndata:\n  b.yml: |\n${indented(rule('B', 'exprr'), 4)}`;
    const mounted = adopted({ ...base, 'prometheus/rules/c.yaml': configMap });
    expect(names(mounted)).to.deep.equal([['prometheus/rules/b.yml', 'B']]);
    expect(mounted.place('prometheus/rules/b.yml').to('groups', 0, 'rules', 0, 'exprr').line).to.equal(
      'prometheus/rules/c.yaml:10',
    );
    const values = `server: { global: { scrape_interval: 20s } }\nserverFiles:\n  alerting_rules.yml:\n${indented(rule('C'), 4)}  prometheus.yml:\n    rule_files: [/etc/config/alerting_rules.yml]\n`;
    const ofChart = adopted({ 'prometheus/values.yaml': values });
    expect(names(ofChart)).to.deep.equal([['prometheus/alerting_rules.yml', 'C']]);
    expect(ofChart.yaml(main)).to.deep.equal({
      global: { scrape_interval: '20s' },
      rule_files: ['alerting_rules.yml'],
    });
  });

  it('of a second document are left out, as Prometheus does not read them', () => {
    const files = adopted({ ...base, 'prometheus/rules/a.yml': `${rule('A')}---\n${rule('B')}` });
    expect(names(files)).to.deep.equal([['prometheus/rules/a.yml', 'A']]);
    expect(told(files)).to.deep.equal([': left out: all from line 7 on']);
  });

  it('of other files of a ConfigMap are left out', () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata:\n  grafana.ini: |\n    [a]\n    b = c\n`;
    const files = adopted({ ...base, 'prometheus/rules/a.yml': text });
    expect(names(files)).to.deep.equal([]);
    expect(told(files)).to.deep.equal(['metadata.name: left out: grafana.ini of ConfigMap x']);
  });

  it('that values of a chart turn off are left out', () => {
    const values = (on: string) => `prometheusRule:\n  enabled: ${on}\n${indented(rule('A'), 2)}`;
    const files = (on: string) => adopted({ ...base, 'prometheus/rules/values.yml': values(on) });
    expect(names(files('true'))).to.deep.equal([['prometheus/rules/values.yml', 'A']]);
    expect(names(files('false'))).to.deep.equal([]);
    expect(told(files('false'))).to.deep.equal(['prometheusRule.groups: left out: these groups of rules']);
    expect(files('false').adoption.replacements[0]?.why).to.contain('prometheusRule.enabled is false');
    const above = `metrics:\n  enabled: false\n${indented(values('true'), 2)}`;
    expect(names(adopted({ ...base, 'prometheus/rules/values.yml': above }))).to.deep.equal([]);
  });

  it('of Loki are left out', () => {
    const ofLoki = (api: string) =>
      prometheusRule('A').replace('monitoring.coreos.com/v1', api).replace('PrometheusRule', 'AlertingRule');
    const files = (api: string) => adopted({ ...base, 'prometheus/rules/a.yml': ofLoki(api) });
    expect(names(files('monitoring.openshift.io/v1'))).to.have.length(1);
    expect(names(files('loki.grafana.com/v1'))).to.deep.equal([]);
    expect(told(files('loki.grafana.com/v1'))).to.deep.equal(['metadata.name: left out: AlertingRule a']);
  });

  it('of two ConfigMaps in one file are refused, unless they are the same', () => {
    const configMap = (name: string, content: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata:\n  r.yml: |\n${indented(content, 4)}`;
    const files = (second: string, folder = '') =>
      adopted({
        ...base,
        'prometheus/rules/one.yml': configMap('one', rule('A')),
        [`prometheus/rules/${folder}two.yml`]: configMap('two', second),
      });
    expect(files(rule('B')).adoption.problems).to.deep.equal([
      {
        where: 'prometheus/rules/two.yml:3: metadata.name',
        message:
          'r.yml of ConfigMap two and r.yml of ConfigMap one (prometheus/rules/one.yml:3) would be the same file prometheus/rules/r.yml',
        hint: 'keep the one that production reads, or put the resources into different folders if it reads both',
      },
    ]);
    expect(files(rule('A')).adoption.problems).to.deep.equal([]);
    expect(names(files(rule('B'), 'other/'))).to.have.length(2);
    const beside = adopted({
      'prometheus/cm.yaml': configMap('one', 'rule_files: [a]').replace('r.yml', 'prometheus.yml'),
      [main]: 'rule_files: []\n',
    });
    expect(beside.adoption.problems.map(({ message }) => message)).to.deep.equal([
      'prometheus.yml of ConfigMap one and prometheus/prometheus.yml would be the same file prometheus/prometheus.yml',
    ]);
    expect(beside.adoption.problems[0]?.hint).to.equal('keep the one that production reads');
    const values = 'serverFiles:\n  prometheus.yml: { rule_files: [] }\n';
    expect(
      adopted({ 'prometheus/values.yaml': values, [main]: 'rule_files: []\n' }).adoption.problems[0]?.message,
    ).to.equal('prometheus/prometheus.yml is a prometheus.yml too, and Prometheus reads one');
  });

  it('of a namespace of Mimir lose what Prometheus does not know', () => {
    const text = `namespace: shop\ngroups:\n  - name: a\n    source_tenants: [x]\n    evaluation_delay: 1m\n    rules: []\n`;
    const files = adopted({ ...base, 'prometheus/rules/m.yml': text });
    expect(files.yaml('prometheus/rules/m.yml')).to.deep.equal({
      groups: [{ name: 'a', rules: [], query_offset: '1m' }],
    });
    expect(told(files)).to.deep.equal([
      'namespace: left out',
      'groups[a].source_tenants: left out',
      'groups[a].evaluation_delay: replaced by query_offset',
    ]);
  });

  it('keep a misspelt key, which is refused later', () => {
    const text = rule('A').replace('rules:', 'intervall: 1m\n    rules:');
    expect(adopted({ ...base, 'prometheus/rules/a.yml': text }).get('prometheus/rules/a.yml')).to.equal(text);
  });
});

describe('resources of the operator', () => {
  const monitor = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: frontend, namespace: prod }
spec:
  jobLabel: app.kubernetes.io/name
  selector: { matchLabels: { app.kubernetes.io/name: web } }
  sampleLimit: 5000
  endpoints:
    - port: http-metrics
      interval: 15s
      honorLabels: true
      relabelings:
        - { sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node, action: replace }
        - { sourceLabels: [__meta_kubernetes_pod_name], targetLabel: replica }
      metricRelabelings:
        - { sourceLabels: [__name__], regex: go_.*, action: drop }
`;

  it('become a file of Prometheus with their jobs, as the operator would make it', () => {
    const files = adopted({
      'prometheus/monitor.yaml': monitor,
      'prometheus/rules.yaml': prometheusRule('A'),
    });
    const { global, rule_files, alerting, scrape_configs } = files.yaml(main);
    expect(global).to.deep.equal({ scrape_interval: '30s', evaluation_interval: '30s' });
    expect(rule_files).to.deep.equal(['rules.yaml']);
    expect(alerting).to.deep.equal({
      alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }],
    });
    const [made] = maps(scrape_configs);
    expect(made).to.deep.include({
      job_name: 'serviceMonitor/prod/frontend/0',
      honor_labels: true,
      scrape_interval: '15s',
      sample_limit: 5000,
      metric_relabel_configs: [{ source_labels: ['__name__'], regex: 'go_.*', action: 'drop' }],
    });
    expect(made?.static_configs).to.deep.include({
      targets: ['web-2:8080'],
      labels: {
        ...{ job: 'web', namespace: 'prod', service: 'web', pod: 'web-2', container: 'web' },
        ...{ endpoint: 'http-metrics', __meta_kubernetes_pod_name: 'web-2' },
      },
    });
    expect(files.place(main).to('scrape_configs', 0, 'relabel_configs', 0, 'target_label').where).to.equal(
      'prometheus/monitor.yaml:14: spec.endpoints[0].relabelings[1].target_label',
    );
  });

  it('have no targets if no service is meant', () => {
    const files = adopted({ 'prometheus/monitor.yaml': monitor.replaceAll('web', 'other') });
    expect(maps(files.yaml(main).scrape_configs)[0]?.static_configs).to.deep.equal([]);
    expect(files.adoption.replacements.some(({ why }) => why.includes('scrape: { job: frontend }'))).to.equal(
      true,
    );
  });

  it('that are no configuration are listed', () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [] }\n';
    const files = adopted({ [main]: 'rule_files: []\n', 'prometheus/service.yaml': service });
    expect(told(files)).to.deep.equal(['metadata.name: left out: Service web']);
    expect(files.has('prometheus/service.yaml')).to.equal(false);
  });

  describe('of which a Prometheus selects', () => {
    const prometheus = (spec: string, name = 'k8s') =>
      `apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: { name: ${name}, namespace: prod }\nspec:\n${indented(spec.trim(), 2)}\n`;
    const labelled = (text: string) =>
      text.replace('namespace: prod', 'namespace: prod, labels: { role: a }');
    const alerting = 'alerting: { alertmanagers: [{ name: main, namespace: prod, port: web }] }\n';
    const all = 'ruleSelector: {}\nserviceMonitorSelector: {}\n';
    const drilled = (...resources: string[]) => {
      const files = adopted({ 'prometheus/all.yaml': resources.join('---\n') });
      return {
        config: files.yaml(main),
        jobs: maps(files.yaml(main).scrape_configs).map(({ job_name }) => job_name),
        rules: [...files.keys()].filter((path) => path !== main),
        listed: told(files),
        whys: files.adoption.replacements.map(({ why }) => why).join('\n'),
        problems: files.adoption.problems.map(({ message }) => message),
        wheres: files.adoption.problems.map(({ where }) => where),
      };
    };

    it('those are read whose labels and namespace it names', () => {
      const own = [monitor, prometheusRule('A')];
      const open = drilled(prometheus(all), ...own);
      expect([open.jobs, open.rules.length]).to.deep.equal([['serviceMonitor/prod/frontend/0'], 1]);
      const none = drilled(prometheus('podMonitorSelector: {}'), ...own);
      expect([none.jobs, none.rules]).to.deep.equal([[], []]);
      expect(none.listed).to.include.members([
        'metadata.name: left out: its targets are not scraped',
        'metadata.name: left out: its rules are not evaluated',
      ]);
      expect(none.whys).to.contain('the Prometheus k8s has no ruleSelector, and selects none');
      const byLabel = all.replaceAll('{}', '{ matchLabels: { role: a } }');
      const others = drilled(prometheus(byLabel), ...own);
      expect([others.jobs, others.rules]).to.deep.equal([[], []]);
      expect(others.whys).to.contain(
        'serviceMonitorSelector of the Prometheus k8s does not select its labels',
      );
      const matching = drilled(prometheus(byLabel), ...own.map(labelled));
      expect([matching.jobs.length, matching.rules.length]).to.deep.equal([1, 1]);
    });

    it('those of its own namespace are read, unless it selects namespaces', () => {
      const rules = prometheusRule('A').replace('namespace: prod', 'namespace: shop');
      const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { tier: a } }\n';
      expect(drilled(prometheus(all), rules).rules).to.deep.equal([]);
      expect(drilled(prometheus(`${all}ruleNamespaceSelector: {}`), rules).rules).to.have.length(1);
      const byName = `${all}ruleNamespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }`;
      expect(drilled(prometheus(byName), rules).rules).to.have.length(1);
      const byLabel = (tier: string) =>
        prometheus(`${all}ruleNamespaceSelector: { matchLabels: { tier: ${tier} } }`);
      expect(drilled(byLabel('a'), rules, namespace).rules).to.have.length(1);
      expect(drilled(byLabel('b'), rules, namespace).rules).to.deep.equal([]);
      expect(drilled(byLabel('a'), rules).problems).to.deep.equal([
        'ruleNamespaceSelector of the Prometheus k8s asks for labels of the namespace shop, which are not here',
      ]);
    });

    it('alerts go to an Alertmanager only if it names one', () => {
      const own = [{ static_configs: [{ targets: ['alertmanager:9093'] }] }];
      expect(drilled(prometheus(all + alerting)).config.alerting).to.deep.equal({ alertmanagers: own });
      const silent = drilled(prometheus(all));
      expect(silent.config.alerting).to.equal(undefined);
      expect(silent.listed).to.include('metadata.name: no Alertmanager gets its alerts');
      const relabelled = alerting.replace(
        'port: web',
        'port: web, timeout: 5s, alertRelabelings: [{ sourceLabels: [severity], regex: page, action: Drop }]',
      );
      expect(drilled(prometheus(all + relabelled)).config.alerting).to.deep.equal({
        alertmanagers: [
          {
            timeout: '5s',
            alert_relabel_configs: [{ source_labels: ['severity'], regex: 'page', action: 'drop' }],
            ...own[0],
          },
        ],
      });
    });

    it('what it takes from Secrets of its namespace is read', () => {
      const additional = `${all}${alerting}additionalAlertRelabelConfigs: { name: more, key: relabel }
additionalScrapeConfigs: { name: more, key: jobs }
`;
      const secret = (namespace: string) =>
        `apiVersion: v1\nkind: Secret\nmetadata: { name: more, namespace: ${namespace} }\nstringData:\n  relabel: |\n    - { action: labeldrop, regex: a }\n  jobs: |\n    - job_name: stock\n      consul_sd_configs: [{ services: [stock] }]\n`;
      const read = drilled(prometheus(additional), secret('prod'));
      expect(read.problems).to.deep.equal([]);
      expect(read.config.alerting).to.deep.include({
        alert_relabel_configs: [{ action: 'labeldrop', regex: 'a' }],
      });
      expect(targetsOf(maps(read.config.scrape_configs)[0] ?? {})).to.deep.equal([[['stock:9000'], {}]]);
      expect(read.listed.join()).to.not.contain('of Secret more');
      expect(drilled(prometheus(additional), secret('other')).problems).to.deep.equal([
        'jobs of the Secret prod/more is not here, and Prometheus would have what it says',
        'relabel of the Secret prod/more is not here, and Prometheus would have what it says',
      ]);
      const alone = `${all}additionalAlertManagerConfigs: { name: managers, key: a }\n`;
      const managers =
        'apiVersion: v1\nkind: Secret\nmetadata: { name: managers, namespace: prod }\nstringData:\n  a: |\n    - static_configs: [{ targets: ["alerts.example:9093"] }]\n';
      expect(drilled(prometheus(alone), managers).config.alerting).to.deep.equal({
        alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }],
      });
    });

    it('what cannot be followed is refused', () => {
      const { problems, wheres } = drilled(prometheus(`${all}enforcedNamespaceLabel: namespace`));
      expect(problems).to.have.length(1);
      expect(problems[0]).to.contain('adds the label to every rule');
      expect(wheres).to.deep.equal(['prometheus/all.yaml:7: spec.enforcedNamespaceLabel']);
      expect(drilled(prometheus('ruleSelector: {}')).problems.join()).to.contain(
        'the operator makes no prometheus.yml of Prometheus prod/k8s',
      );
      expect(drilled(prometheus(all)).problems).to.deep.equal([]);
    });

    it('two are refused', () => {
      expect(drilled(prometheus(all), prometheus(all, 'dev')).problems).to.deep.equal([
        'Prometheus prod/dev and Prometheus prod/k8s (prometheus/all.yaml:3) are both here, and a drill has one Prometheus',
      ]);
    });

    it('it is listed as left out where there is a prometheus.yml', () => {
      const files = adopted({ [main]: 'rule_files: []\n', 'prometheus/p.yaml': prometheus(all) });
      expect(told(files)).to.deep.equal(['metadata.name: left out: Prometheus k8s, but for what it selects']);
    });
  });
});
