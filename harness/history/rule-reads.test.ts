import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import { ruleReadsOf } from './rule-reads.ts';

const files = new UsedFiles([
  ['prometheus/prometheus.yml', 'global: { scrape_interval: 15s }\n'],
  [
    'prometheus/rules/slo.yml',
    `groups:
  - name: records
    interval: 30s
    rules:
      - { record: "job:errors:rate5m", expr: "sum by (job) (rate(errors_total[5m]))" }
      - { record: "job:ratio:rate5m", expr: "job:errors:rate5m / sum by (job) (rate(attempts_total[5m]))" }
      - { record: "circle", expr: "circle or vector(1)" }
  - name: alerts
    rules:
      - { alert: Burn, expr: "avg_over_time(job:ratio:rate5m[1h]) > 0.01" }
`,
  ],
  [
    'grafana/provisioning/datasources/a.yaml',
    'datasources: [{ name: p, uid: p, type: prometheus }, { name: l, uid: l, type: loki }]\n',
  ],
  [
    'grafana/provisioning/alerting/rules.yaml',
    `groups:
  - name: g
    folder: f
    interval: 1m
    rules:
      - title: Slow
        condition: B
        data:
          - refId: A
            datasourceUid: p
            relativeTimeRange: { from: 7200, to: 0 }
            model: { expr: "max_over_time(job:ratio:rate5m[10m])" }
          - { refId: R, datasourceUid: __expr__, model: { type: reduce, expression: A, reducer: mean } }
          - { refId: B, datasourceUid: __expr__, model: { type: threshold, expression: R, conditions: [{ evaluator: { type: gt, params: [1] } }] } }
`,
  ],
]);

describe('what the rules of a configuration read', () => {
  const { looks, depthOf, everyMsOf, recordedBy } = ruleReadsOf(files);
  const minute = 60_000;
  const backs = (metric: string) =>
    looks.filter((look) => look.metric === metric).map(({ backMs }) => backMs / minute);

  it('is what recording rules read as well, and recorded metrics as such', () => {
    expect(backs('errors_total')).to.deep.equal([5]);
    expect(backs('job:errors:rate5m')).to.deep.equal([0]);
  });

  it('is what Grafana’s queries read, over their range too', () => {
    expect(backs('job:ratio:rate5m')).to.deep.equal([60, 130]);
  });

  it('tells through how many recording rules a metric is made', () => {
    expect(
      ['errors_total', 'job:errors:rate5m', 'job:ratio:rate5m', 'circle'].map((m) => depthOf(m)),
    ).to.deep.equal([0, 1, 2, 1]);
  });

  it('tells which rule makes a series', () => {
    expect(recordedBy({ __name__: 'errors_total' })).to.equal(undefined);
    expect(recordedBy({ __name__: 'job:errors:rate5m', job: 'web' })?.expr).to.include('errors_total');
  });

  it('tells how far samples are apart', () => {
    expect(everyMsOf('errors_total')).to.equal(15_000);
    expect(everyMsOf('job:ratio:rate5m')).to.equal(30_000);
  });
});
