import { expect } from 'chai';
import { placeholderOrigins } from '../../harness/stack/listeners.ts';
import { judgeFiles } from '../judge.ts';
import { alertRules } from '../paced/alert-rules.ts';
import { unpacedRules } from '../paced/unpaced-rules.ts';
import { prometheusSettings } from '../rules/prometheus-settings.ts';
import { adopted, shapes, stack } from './testing/shapes.ts';

/** What is replaced in the files of Prometheus, by its path. */
const replaced: Readonly<Record<keyof typeof shapes, readonly string[]>> = {
  operator: [
    'metadata.name: made prometheus.yml',
    'spec.alerting.alertmanagers[alertmanager-main]: replaced by alertmanager:9093',
    'spec.endpoints[0]: made the job serviceMonitor/shop/web/0 with web:8080, web-2:8080',
    'spec.endpoints[0].relabelings[0]: left out',
    'spec.endpoints[0].scheme: left out',
    'spec.endpoints[0].tlsConfig: left out',
    'spec.endpoints[0].bearerTokenFile: left out',
    'spec.podMetricsEndpoints[0]: made the job podMonitor/monitoring/kubelet/0 without targets',
  ],
  compose: [
    'remote_write: left out',
    'remote_read: left out',
    'tracing: left out',
    'global.query_log_file: left out',
    'global.external_labels.host: replaced by hostname',
    'alerting.alertmanagers[0]: replaced by alertmanager:9093',
    'scrape_configs[node].static_configs[0].targets[0]: left out',
    'scrape_configs[node].static_configs[0].targets[1]: left out',
    'scrape_configs[web].dns_sd_configs: replaced by web:8080, web-2:8080',
    'rule_files[0]: replaced by rules/*.yml',
  ],
  chart: [
    'metadata.name: left out: allow-snippet-annotations of ConfigMap prometheus-server',
    'metadata.name: left out: recording_rules.yml of ConfigMap prometheus-server',
    'alerting.alertmanagers[0]: replaced by alertmanager:9093',
    'scrape_configs[kubernetes-nodes].kubernetes_sd_configs: left out',
    'scrape_configs[kubernetes-nodes].relabel_configs[0]: left out',
    'scrape_configs[kubernetes-nodes].relabel_configs[1]: left out',
    'scrape_configs[kubernetes-nodes].tls_config: left out',
    'scrape_configs[kubernetes-nodes].bearer_token_file: left out',
    'scrape_configs[kubernetes-nodes].scheme: left out',
    'scrape_configs[web-endpoints].kubernetes_sd_configs: replaced by web:8080, web-2:8080',
    ...[0, 1, 2, 3, 4, 6].map((i) => `scrape_configs[web-endpoints].relabel_configs[${i}]: left out`),
    'rule_files[0]: left out',
    'rule_files[1]: replaced by alerting_rules.yml',
    'rule_files[2]: left out',
  ],
  values: [
    'serverFiles.prometheus.yml.alerting.alertmanagers[0]: replaced by alertmanager:9093',
    'serverFiles.prometheus.yml.scrape_configs[web].consul_sd_configs: replaced by web:8080, web-2:8080',
    'serverFiles.prometheus.yml.rule_files[0]: replaced by alerting_rules.yml',
  ],
  demo: [
    'scrape_configs[otel-collector].static_configs[0].targets[0]: left out',
    'scrape_configs[web].file_sd_configs[0].files[0]: replaced by web:8080, web-2:8080',
    'rule_files[0]: replaced by alerts/web.rules.yml',
  ],
  mimir: [
    'remote_write: left out',
    'scrape_configs[web].ec2_sd_configs: replaced by web:8080, web-2:8080',
    'namespace: left out',
    'groups[web].source_tenants: left out',
    'groups[web].evaluation_delay: replaced by query_offset',
  ],
};

describe('production files of the shape', () => {
  for (const shape of Object.keys(shapes) as (keyof typeof shapes)[]) {
    describe(shape, () => {
      const files = adopted(shape);

      it('are taken as they are, at each pace', () => {
        for (const factor of [1, 15]) {
          const { problems, unread } = judgeFiles(stack, files, factor, placeholderOrigins('metrics'));
          expect(problems).to.deep.equal([]);
          expect(unread).to.deep.equal([]);
          expect(unpacedRules(files, { factor })).to.deep.equal([]);
        }
      });

      it('have the rules of production, and scrape the instances of web in their job', () => {
        expect(alertRules(files).map(({ alert }) => alert)).to.deep.equal(['WebInstanceDown']);
        const jobs = prometheusSettings(files).jobs.map(({ targets }) =>
          targets.filter((one) => /^web/.test(one)),
        );
        expect(jobs.filter((targets) => targets.length > 0)).to.deep.equal([['web:8080', 'web-2:8080']]);
        expect(files.yaml('prometheus/prometheus.yml').alerting).to.deep.include({
          alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }],
        });
      });

      it('have a list of what was replaced', () => {
        const told = files.adoption.replacements
          .filter(({ file }) => file.startsWith('prometheus/'))
          .map(({ path, what }) => `${path}: ${what}`);
        expect(told).to.have.members(replaced[shape]);
      });
    });
  }

  it('do not show secrets in the list', () => {
    const all = Object.keys(shapes).flatMap(
      (shape) => adopted(shape as keyof typeof shapes).adoption.replacements,
    );
    expect(JSON.stringify(all)).to.not.match(/not-for-everybody|consul-token/);
  });
});
