import { expect } from 'chai';
import { parse } from 'yaml';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { scaleDuration } from './configure.ts';
import { configured } from './testing/configured.ts';

const asIs = (text: string) => text;

/** The file as used, at fast pace, with its addresses left alone. */
const fast = (file: string, text: string) => configured(file, text, 15, asIs);

describe('configure', () => {
  describe('samples older than the newest', () => {
    const file = 'prometheus/prometheus.yml';
    const used = (text: string, outOfOrderMs?: number, path = file) =>
      parse(configured(path, text, 15, asIs, outOfOrderMs === undefined ? {} : { outOfOrderMs }));
    const hour = 3_600_000;
    const withWindow = (window: string) =>
      `storage: { tsdb: { out_of_order_time_window: ${window}, retention: { time: 1d } } }\n`;
    const tsdbOf = (text: string, ms?: number) => used(text, ms).storage?.tsdb;

    it('are accepted if the run writes some, undivided by the pace', () => {
      for (const text of ['global: {}\n', 'storage:\n', 'storage: { tsdb: }\n'])
        expect(tsdbOf(text, 1.5 * hour), text).to.deep.equal({ out_of_order_time_window: '1h30m' });
      const exemplars = { max_exemplars: 5 };
      expect(used('storage: { exemplars: { max_exemplars: 5 } }\n', hour).storage).to.deep.equal({
        exemplars,
        tsdb: { out_of_order_time_window: '1h' },
      });
    });

    it('are left to the file if the run writes none, and in other files', () => {
      expect(used('global: {}\n')).not.to.have.property('storage');
      expect(tsdbOf(withWindow('30m'))).to.deep.include({ out_of_order_time_window: '30m' });
      expect(used('groups: []\n', hour, 'prometheus/rules/a.yml')).to.deep.equal({ groups: [] });
    });

    it('may be as old as the file says, if that is longer', () => {
      for (const [own, kept] of [
        ['30m', '1h'],
        ['2h', '2h'],
        ['', '1h'],
      ] as const)
        expect(tsdbOf(withWindow(own), hour), own).to.deep.equal({
          out_of_order_time_window: kept,
          retention: { time: '1d' },
        });
    });

    it('are not accepted by a file of another form, which is told', () => {
      for (const text of ['storage: [a]\n', 'storage: { tsdb: a }\n'])
        expect(problemsOf(() => used(text, hour))[0]?.message).to.equal('expected a map (key: value)');
    });
  });

  describe('durations', () => {
    it('of Prometheus', () => {
      const text = `global:
  scrape_interval: 15s
  scrape_timeout: 10s
  evaluation_interval: 30s
  rule_query_offset: 1m
  external_labels: { window: 15s }
scrape_configs:
  - job_name: a
    scrape_interval: 1m
    scrape_timeout: 45s
  - { job_name: b, scrape_interval: 5m }
`;
      for (const file of ['prometheus/prometheus.yml', 'prometheus/prometheus.yaml']) {
        expect(parse(fast(file, text)), file).to.deep.equal({
          global: {
            scrape_interval: '1s',
            scrape_timeout: '667ms',
            evaluation_interval: '2s',
            rule_query_offset: '4s',
            external_labels: { window: '15s' },
          },
          scrape_configs: [
            { job_name: 'a', scrape_interval: '4s', scrape_timeout: '3s' },
            { job_name: 'b', scrape_interval: '20s' },
          ],
        });
      }
    });

    it('of rules, also those within expressions', () => {
      const text = `groups:
  - name: 5m
    interval: 30s
    query_offset: 15s
    rules:
      - alert: A
        expr: rate(x[5m]) > 0.05 # a comment of ours
        for: 2m
        keep_firing_for: 10m
        labels: { for: 2m }
        annotations: { summary: failing for 2m }
      - record: b
        expr: sum(rate(y{window="1m"}[1m] offset 5m))
`;
      expect(parse(fast('prometheus/rules/deep/a.yaml', text))).to.deep.equal({
        groups: [
          {
            name: '5m',
            interval: '2s',
            query_offset: '1s',
            rules: [
              {
                alert: 'A',
                expr: 'rate(x[20s]) > 0.05',
                for: '8s',
                keep_firing_for: '40s',
                labels: { for: '2m' },
                annotations: { summary: 'failing for 2m' },
              },
              { record: 'b', expr: 'sum(rate(y{window="1m"}[4s] offset 20s))' },
            ],
          },
        ],
      });
    });

    it('of Alertmanager, in routes at any depth', () => {
      const text = `global: { resolve_timeout: 5m }
route:
  receiver: a
  group_wait: 30s
  routes:
    - receiver: b
      group_interval: 5m
      routes:
        - { receiver: c, repeat_interval: 4h, continue: true }
time_intervals:
  - name: nights
    time_intervals: [{ times: [{ start_time: '20:00', end_time: '24:00' }] }]
receivers: [{ name: a }, { name: group_wait }]
`;
      const used = parse(fast('alertmanager/alertmanager.yml', text));
      expect(used.global.resolve_timeout).to.equal('20s');
      expect(used.route).to.deep.equal({
        receiver: 'a',
        group_wait: '2s',
        // What the file leaves out would be assumed at real pace.
        group_interval: '20s',
        repeat_interval: '16m',
        routes: [
          {
            receiver: 'b',
            group_interval: '20s',
            routes: [{ receiver: 'c', repeat_interval: '16m', continue: true }],
          },
        ],
      });
      expect(used.time_intervals).to.deep.equal(parse(text).time_intervals);
    });

    it('of the Collector: batches, expiry and its own looks, and no limits of its own', () => {
      const text = `receivers:
  httpcheck: { collection_interval: 15s }
processors:
  batch: { timeout: 1s, send_batch_size: 1024 }
  batch/slow: { timeout: 30s }
  memory_limiter: { check_interval: 1s }
exporters:
  prometheus: { endpoint: localhost:8889, metric_expiration: 5m }
`;
      expect(parse(fast('collector/sidecar.yaml', text))).to.deep.equal({
        receivers: { httpcheck: { collection_interval: '1s' } },
        processors: {
          batch: { timeout: '67ms', send_batch_size: 1024 },
          'batch/slow': { timeout: '2s' },
          memory_limiter: { check_interval: '1s' },
        },
        exporters: { prometheus: { endpoint: 'localhost:8889', metric_expiration: '20s' } },
      });
    });

    it('are of other files left alone, and files of other kinds are not read at all', () => {
      expect(fast('grafana/x.yaml', 'for: 2m\n')).to.equal('for: 2m\n');
      expect(fast('prometheus/notes.txt', 'for: [2m')).to.equal('for: [2m');
    });

    it('are as written at real pace', () => {
      const text =
        'groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: x > 1\n        for: 90s\n';
      expect(configured('prometheus/rules/a.yml', text, 1, asIs)).to.contain('for: 1m30s\n');
    });
  });

  it('keeps comments, order, quotes and long lines', () => {
    const long = `"${'word '.repeat(60)}"`;
    const text = `# Why this group exists.
groups:
  - name: a
    rules:
      # Both sides are summed.
      - alert: A
        expr: |
          sum(x) # every one
            > 1
        for: 2m # long enough
        annotations:
          summary: ${long}
          runbook: 'https://runbooks.internal/a'
`;
    expect(fast('prometheus/rules/a.yml', text)).to.equal(text.replace('for: 2m', 'for: 8s'));
  });

  it('refuses what is no YAML, with the line', () => {
    const text = 'groups:\n  - name: a\n    rules: [\n  - name: b\n';
    const [first] = problemsOf(() => fast('prometheus/rules/a.yml', text));
    expect(first?.where).to.match(/^prometheus\/rules\/a\.yml:[34]$/);
    expect(first?.message).to.be.a('string').that.does.not.include('\n');
    const [twice] = problemsOf(() => fast('prometheus/rules/a.yml', 'groups: []\ngroups: []\n'));
    expect(twice).to.deep.include({ where: 'prometheus/rules/a.yml:2' });
    expect(twice?.message).to.match(/unique/);
  });

  it('refuses every duration and every expression that is none, with its place', () => {
    const text = `groups:
  - name: a
    interval: often
    rules:
      - { alert: A, expr: 'rate(x[5m)', for: 2 minutes }
      - { alert: B, expr: x > 1, for: 1m }
`;
    const problems = problemsOf(() => fast('prometheus/rules/a.yml', text));
    expect(problems.map(({ where }) => where)).to.deep.equal([
      'prometheus/rules/a.yml:3: groups[a].interval',
      'prometheus/rules/a.yml:5: groups[a].rules[A].expr',
      'prometheus/rules/a.yml:5: groups[a].rules[A].for',
    ]);
    expect(problems[0]?.message).to.equal('"often" is no duration; expected one such as 15s or 2m');
  });
});

describe('scaleDuration', () => {
  it('divides, and rounds to a millisecond, but never down to nothing', () => {
    expect(scaleDuration('15s', 15)).to.equal('1s');
    expect(scaleDuration('10s', 15)).to.equal('667ms');
    expect(scaleDuration('1ms', 15)).to.equal('1ms');
    expect(scaleDuration('0s', 15)).to.equal('0s');
    expect(scaleDuration('0', 15)).to.equal('0');
  });
});
