import { expect } from 'chai';
import { confine } from './confine.ts';

/** Where problems are, of one scrape configuration with these rules. */
const relabelled = (rules: string, more = '') =>
  confine(
    'prometheus/prometheus.yml',
    `scrape_configs: [{ static_configs: [{ targets: ['127.0.0.1:8889'], labels: { team: a, lead___address__: 'exporter.example:1' } }], ${more} relabel_configs: [${rules}] }]`,
  ).map(({ where }) => where.replace(/^.*relabel_configs/, ''));

describe('confine: where targets are relabelled to', () => {
  for (const [what, rules, where] of [
    ['a label that is mapped to the address', '{ action: labelmap, regex: "lead_(.+)" }', '[0].action'],
    ['any label that may be', '{ action: labelmap, regex: "(?i)lead_(.+)" }', '[0].action'],
    [
      'a name that is put together',
      '{ action: labelmap, regex: "team", replacement: "__address__" }',
      '[0].action',
    ],
    [
      'a templated label',
      '{ source_labels: [team], target_label: "__$1__", replacement: evil }',
      '[0].target_label',
    ],
    ['a templated address', '{ source_labels: [team], target_label: __address__ }', '[0].replacement'],
    [
      'a fixed address elsewhere',
      '{ target_label: __address__, replacement: "exporter.example:1" }',
      '[0].replacement',
    ],
    [
      'a letter case',
      '{ action: lowercase, source_labels: [team], target_label: __address__ }',
      '[0].target_label',
    ],
    [
      'a hash',
      '{ action: HashMod, modulus: 2, source_labels: [team], target_label: __address__ }',
      '[0].target_label',
    ],
    [
      'a label made just before',
      '{ target_label: x___address__, replacement: "e.example:1" }, { action: labelmap, regex: "x_(.*)" }',
      '[1].action',
    ],
  ] as const) {
    it(`refuses ${what}`, () => expect(relabelled(rules)).to.deep.equal([where]));
  }
  for (const [what, rules] of [
    ['a fixed address of the stack', '{ target_label: __address__, replacement: "127.0.0.1:8889" }'],
    ['labels mapped to others', '{ action: labelmap, regex: "(team)", replacement: "owner_$1" }'],
    [
      'a map that no label of its targets matches',
      '{ action: labelmap, regex: "__meta_kubernetes_pod_label_(.+)" }',
    ],
    [
      'an address that becomes a label',
      '{ source_labels: [__address__], target_label: instance, regex: "([^:]+).*" }',
    ],
    ['a parameter', '{ source_labels: [__address__], target_label: __param_target }'],
    [
      'what keeps and drops',
      '{ action: keep, source_labels: [__address__], regex: a }, { action: labeldrop, regex: __address__ }',
    ],
  ] as const) {
    it(`takes ${what}`, () => expect(relabelled(rules)).to.deep.equal([]));
  }

  it('refuses Alertmanagers that are relabelled, and takes relabelled alerts', () => {
    const text = `
alerting:
  alert_relabel_configs: [{ action: labelmap, regex: '(.*)' }, { target_label: __address__, replacement: 'e.example:1' }]
  alertmanagers:
    - static_configs: [{ targets: ['127.0.0.1:9093'] }]
      relabel_configs: [{ target_label: __address__, replacement: 'alertmanager.example:9093' }]
      sigv4: { region: eu-central-1 }
`;
    expect(confine('prometheus/prometheus.yml', text).map(({ where }) => where.split(': ')[1])).to.deep.equal(
      ['alerting.alertmanagers[0].relabel_configs[0].replacement', 'alerting.alertmanagers[0].sigv4'],
    );
  });

  it('refuses exporters and look-ups of the services that it does not know', () => {
    const text =
      'OTEL_TRACES_EXPORTER=zipkin,otlp\nOTEL_METRICS_EXPORTER=none\nOTEL_NODE_RESOURCE_DETECTORS=env,gcp\n';
    expect(confine('app/telemetry.env', text).map(({ where }) => where.split(': ')[1])).to.deep.equal([
      'OTEL_TRACES_EXPORTER',
      'OTEL_NODE_RESOURCE_DETECTORS',
    ]);
  });
});
