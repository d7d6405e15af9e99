import { expect } from 'chai';
import { WrittenFiles } from '../files/files.ts';
import { grafanaRules } from './grafana-rules.ts';

/** A rule that is true while the query of a data source has a value above 0. */
const rule = (expr: string, datasourceUid = 'lines') => {
  const data = [
    { refId: 'A', datasourceUid, model: { expr } },
    {
      refId: 'B',
      datasourceUid: '__expr__',
      model: { type: 'threshold', expression: 'A', conditions: [{ evaluator: { type: 'gt', params: [0] } }] },
    },
  ];
  const files = {
    'alerting/a.yaml': { groups: [{ name: 'g', rules: [{ title: 'A', condition: 'B', data }] }] },
    'datasources/a.yaml': {
      datasources: [
        { uid: 'lines', type: 'loki' },
        { uid: 'series', type: 'prometheus' },
        { uid: 'other', type: 'other' },
      ],
    },
  };
  const [found] = grafanaRules(
    new WrittenFiles(
      Object.entries(files).map(([path, file]) => [`grafana/provisioning/${path}`, JSON.stringify(file)]),
    ),
  );
  return { reads: found?.reads, expr: found?.expr, logs: Object.fromEntries(found?.logs ?? []) };
};

describe("Grafana's rules in LogQL", () => {
  it('are PromQL over metrics that stand for their ranges', () => {
    expect(
      rule(
        'sum by (a) (count_over_time({b="c"} | took > 5m [5m] offset 1h)) / sum by (a) (rate({b="c"}[1m])) > 3',
      ),
    ).to.deep.equal({
      reads: 'logs',
      expr: '((sum by (a) (log_lines_0 offset 1h) / sum by (a) (log_lines_1) > 3) > 0)',
      logs: {
        log_lines_0: { per: 'count', windowMs: 300_000 },
        log_lines_1: { per: 'second', windowMs: 60_000 },
      },
    });
  });

  it('are known by their windows alone where they reckon with something else than lines', () => {
    for (const range of [
      'rate({a="b"} | unwrap x [5m])',
      'bytes_over_time({a="b"}[5m])',
      'quantile_over_time(0.9, {a="b"} | json | unwrap x [5m]) by (y)',
    ]) {
      expect(rule(`max(${range})`), range).to.deep.equal({
        reads: 'logs',
        expr: '((max(log_lines_0)) > 0)',
        logs: { log_lines_0: { per: 'unknown', windowMs: 300_000 } },
      });
    }
  });

  it('have the length of an interval that Grafana fills in', () => {
    expect(rule(`rate({a="b"}[$__interval])`).logs).to.deep.equal({
      log_lines_0: { per: 'second', windowMs: 60_000 },
    });
  });

  it('are not understood where they do not parse, and look back all the same', () => {
    const spaced = 'rate({a="b"} | json | c > 5m d < 3 e > 1h [10m])';
    for (const [query, expr] of [
      [spaced, 'avg_over_time(not_understood[10m])'],
      [`${spaced} / rate({a="b"} |= "[1d]" [15m])`, 'avg_over_time(not_understood[15m])'],
      ['rate({a="b"})', 'not_understood'],
    ] as const) {
      expect(rule(query), query).to.deep.equal({ reads: 'logs', expr, logs: {} });
    }
  });
});

describe("Grafana's rules that are not understood", () => {
  it('look back as far as their queries do, in either language', () => {
    const expr = (query: string) => rule(query, 'other').expr;
    expect(expr('rate({a="b"} |= "c" [5m])')).to.equal('avg_over_time(not_understood[5m])');
    expect(expr('select [5m] from a')).to.equal('not_understood');
  });
});
