import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { checkGrafana } from './check-grafana.ts';
import { type ConfigFiles, readConfigFiles } from './config-files.ts';
import { panelsOf } from './grafana/check-dashboards.ts';

const at = 'grafana/provisioning/';
const written = await readConfigFiles([fileURLToPath(new URL('config-full', import.meta.url))]);

/** The project's files with one replaced. */
function changed(path: string, from: string, to: string): ConfigFiles {
  const text = written.get(at + path) ?? '';
  if (!text.includes(from)) throw new Error(`${path} does not say ${from}`);
  return new Map([...written, [at + path, text.replace(from, () => to)]]);
}

describe('checkGrafana', () => {
  it("finds no fault in the project's files", () => {
    expect(checkGrafana(written)).to.deep.equal([]);
  });

  it('refuses alerts that no policy leads anywhere', () => {
    const files = new Map([...written, [`${at}alerting/policies.yaml`, 'policies: []']]);
    expect(checkGrafana(files).map(({ where }) => where)).to.deep.equal([
      'grafana/provisioning/alerting: policies',
    ]);
  });

  const faults = {
    'a dashboard that is no JSON': ['dashboards/slo.json', '{', '{,', 'dashboards/slo.json: is no JSON'],
    'a panel of an unknown data source': [
      'dashboards/slo.json',
      '"uid": "prometheus"',
      '"uid": "prom"',
      'dashboards/slo.json: panels[0].datasource: there is no data source "prom"',
    ],
    'a rule of an unknown data source': [
      'alerting/rules.yaml',
      'datasourceUid: loki',
      'datasourceUid: logs',
      'alerting/rules.yaml: groups[1].rules[0].data[0].datasourceUid: there is no data source "logs"',
    ],
    'a rule without a condition': [
      'alerting/rules.yaml',
      'condition: C',
      'condition:',
      'alerting/rules.yaml: groups[0].rules[0].condition: is missing',
    ],
    'a condition that names nothing': [
      'alerting/rules.yaml',
      'condition: C',
      'condition: Z',
      'alerting/rules.yaml: groups[0].rules[0].condition: no query or expression has the refId "Z"',
    ],
    'a query that does not parse': [
      'alerting/rules.yaml',
      'avg by (job, instance) (avg_over_time(',
      'avg by (job, instance) (avg_over_time((',
      'alerting/rules.yaml: groups[0].rules[1].data[0].model.expr: PromQL expression: line 1',
    ],
    'a group that the tick does not divide': [
      'alerting/rules.yaml',
      'interval: 1m',
      'interval: 15s',
      'alerting/rules.yaml: groups[0].interval: "15s" is no interval',
    ],
    'an annotation whose template does not close': [
      'alerting/rules.yaml',
      'One request in a hundred to {{ $labels.job }}',
      'One request in a hundred to {{ $labels.job }',
      'alerting/rules.yaml: groups[1].rules[1].annotations.summary: {{ is not closed by }}',
    ],
    'a contact point without its token': [
      'alerting/contact-points.yaml',
      'bottoken:',
      'token:',
      'alerting/contact-points.yaml: contactPoints[0].receivers[0].settings.bottoken: is missing',
    ],
    'a chat id that is a number': [
      'alerting/contact-points.yaml',
      '"-1001234567890"',
      '-1001234567890',
      'alerting/contact-points.yaml: contactPoints[0].receivers[0].settings.chatid: is a number',
    ],
    'a webhook without an address': [
      'alerting/contact-points.yaml',
      'url: http://webhook.internal/grafana',
      'httpMethod: POST',
      'alerting/contact-points.yaml: contactPoints[2].receivers[0].settings.url: is missing',
    ],
    'a message by a template that there is not': [
      'alerting/contact-points.yaml',
      'firedrill.slack',
      'firedrill.slak',
      'alerting/contact-points.yaml: contactPoints[1].receivers[0].settings.text: there is no template "firedrill.slak"',
    ],
    'a template without an end': [
      'alerting/templates.yaml',
      '{{ else }}✅ Resolved{{ end }}',
      '{{ else }}✅ Resolved',
      'alerting/templates.yaml: templates[0].template: line 9: {{ define }} has no {{ end }}',
    ],
    'a policy of a contact point that there is not': [
      'alerting/policies.yaml',
      'receiver: slack',
      'receiver: slak',
      'alerting/policies.yaml: policies[0].routes[0].receiver: there is no contact point "slak"',
    ],
    'a data source without a uid': [
      'datasources/datasources.yaml',
      'uid: tempo',
      'orgId: 1',
      'datasources/datasources.yaml: datasources[2].uid: is missing',
    ],
  } as const;
  for (const [what, [path, from, to, told]] of Object.entries(faults)) {
    it(`tells of ${what}`, () => {
      const lines = checkGrafana(changed(path, from, to)).map(({ where, message }) => `${where}: ${message}`);
      expect(
        lines.some((line) => line.startsWith(at + told)),
        lines.join('\n'),
      ).to.equal(true);
      expect(lines.every((line) => line.startsWith(at + path))).to.equal(true);
    });
  }

  it('tells every fault of every file at once', () => {
    const files = new Map([
      [`${at}alerting/a.yaml`, 'policies: [{ receiver: nobody }]\ngroups: [{ name: g, folder: f }]'],
      [`${at}dashboards/a.json`, '[]'],
      ['prometheus/prometheus.yml', 'policies: [{ receiver: nobody }]'],
    ]);
    expect(checkGrafana(files).map(({ where }) => where)).to.deep.equal([
      `${at}alerting/a.yaml: policies[0].receiver`,
      `${at}alerting/a.yaml: groups[0].interval`,
      `${at}dashboards/a.json: title`,
    ]);
  });

  for (const [path, text] of written) {
    if (!path.endsWith('.json') || !path.startsWith(at)) continue;
    it(`${path.slice(at.length)} has at most ten panels, each with a query`, () => {
      const panels = panelsOf(JSON.parse(text));
      expect(panels.length).to.be.within(1, 10);
      for (const { title, targets } of panels) expect(targets, String(title)).to.not.be.empty;
    });
  }
});
