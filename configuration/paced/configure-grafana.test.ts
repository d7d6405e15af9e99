import { expect } from 'chai';
import { parse } from 'yaml';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { configured } from './testing/configured.ts';

const rewriteAddresses = (text: string) =>
  text
    .replace('prometheus:9090', '127.0.0.1:1')
    .replace('http://webhook.internal', 'http://127.0.0.1:2')
    .replace('hooks.slack.com', 'changed.example');

const file = (name: string) => `grafana/provisioning/${name}`;
const used = (text: string, factor = 15) =>
  configured(file('alerting/a.yaml'), text, factor, rewriteAddresses);

describe('configureGrafana', () => {
  describe('rules', () => {
    const text = `groups:
  - name: a
    interval: 1m # of the group
    rules:
      - title: A
        for: 2m
        labels: { for: 2m }
        data:
          - datasourceUid: prometheus
            relativeTimeRange: { from: 300, to: 60 }
            model: { expr: 'rate(a[5m]) > 60', intervalMs: 1000 }
          - datasourceUid: loki
            relativeTimeRange: { from: 60, to: 0 }
            model: { expr: 'rate({a="[1m]"}[1m])' }
      - { title: B, for: 0s, data: [{ datasourceUid: other, model: { expr: 'count_over_time({a="b"} |= "c" [10m])' } }] }
  - { name: b, interval: 5m, rules: [] }
`;
    it('count as at real pace, by what their expressions make of it', () => {
      const query = (expression: string) => {
        const rule = {
          condition: 'B',
          data: [
            { refId: 'A', datasourceUid: 'prometheus', model: { expr: 'increase(a[5m])' } },
            { refId: 'B', datasourceUid: '__expr__', model: { type: 'math', expression } },
          ],
        };
        const { groups } = parse(used(JSON.stringify({ groups: [{ rules: [rule] }] })));
        return groups[0].rules[0].data[0].model.expr;
      };
      expect(query('$A / 300 > 1')).to.equal('(15 * increase(a[20s]))');
      expect(query('$A > 0 && $A / 300 < 1')).to.equal('(15 * increase(a[20s]))');
      expect(query('$A * 60 > 3')).to.equal('increase(a[20s])');
      expect(query('$A * 60 > 30000')).to.equal('(15 * increase(a[20s]))');
    });

    it('are paced: groups in whole ticks, windows at least one', () => {
      expect(parse(used(text)).groups).to.deep.equal([
        {
          name: 'a',
          interval: '10s',
          rules: [
            {
              title: 'A',
              for: '8s',
              labels: { for: '2m' },
              data: [
                {
                  datasourceUid: 'prometheus',
                  relativeTimeRange: { from: 20, to: 4 },
                  model: { expr: 'rate(a[20s]) > 60', intervalMs: 1000 },
                },
                {
                  datasourceUid: 'loki',
                  relativeTimeRange: { from: 10, to: 0 },
                  model: { expr: 'rate({a="[1m]"}[10s])' },
                },
              ],
            },
            {
              title: 'B',
              for: '0s',
              data: [
                { datasourceUid: 'other', model: { expr: '(15 * count_over_time({a="b"} |= "c" [40s]))' } },
              ],
            },
          ],
        },
        { name: 'b', interval: '20s', rules: [] },
      ]);
    });
    it('have as many points to count as at real pace, and no fewer where points are far apart', () => {
      const paced = (reducer: string, model: object, from = 600) => {
        const rule = {
          condition: 'B',
          data: [
            { refId: 'A', datasourceUid: 'prometheus', relativeTimeRange: { from, to: 0 }, model },
            { refId: 'B', datasourceUid: '__expr__', model: { type: 'reduce', reducer, expression: 'A' } },
          ],
        };
        const { groups } = parse(used(JSON.stringify({ groups: [{ rules: [rule] }] })));
        const { expr: _, ...own } = groups[0].rules[0].data[0].model;
        return own;
      };
      const expr = 'rate(a[5m])';
      expect(paced('count', { expr })).to.deep.equal({ intervalMs: 67 });
      expect(paced('sum', { expr, intervalMs: 3000 })).to.deep.equal({ intervalMs: 200 });
      expect(paced('max', { expr })).to.deep.equal({});
      expect(paced('max', { expr, interval: '1m' })).to.deep.equal({ interval: '4s' });
      // No range is made shorter than ten seconds: its points are then as many.
      expect(paced('count', { expr }, 60)).to.deep.equal({ intervalMs: 167 });
      expect(paced('count', { expr, instant: true })).to.deep.equal({ instant: true });
    });
    it('are in the language of their data source', () => {
      const own = (language: 'promql' | 'logql') => {
        const rules = text.replace('{a="b"} |= "c" [10m]', '{a="b"}[10m]');
        const languages = new Map([['other', language]]);
        const paced = configured(file('alerting/a.yaml'), rules, 15, rewriteAddresses, { languages });
        return parse(paced).groups[0].rules[1].data[0].model.expr;
      };
      // Both languages have it, and only in one it is a count of events.
      expect(own('logql')).to.equal('(15 * count_over_time({a="b"}[40s]))');
      expect(own('promql')).to.equal('count_over_time({a="b"}[40s])');
    });
    it('keep their comments', () => {
      expect(used(text)).to.contain('interval: 10s # of the group');
    });
    it('stay byte for byte at real pace', () => {
      expect(used(text, 1)).to.equal(text);
    });
    it('are refused with a variable that Grafana does not fill in, and told what to do', () => {
      for (const [from, to] of [
        ['rate(a[5m])', 'rate(a[$__auto])'],
        ['rate(a[5m])', 'rate(a{job="$job"}[5m])'],
        ['rate(a[5m])', `rate(a[\${window}])`],
        ['[1m])', '[$__rate_interval])'],
      ] as const) {
        const problems = problemsOf(() => used(text.replace(from, to)));
        expect(problems, to).to.have.length(1);
        expect(problems[0]?.message, to).to.match(/^Grafana does not fill in \$/);
        expect(problems[0]?.hint, to).to.contain('write out');
      }
    });
    it('may have a $ that is no variable', () => {
      const expr =
        'label_replace(a{path=~"/api/.*$", b!~`^x$`}, "c", "$svc", "d", "(?P<svc>.*)") > label_replace(a, "c", "$1", "d", "(.*)")';
      expect(used(text.replace("'rate(a[5m]) > 60'", () => `'${expr}'`))).to.contain(expr);
    });
    it('are refused in LogQL that does not parse, with the position', () => {
      expect(problemsOf(() => used(text.replace('[1m])', '[1m)')))).to.deep.equal([
        {
          where: `${file('alerting/a.yaml')}:14: groups[a].rules[A].data[1].model.expr`,
          message: 'LogQL expression: line 1, column 19: does not parse at ")"',
          hint: 'if Loki takes it, write it in another way, or drill it with --pace real',
        },
      ]);
    });
    it('are refused in a language that nothing tells', () => {
      const [problem, ...more] = problemsOf(() => used(text.replace('[10m])', 'since 10m)')));
      expect(more).to.deep.equal([]);
      expect(problem?.where).to.equal(`${file('alerting/a.yaml')}:15: groups[a].rules[B].data[0].model.expr`);
      expect(problem?.message).to.match(/neither PromQL nor LogQL/);
      expect(problem?.hint).to.match(/model.datasource.type.*--pace real/);
    });
    it('of a data source that there is not are left as they are: the data source is at fault', () => {
      const odd = text.replace('[10m])', 'since 10m) [$__auto]');
      const sources = new Set(['prometheus', 'loki']);
      const used = configured(file('alerting/a.yaml'), odd, 15, rewriteAddresses, { sources });
      expect(parse(used).groups[0].rules[1].data[0].model.expr).to.equal(
        parse(odd).groups[0].rules[1].data[0].model.expr,
      );
    });
    it('are left to Loki and others at real pace', () => {
      const own = text.replace('[1m])', '[1m] as only Loki knows)').replace('[10m])', 'since 10m)');
      expect(used(own, 1)).to.equal(own);
    });
    it('are refused with every fault at once, and its place', () => {
      const wrong = text.replace('interval: 1m', 'interval: often').replace('a[5m]', 'a[5m');
      expect(problemsOf(() => used(wrong))).to.deep.equal([
        {
          where: `${file('alerting/a.yaml')}:3: groups[a].interval`,
          message: '"often" is no duration; expected one such as 15s or 2m',
        },
        {
          where: `${file('alerting/a.yaml')}:11: groups[a].rules[A].data[0].model.expr`,
          message: 'PromQL expression: line 1, column 10: does not parse at ") > 60"',
        },
      ]);
    });
  });

  it('paces policies, also those below the root, and what the root leaves to Grafana', () => {
    const text = `policies:
  - receiver: a
    group_wait: 15s
    routes:
      - { receiver: b, group_interval: 1m, routes: [{ receiver: c, repeat_interval: 1h }] }
`;
    expect(parse(used(text)).policies).to.deep.equal([
      {
        receiver: 'a',
        group_wait: '1s',
        group_interval: '20s',
        repeat_interval: '16m',
        routes: [{ receiver: 'b', group_interval: '4s', routes: [{ receiver: 'c', repeat_interval: '4m' }] }],
      },
    ]);
  });

  it('rewrites the addresses of data sources, and tells them how often is scraped', () => {
    const text = `datasources:
  - { uid: p, type: prometheus, url: http://prometheus:9090, jsonData: { timeInterval: 15s, note: prometheus:9090 } }
`;
    expect(parse(used(text)).datasources).to.deep.equal([
      {
        uid: 'p',
        type: 'prometheus',
        url: 'http://127.0.0.1:1',
        jsonData: { timeInterval: '1s', note: 'prometheus:9090' },
      },
    ]);
  });

  it('leaves contact points byte for byte, but for where webhooks lead', () => {
    const text = `contactPoints:
  - name: all # everyone
    receivers:
      - { uid: t, type: telegram, settings: { bottoken: "1:a", chatid: "-100" } }
      - { uid: s, type: slack, settings: { url: https://hooks.slack.com/services/T0/B0/x } }
      - { uid: w, type: webhook, settings: { url: https://bridge.corp.example/alerts?team=a } }
`;
    expect(used(text).split('\n')).to.deep.equal(
      text.replace('https://bridge.corp.example', 'http://127.0.0.1:2').split('\n'),
    );
    const vendors = text.split('\n').slice(0, -2).join('\n');
    expect(used(vendors)).to.equal(vendors);
  });

  it('leaves dashboards as they are', () => {
    const json = '{"panels":[{"targets":[{"expr":"rate(a[5m])"}]}]}';
    expect(configured(file('dashboards/a.json'), json, 15, rewriteAddresses)).to.equal(json);
  });

  it('refuses what is no YAML, with its line', () => {
    const [problem] = problemsOf(() => used('a: 1\nb: [1'));
    expect(problem?.where).to.match(/a\.yaml:\d$/);
  });
});
