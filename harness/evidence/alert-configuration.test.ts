import { expect } from 'chai';
import { UsedFiles, WrittenFiles } from '../../configuration/files/files.ts';
import {
  alertmanagersConfigured,
  droppedMetric,
  sentByPrometheus,
  writtenQueries,
  writtenRule,
} from './alert-configuration.ts';

const alert = { alertname: 'High', severity: 'critical' };
const filesWith = (text: string) => new UsedFiles([['prometheus/prometheus.yml', text]]);

describe('the alert that Prometheus sends', () => {
  it('has the external labels, and is relabelled', () => {
    const files = filesWith(`
global: { external_labels: { cluster: a, severity: none } }
alerting:
  alert_relabel_configs:
    - { source_labels: [cluster], target_label: site }
    - { regex: cluster, action: labeldrop }
  alertmanagers: [{ static_configs: [] }]
`);
    expect(sentByPrometheus(files, alert)).to.deep.equal({ labels: { ...alert, site: 'a' } });
    expect(alertmanagersConfigured(files)).to.equal(1);
  });

  it('may be dropped, and the result quotes the relabelling entry', () => {
    const files = filesWith(`
alerting:
  alert_relabel_configs:
    - { source_labels: [team], target_label: owner }
    - { source_labels: [environment], regex: prod.*, action: keep }
`);
    expect(sentByPrometheus(files, alert)).to.deep.equal({
      droppedBy: {
        place: 'alerting.alert_relabel_configs[1]',
        entry: '{ source_labels: [ environment ], regex: prod.*, action: keep }',
      },
    });
    expect(alertmanagersConfigured(files)).to.equal(0);
  });

  it('counts as dropped only if it is dropped for every Alertmanager', () => {
    const drop = 'alert_relabel_configs: [{ source_labels: [severity], regex: critical, action: drop }]';
    const one = filesWith(`alerting: { alertmanagers: [{ ${drop} }] }`);
    expect(sentByPrometheus(one, alert))
      .to.have.nested.property('droppedBy.place')
      .that.equals('alerting.alertmanagers[0].alert_relabel_configs[0]');
    const two = filesWith(`alerting: { alertmanagers: [{ ${drop} }, { static_configs: [] }] }`);
    expect(sentByPrometheus(two, alert)).to.deep.equal({ labels: alert });
  });
});

describe('a metric', () => {
  const files = filesWith(`
scrape_configs:
  - job_name: shop
    metric_relabel_configs:
      - { source_labels: [namespace], regex: prod, action: keep }
      - { source_labels: [__name__], regex: go_.*, action: drop }
  - job_name: node
    metric_relabel_configs: [{ source_labels: [__name__], regex: node_.*|go_.*|up, action: keep }]
`);

  it('may be dropped by its name, and the result quotes the entry', () => {
    expect(droppedMetric(files, 'go_gc_seconds')).to.deep.equal({
      place: 'scrape_configs[shop].metric_relabel_configs[1]',
      entry: '{ source_labels: [ __name__ ], regex: go_.*, action: drop }',
    });
    expect(droppedMetric(files, 'errors_total')).to.have.property(
      'place',
      'scrape_configs[node].metric_relabel_configs[0]',
    );
  });

  it('is not known to be dropped by an entry that reads other labels', () => {
    expect(droppedMetric(files, 'up')).to.equal(undefined);
  });
});

describe('a rule as it is written', () => {
  it('is found by its location in the run’s copy', () => {
    const written = new WrittenFiles([
      ['prometheus/prometheus.yml', ''],
      [
        'prometheus/rules/checkout.yml',
        'groups: [{ name: a, rules: [] }, { name: b, rules: [{ record: x, expr: 1 }, { alert: High, expr: "up == 0" }] }]',
      ],
    ]);
    const place = { file: '/runs/1/config/prometheus/rules/checkout.yml', group: 'b', index: 1 };
    expect(writtenRule(written, place)).to.deep.equal({
      file: 'prometheus/rules/checkout.yml',
      query: 'up == 0',
    });
    expect(writtenRule(written, { ...place, index: 2 })).to.equal(undefined);
    expect(writtenRule(written, { ...place, file: '/other/checkout.yml' })).to.equal(undefined);
  });

  it('is found by folder, group and title if it is a Grafana rule', () => {
    const rule = (title: string, window: string) => `
      - title: ${title}
        condition: C
        data:
          - { refId: A, datasourceUid: prometheus, model: { expr: "rate(x[${window}])" } }
          - { refId: B, datasourceUid: __expr__, model: { type: reduce, expression: A } }
          - { refId: C, datasourceUid: __expr__, model: { type: math, expression: $B > 1 && $B < 9 } }`;
    const group = (folder: string, window: string) =>
      `  - name: g\n    folder: ${folder}\n    rules:${rule('High', window)}`;
    const text = `groups:\n${group('one', '1m')}\n${group('two', '5m')}\n`;
    const written = new WrittenFiles([['grafana/provisioning/alerting/rules.yaml', text]]);
    const named = { name: 'High', group: 'g' };
    expect(writtenQueries(written, { ...named, folder: 'two' })).to.deep.equal([
      'rate(x[5m])',
      'rate(x[5m])',
    ]);
    expect(writtenQueries(written, { ...named, folder: 'three' })).to.deep.equal([]);
  });
});
