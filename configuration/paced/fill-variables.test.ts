import { expect } from 'chai';
import { parse } from 'yaml';
import { WrittenFiles } from '../files/files.ts';
import { list, map } from '../files/yaml.ts';
import { countedQuery } from './counted-query.ts';
import { fillVariables, unfilledVariable } from './fill-variables.ts';

interface Query {
  readonly expr: string;
  readonly source?: 'prometheus' | 'loki' | 'bare' | 'unknown';
  readonly range?: string;
  readonly model?: string;
}

const at = 'grafana/provisioning/';
const file = `${at}alerting/a.yaml`;
const datasources = `apiVersion: 1
datasources:
  - { uid: prometheus, name: P, type: prometheus, jsonData: { timeInterval: 20s } }
  - { uid: bare, name: B, type: prometheus }
  - { uid: loki, name: L, type: loki }
`;

function filled({
  expr,
  source = 'prometheus',
  range = 'from: 600, to: 0',
  model = 'refId: A',
}: Query): string {
  const rules = `groups:
  - rules:
      - title: A # of the team
        data:
          - { refId: A, datasourceUid: ${source}, relativeTimeRange: { ${range} }, model: { ${model}, expr: '${expr}' } }
`;
  const files = fillVariables(
    new WrittenFiles([
      [`${at}datasources/d.yaml`, datasources],
      [file, rules],
    ]),
  );
  const [group] = list(map(parse(files.get(file) ?? '')).groups);
  const [rule] = list(map(group).rules);
  return String(map(map(list(map(rule).data)[0]).model).expr);
}

describe('fillVariables', () => {
  const cases: [string, Query, string][] = [
    ['four scrapes of the data source', { expr: 'rate(a[$__rate_interval])' }, 'rate(a[1m20s])'],
    [
      'four times 15 s, where it does not say',
      { expr: `rate(a[\${__rate_interval}])`, source: 'bare' },
      'rate(a[1m])',
    ],
    [
      'a step and a scrape, where that is longer',
      { expr: 'rate(a[$__rate_interval])', model: 'intervalMs: 120000' },
      'rate(a[2m20s])',
    ],
    ['the query’s own least step', { expr: 'a[$__interval]', model: 'interval: 30s' }, 'a[30s]'],
    [
      'the step, of which a multiple is asked for',
      { expr: 'a[$__interval]', model: 'intervalMs: 15000, intervalFactor: 2' },
      'a[30s]',
    ],
    ['a step in one unit', { expr: 'a[$__interval]', model: 'intervalMs: 90000' }, 'a[1m]'],
    ['a step that the points make longer', { expr: 'a[$__interval]', model: 'maxDataPoints: 10' }, 'a[1m]'],
    ['the step of a rate', { expr: 'a[$__interval]', model: 'interval: $__rate_interval' }, 'a[1m]'],
    [
      'the range',
      { expr: 'increase(a[$__range]) / $__range_s', range: 'from: 900, to: 300' },
      'increase(a[10m]) / 600',
    ],
    [
      'the range as a number of a length',
      { expr: `a[\${__range_s}s] > $__range_ms`, range: 'from: 60, to: 0' },
      'a[60s] > 60000',
    ],
    ['a step of Loki’s', { expr: 'rate({a="b"}[$__interval])', source: 'loki' }, 'rate({a="b"}[1s])'],
    [
      'what Loki fills in alone',
      { expr: 'rate({a="b"}[$__rate_interval])', source: 'loki' },
      'rate({a="b"}[$__rate_interval])',
    ],
    ['nothing of a source that is not there', { expr: 'a[$__range]', source: 'unknown' }, 'a[$__range]'],
    ['nothing of other names', { expr: 'a[$__auto]' }, 'a[$__auto]'],
  ];
  for (const [what, query, expected] of cases) {
    it(`writes out ${what}: ${query.expr}`, () => expect(filled(query)).to.equal(expected));
  }

  it('has the pace divide lengths, and leaves numbers, since counts are those of the range as written', () => {
    const query = filled({ expr: `increase(a[$__range]) / $__range_s > b[\${__range_s}s]` });
    expect(query).to.equal('increase(a[10m]) / 600 > b[600s]');
    expect(
      countedQuery(filled({ expr: 'increase(a[$__range]) / $__range_s > 0.5' }), 15, 'promql').expr,
    ).to.equal('(15 * increase(a[10m])) / 600 > 0.5');
  });

  it('leaves files without variables, dashboards and what cannot be read byte for byte', () => {
    const files = new WrittenFiles([
      [file, 'groups:   []   # $interval\n'],
      [`${at}alerting/b.yaml`, 'groups: [ $__interval'],
      [`${at}dashboards/a.json`, '{"expr":"a[$__rate_interval]"}'],
    ]);
    expect(fillVariables(files)).to.deep.equal(files);
  });
});

describe('unfilledVariable', () => {
  it('tells the variable, and why', () => {
    expect(unfilledVariable('rate({a="b"}[$__rate_interval])', 'logql')).to.match(
      /^Grafana does not fill in \$__rate_interval here: .*only for Prometheus/,
    );
    expect(unfilledVariable(`rate(a{job=~"\${job:regex}"}[5m])`, 'promql')).to.contain(`\${job:regex}`);
    expect(unfilledVariable('rate(a[5m]) > $limit', 'promql')).to.contain('$limit');
  });
  it('is none in a query that has what it needs', () => {
    for (const expr of ['rate(a[5m])', 'a{b=~"x$"}', `label_replace(a, "b", "\${1}", "c", "(.*)")`])
      expect(unfilledVariable(expr, 'promql'), expr).to.equal(undefined);
  });
});
