import { expect } from 'chai';
import { paces } from '../../core/pace.ts';
import { parseScenario, restrictedToStack } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { scenarios } from '../../scenarios/index.ts';
import { readConfigFiles } from '../config-files.ts';
import { UsedFiles, WrittenFiles } from '../files/files.ts';
import { chances } from './chances.ts';
import { reasonText, unpacedExpectations, unpacedRules } from './unpaced-rules.ts';

const scenario = restrictedToStack(parseScenario(checkoutErrors, 'checkout-errors'), 'metrics');
const rule = (expr: string, alert = 'CheckoutErrorRateHigh', labels = {}) =>
  JSON.stringify({ groups: [{ name: 'g', rules: [{ alert, expr, labels }] }] });
/** A rule of Grafana's whose condition is a math expression on a count A and a query B. */
const reckoning = (expression: string, b = 'sum(rate(y[5m]))') => {
  const query = (refId: string, expr: string) => ({ refId, datasourceUid: 'prometheus', model: { expr } });
  const data = [
    query('A', 'sum(increase(x[5m]))'),
    query('B', b),
    { refId: 'C', datasourceUid: '__expr__', model: { type: 'math', expression } },
  ];
  const own = { title: 'CheckoutErrorRateHigh', condition: 'C', data };
  const rules = JSON.stringify({ groups: [{ name: 'g', folder: 'f', interval: '1m', rules: [own] }] });
  return new WrittenFiles([['grafana/provisioning/alerting/r.yaml', rules]]);
};

const grafanaRule = (expr: string, type: string, limit: number) =>
  JSON.stringify({
    groups: [
      {
        name: 'g',
        folder: 'f',
        interval: '1m',
        rules: [
          {
            title: 'CheckoutErrorRateHigh',
            condition: 'C',
            data: [
              { refId: 'A', datasourceUid: 'loki', model: { expr } },
              {
                refId: 'C',
                datasourceUid: '__expr__',
                model: {
                  type: 'threshold',
                  expression: 'A',
                  conditions: [{ evaluator: { type, params: [limit] } }],
                },
              },
            ],
          },
        ],
      },
    ],
  });

/** A rule that reads a recorded metric. */
const recorded = (record: string, recordedExpr: string, expr: string, interval = '15s') =>
  JSON.stringify({
    groups: [
      { name: 'slo', interval, rules: [{ record, expr: recordedExpr }] },
      { name: 'g', rules: [{ alert: 'CheckoutErrorRateHigh', expr, labels: {} }] },
    ],
  });

const written = (expr: string, labels = {}) =>
  new WrittenFiles([['prometheus/rules/a.yml', rule(expr, 'CheckoutErrorRateHigh', labels)]]);

/** The used files at their paths in the configuration. */
const asWritten = (used: UsedFiles) =>
  new WrittenFiles(
    [...used].map(([path, text]) => [path.replace(/^(storefront-sidecar|hub)/, 'collector'), text]),
  );

describe('rules that a divided pace would change', () => {
  const problems = (files: WrittenFiles, pace: keyof typeof paces = 'fast') =>
    unpacedExpectations(scenario, files, paces[pace]).map(({ message, hint }) => `${message}; ${hint}`);

  it('are refused where the scenario expects their alert', () => {
    const [problem, ...more] = problems(written('changes(x[10m]) > 3'));
    expect(more).to.deep.equal([]);
    expect(problem).to.match(
      /CheckoutErrorRateHigh \(prometheus\/rules\/a.yml:1\) cannot be judged at fast pace/,
    );
    expect(problem).to.match(/changes\(x\[10m\]\) needs 4 events.*--pace real/);
    expect(problems(written('time() - done > 300'))[0]).to.match(/time\(\) is a time that no pace divides/);
    expect(problems(written('predict_linear(free[1h], 14400) < 0'))[0]).to.match(
      /predict_linear\(free\[1h\], 14400\)/,
    );
  });

  it('are refused also for what a recording rule counts, or a clock that it reads', () => {
    const reading = (expr: string, recordedExpr: string) =>
      problems(new WrittenFiles([['prometheus/rules/a.yml', recorded('job:x', recordedExpr, expr)]]));
    expect(reading('job:x > 3', 'sum by (job) (increase(x[5m]))')[0]).to.match(
      /increase\(x\[5m\]\) needs 4 events/,
    );
    expect(reading('job:x > 300', 'time() - done')[0]).to.match(/time\(\) is a time that no pace divides/);
    expect(reading('job:x > 1000', 'sum by (job) (increase(x[5m]))')).to.deep.equal([]);
    expect(reading('job:x > 0.05', 'rate(x[5m])')).to.deep.equal([]);
  });

  it('are sound at real pace, and so are counts that have a scale', () => {
    expect(problems(written('changes(x[10m]) > 3'), 'real')).to.deep.equal([]);
    expect(problems(written('increase(x[5m]) > 1000'))).to.deep.equal([]);
    expect(problems(written('rate(x[5m]) > 0.1'))).to.deep.equal([]);
  });

  it('are only told where nothing is expected of them', () => {
    const other = new WrittenFiles([
      ...written('rate(x[5m]) > 0.1'),
      ['prometheus/rules/b.yml', rule('hour() > 8', 'Late')] as const,
    ]);
    expect(problems(other)).to.deep.equal([]);
    const [found, ...more] = unpacedRules(other, paces.fast);
    expect(more).to.deep.equal([]);
    expect(found).to.deep.include({ alert: 'Late', manager: 'prometheus' });
    expect(found?.reasons.map(reasonText)).to.deep.equal(['hour() is a time that no pace divides']);
  });

  it('are not confused with another rule of the same name', () => {
    expect(problems(written('hour() > 8', { severity: 'info' }))).to.deep.equal([]);
    expect(problems(written('hour() > 8', { severity: 'critical' }))).to.have.length(1);
  });

  it('of Grafana are known by the threshold of the rule', () => {
    const files = (limit: number) =>
      new WrittenFiles([
        [
          'grafana/provisioning/alerting/r.yaml',
          grafanaRule('sum(count_over_time({a="b"}[5m]))', 'gt', limit),
        ],
        [
          'grafana/provisioning/datasources/d.yaml',
          JSON.stringify({ datasources: [{ uid: 'loki', type: 'loki' }] }),
        ],
      ]);
    expect(problems(files(0))).to.deep.equal([]);
    expect(problems(files(100))).to.deep.equal([]);
    expect(problems(files(5))[0]).to.match(/count_over_time\(\{a="b"\}\[5m\]\) needs 6 events/);
  });

  it('of Grafana are known by each threshold that is joined with others', () => {
    expect(problems(reckoning('$A > 3 && $B > 1'))[0]).to.match(/increase\(x\[5m\]\) needs 4 events/);
    expect(problems(reckoning('$A > 300 && $B > 1'))).to.deep.equal([]);
  });

  it('of Grafana are known by what its expressions reckon with them', () => {
    const needs = (expression: string, b?: string) => {
      const found = problems(reckoning(expression, b));
      return found.map((problem) => problem.match(/needs \d+ events/g)?.join());
    };
    expect(needs('$A / 300 > 0.01')).to.deep.equal(['needs 4 events']);
    expect(needs('0.01 < $A / (5 * 60)')).to.deep.equal(['needs 4 events']);
    expect(needs('abs($A - 2) * 2 > 4')).to.deep.equal(['needs 5 events']);
    expect(needs('$A * 60 > 3')).to.deep.equal([]);
    expect(needs('$A / 300 > 1')).to.deep.equal([]);
    expect(needs('$A + $B > 3', 'sum(changes(y[5m]))')).to.deep.equal(['needs 4 events,needs 4 events']);
    expect(needs('$A / $B > 0.1', 'sum(increase(y[5m]))')).to.deep.equal([]);
  });
});

describe('what the configuration makes a matter of chance', () => {
  const files = (changed: Record<string, string> = {}) =>
    new UsedFiles(
      Object.entries({
        'prometheus/prometheus.yml':
          '{ global: { scrape_interval: 15s, evaluation_interval: 15s }, scrape_configs: [{ job_name: a }] }',
        'prometheus/rules/a.yml': rule('rate(x[1m]) > 0.1'),
        'storefront-sidecar/sidecar.yaml':
          '{ processors: { batch: { timeout: 1s } }, exporters: { prometheus: { metric_expiration: 1m } } }',
        'storefront/telemetry.env': 'OTEL_METRIC_EXPORT_INTERVAL=15000\n',
        ...changed,
      }),
    );
  const told = (changed: Record<string, string>, given = scenario) => {
    const used = files(changed);
    return chances(given, used, asWritten(used), paces.real).map(
      ({ where, message }) => `${where}: ${message}`,
    );
  };

  it('is nothing in a sound one', () => {
    expect(told({})).to.deep.equal([]);
  });

  it('is a series that is forgotten between two exports', () => {
    const [problem] = told({
      'storefront-sidecar/sidecar.yaml': '{ exporters: { prometheus: { metric_expiration: 10s } } }',
    });
    expect(problem).to.match(
      /^collector\/sidecar.yaml:1: exporters.prometheus.metric_expiration: 10s .*\(15s, /,
    );
    const slowly = told({ 'storefront/telemetry.env': '' });
    expect(slowly.join('\n')).to.match(/metric_expiration: 1m .*\(1m, /);
  });

  it('is such a series of a Collector of the user, of whatever name', () => {
    const hub = (metric_expiration: string) => ({
      'hub/hub.yaml': JSON.stringify({
        exporters: { prometheus: { metric_expiration } },
        service: { pipelines: { metrics: { receivers: ['otlp'], exporters: ['prometheus'] } } },
      }),
    });
    expect(told(hub('10s'))[0]).to.match(
      /^collector\/hub\.yaml:1: exporters.prometheus.metric_expiration: 10s /,
    );
    expect(told(hub('1m'))).to.deep.equal([]);
  });

  it('is a window that holds two samples now and then', () => {
    const [problem] = told({ 'prometheus/rules/a.yml': rule('rate(x[20s]) > 0.1') });
    expect(problem).to.match(
      /^prometheus\/rules\/a\.yml:1: groups\[g\]\.rules\[CheckoutErrorRateHigh\]: x\[20s\] looks back 20s, and samples come every 15s.* rate needs is chance; expected at checkout-errors: expectations\[0\]/,
    );
    // Never two: the drill shows that.
    expect(told({ 'prometheus/rules/a.yml': rule('rate(x[15s]) > 0.1') })).to.deep.equal([]);
    expect(told({ 'prometheus/rules/a.yml': rule('max_over_time(x[20s]) > 0.1') })).to.deep.equal([]);
  });

  it('is a window that holds a sample now and then', () => {
    const [problem] = told({ 'prometheus/rules/a.yml': rule('max_over_time(x[10s]) > 3') });
    expect(problem).to.match(
      /x\[10s\] looks back 10s, .* every 15s: .* the one that max_over_time needs is chance/,
    );
    expect(told({ 'prometheus/rules/a.yml': rule('absent_over_time(x[5s])') })).to.have.length(1);
    expect(told({ 'prometheus/rules/a.yml': rule('max_over_time(x[15s]) > 3') })).to.deep.equal([]);
  });

  it('is such a window of a recording rule, or over what is recorded seldom', () => {
    const reading = (expr: string, recordedExpr: string, interval = '15s') =>
      told({ 'prometheus/rules/a.yml': recorded('job:x', recordedExpr, expr, interval) });
    expect(reading('job:x > 0.1', 'sum by (job) (rate(x[20s]))')[0]).to.match(
      /x\[20s\] looks back 20s, and samples come every 15s/,
    );
    expect(reading('rate(job:x[90s]) > 0.1', 'sum by (job) (x)', '1m')[0]).to.match(
      /looks back 1m30s, and samples come every 1m: .* rate needs is chance/,
    );
    expect(reading('rate(job:x[4m]) > 0.1', 'sum by (job) (x)', '1m')).to.deep.equal([]);
  });

  it('is a window that holds an export now and then', () => {
    const [problem] = told({
      'storefront/telemetry.env': 'OTEL_METRIC_EXPORT_INTERVAL=50000\n',
    });
    expect(problem).to.match(/x\[1m\] looks back 1m, and services export every 50s/);
    expect(told({ 'storefront/telemetry.env': 'OTEL_METRIC_EXPORT_INTERVAL=45000\n' })).to.deep.equal([]);
  });

  it('is a series that is scraped less often than Prometheus looks back', () => {
    const [problem] = told({
      'prometheus/prometheus.yml':
        '{ global: { scrape_interval: 15s }, scrape_configs: [{ job_name: a }, { job_name: slow, scrape_interval: 10m }] }',
    });
    expect(problem).to.match(/scrape_configs\[slow\]: it is scraped every 10m, and Prometheus looks back 5m/);
  });

  it('is a burst that may pass between two evaluations, or two scrapes', () => {
    const burst = { ...scenario, fault: { ...scenario.fault, lasts: '8s' } };
    const rarely =
      '{ global: { scrape_interval: 15s, evaluation_interval: 5m }, scrape_configs: [{ job_name: a }] }';
    const slow = told({ 'prometheus/prometheus.yml': rarely }, burst);
    expect(slow[0]).to.match(
      /^checkout-errors: fault\.lasts: the fault shows for 1m8s, and the rule of CheckoutErrorRateHigh \(prometheus\/rules\/a.yml:1\) is evaluated every 5m/,
    );
    const suppressed = {
      kind: 'suppressed' as const,
      ...{ alerts: ['CheckoutErrorRateHigh'], by: 'DatabaseDown' },
    };
    expect(
      told({ 'prometheus/prometheus.yml': rarely }, { ...burst, expectations: [suppressed] }),
    ).to.deep.equal(slow);
    const gauge = told(
      {
        'prometheus/prometheus.yml':
          '{ global: { scrape_interval: 15s, evaluation_interval: 5s }, scrape_configs: [{ job_name: a }] }',
        'prometheus/rules/a.yml': rule('x > 3'),
      },
      burst,
    );
    expect(gauge[0]).to.match(
      /the fault shows for 8s, and the rule of CheckoutErrorRateHigh .* is fed every 15s/,
    );
    expect(told({}, burst)).to.deep.equal([]);
  });

  describe('of log lines', () => {
    const batch = (timeout: string) =>
      `{ processors: { batch: { timeout: ${timeout} } }, service: { pipelines: { logs: { processors: [batch] } } } }`;
    const reading = (
      expr: string,
      { model = {}, ...more }: { model?: object; relativeTimeRange?: object } = {},
      given = scenario,
      timeout = '1s',
    ) => {
      const file = JSON.parse(grafanaRule(expr, 'gt', 0));
      Object.assign(file.groups[0].rules[0].data[0], { relativeTimeRange: { from: 60, to: 0 }, ...more });
      Object.assign(file.groups[0].rules[0].data[0].model, { queryType: 'instant' }, model);
      return told(
        {
          'prometheus/rules/a.yml': rule('rate(x[1m]) > 0.1', 'Another'),
          'grafana/provisioning/alerting/r.yaml': JSON.stringify(file),
          'grafana/provisioning/datasources/d.yaml': JSON.stringify({
            datasources: [{ uid: 'loki', type: 'loki' }],
          }),
          'storefront-sidecar/sidecar.yaml': batch(timeout),
          'storefront/telemetry.env': 'OTEL_METRIC_EXPORT_INTERVAL=15000\nOTEL_BLRP_SCHEDULE_DELAY=5000\n',
        },
        given,
      );
    };

    it('is a window that has passed before they come', () => {
      const [problem, ...more] = reading('sum(count_over_time({a="b"}[5s]))');
      expect(more).to.deep.equal([]);
      expect(problem).to.match(
        /count_over_time\({a="b"}\[5s\]\) sees a line for 5s, and lines take up to 6s100ms to come/,
      );
      expect(reading('rate({a="b"} | json | unwrap x [6s])')).to.have.length(1);
      expect(reading('absent_over_time({a="b"}[30s])', {}, scenario, '30s')).to.have.length(1);
      // Only one of them.
      expect(reading('sum(rate({a="b"}[5s])) / sum(rate({a="b"}[1m]))')).to.have.length(1);
      expect(reading('sum(count_over_time({a="b"}[7s]))')).to.deep.equal([]);
    });

    it('is none where the rule looks at an earlier time, or at a range of times', () => {
      expect(reading('sum(count_over_time({a="b"}[5s] offset 5s))')).to.deep.equal([]);
      expect(
        reading('sum(count_over_time({a="b"}[5s]))', { relativeTimeRange: { from: 60, to: 10 } }),
      ).to.deep.equal([]);
      expect(reading('sum(count_over_time({a="b"}[5s]))', { model: { queryType: 'range' } })).to.deep.equal(
        [],
      );
    });

    it('is a burst of them that may pass between two evaluations', () => {
      const burst = { ...scenario, fault: { ...scenario.fault, lasts: '8s' } };
      const [problem] = reading('sum(count_over_time({a="b"}[20s])) > 0', {}, burst);
      expect(problem).to.match(
        /the lines of the fault are seen for 21s900ms, and the rule of \S+ \(\S+:\d+\) is evaluated every 1m/,
      );
      expect(reading('sum(count_over_time({a="b"}[1m])) > 0', {}, burst)).to.deep.equal([]);
    });
  });

  it('is told with the numbers as written, at any pace', () => {
    const used = new UsedFiles([
      ...files(),
      [
        'storefront-sidecar/sidecar.yaml',
        '{ exporters: { prometheus: { metric_expiration: 667ms } } }',
      ] as const,
      ['storefront/telemetry.env', 'OTEL_METRIC_EXPORT_INTERVAL=1000\n'] as const,
      ['prometheus/prometheus.yml', '{ global: { scrape_interval: 1s, evaluation_interval: 1s } }'] as const,
    ]);
    const [problem] = chances(scenario, used, asWritten(used), paces.fast);
    expect(problem?.message).to.match(/^10s.* \(15s, /);
  });
});

describe('chance in a rule of Grafana', () => {
  it('is reported with the durations as used, like the range itself', () => {
    const used = new UsedFiles([
      ['prometheus/prometheus.yml', '{ global: { scrape_interval: 8s } }'],
      ['storefront/telemetry.env', 'OTEL_METRIC_EXPORT_INTERVAL=1000\n'],
      ['grafana/provisioning/alerting/r.yaml', grafanaRule('rate(x[10s])', 'gt', 0)],
      [
        'grafana/provisioning/datasources/d.yaml',
        JSON.stringify({ datasources: [{ uid: 'loki', type: 'prometheus' }] }),
      ],
    ]);
    const [problem] = chances(scenario, used, asWritten(used), paces.fast);
    expect(problem?.message).to.match(/^x\[10s\] looks back 10s, and samples come every 8s: /);
  });
});

describe('the scenarios of the project', () => {
  const folders = ['config', 'config-full', 'config-direct'].map(
    (name) => new URL(`../../stacks/${name}`, import.meta.url).pathname,
  );

  for (const count of [2, 3]) {
    it(`leave nothing to chance and can be judged at fast pace on ${count === 2 ? 'sidecar' : 'direct'}`, async () => {
      const own = await readConfigFiles(folders.slice(0, count));
      for (const one of scenarios) {
        expect(chances(one, new UsedFiles(own), own, paces.real), one.name).to.deep.equal([]);
        expect(unpacedExpectations(one, own, paces.fast), one.name).to.deep.equal([]);
      }
    });
  }
});
