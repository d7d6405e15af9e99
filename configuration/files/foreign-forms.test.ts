import { expect } from 'chai';
import { foreignForm } from './foreign-forms.ts';

const rules = 'prometheus/rules/a.yml';
const resource = (kind: string) =>
  `---\napiVersion: monitoring.coreos.com/v1\nkind: ${kind}\nmetadata: { name: a }\nspec: { groups: [] }\n`;

describe('foreignForm', () => {
  for (const [kind, hint] of [
    ['PrometheusRule', 'yq .spec'],
    ['AlertmanagerConfig', 'route:'],
    ['ConfigMap', 'each entry below data:'],
    ['Deployment', "the component's own configuration"],
  ] as const) {
    it(`tells a resource of Kubernetes: ${kind}`, () => {
      const found = foreignForm(rules, resource(kind));
      expect(found?.where).to.equal(rules);
      expect(found?.message).to.contain(`is a Kubernetes resource (${kind})`);
      expect(found?.hint).to.contain(hint);
    });
  }
  it('tells a template of Jinja or ERB by the line that decides which lines there are', () => {
    for (const line of ['{% for host in hosts %}', '  {%- if enabled %}', '<% @jobs.each do |job| %>']) {
      const found = foreignForm('prometheus/prometheus.yml', `scrape_configs:\n${line}\n`);
      expect(found?.where).to.equal('prometheus/prometheus.yml:2');
      expect(found?.message).to.contain('is a template');
    }
    expect(foreignForm(rules, 'groups: [] # {% for %}\n{% raw %}\n')).to.equal(undefined);
  });
  it('tells one in JSON', () => {
    const json = JSON.stringify(
      { apiVersion: 'rules.alerting.grafana.app/v0alpha1', kind: 'AlertRule', spec: {} },
      null,
      2,
    );
    expect(foreignForm('grafana/provisioning/alerting/a.json', json)?.message).to.contain('(AlertRule)');
  });

  for (const line of [
    'expr: up < {{ .Values.threshold }}',
    '{{- if .Values.rules.enabled }}',
    'labels: {{- toYaml .labels | nindent 8 }}',
    'name: {{ include "chart.fullname" . }}',
    'receiver: {{ $.Release.Name }}',
    "summary: '{{ `{{ $labels.job }}` }} is down'",
    'summary: {{ "{{" }} $labels.job {{ "}}" }}',
  ]) {
    it(`tells a template of Helm: ${line}`, () => {
      const found = foreignForm(rules, `groups:\n${line}\n`);
      expect(found?.where).to.equal(`${rules}:2`);
      expect(found?.message).to.contain('Helm');
    });
  }

  it('takes what is configuration', () => {
    const own: [string, string][] = [
      [
        rules,
        'groups:\n  - rules: [{ alert: A, annotations: { summary: "{{ $labels.kind }} {{ .Value }} {{ with .Labels }}{{ .job }}{{ end }}" } }]',
      ],
      [
        'alertmanager/alertmanager.yml',
        'receivers: [{ slack_configs: [{ text: "{{ .CommonLabels.Values }} {{ template \\"a\\" . }}" }] }]',
      ],
      ['grafana/provisioning/alerting/a.yaml', 'apiVersion: 1\nkind: x\na: "{{ .Values.A.Value }}"'],
      ['collector/sidecar.yaml', 'processors: { a: { kind: Server } }'],
    ];
    for (const [file, text] of own) expect(foreignForm(file, text), file).to.equal(undefined);
  });
});
