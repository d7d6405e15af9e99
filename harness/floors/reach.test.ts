import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import { alertingRules } from '../../configuration/rules/choose-rule.ts';
import { reachesOf, seenForMs } from './reach.ts';

const filesWith = (expr: string) =>
  new UsedFiles([
    [
      'prometheus/rules/a.yml',
      JSON.stringify({
        groups: [
          { name: 'recorded', interval: '2s', rules: [{ record: 'job:e:rate', expr: 'rate(e[20s])' }] },
          { name: 'alerts', interval: '1s', rules: [{ alert: 'A', expr }] },
        ],
      }),
    ],
  ]);
const of = (expr: string) => {
  const files = filesWith(expr);
  return {
    byAlert: reachesOf(files, 15)
      .get('A')
      ?.map(({ backMs }) => backMs),
    byRule: alertingRules(files).map(seenForMs),
  };
};

describe('how far a rule looks back', () => {
  it('is its longest window and its offset, by alert and, with its own evaluation, by rule', () => {
    expect(of('rate(e[4s]) > 0')).to.deep.equal({ byAlert: [4_000], byRule: [5_000] });
    expect(of('rate(e[4s] offset 12s) > 0')).to.deep.equal({ byAlert: [16_000], byRule: [17_000] });
  });

  it('goes through recording rules, each with its evaluation', () => {
    expect(of('job:e:rate > 0')).to.deep.equal({ byAlert: [22_000], byRule: [23_000] });
  });

  it('adds a range of log lines to the range around it', () => {
    const rule = {
      title: 'A',
      condition: 'B',
      data: [
        {
          ...{ refId: 'A', datasourceUid: 'l', relativeTimeRange: { from: 60, to: 0 } },
          model: { expr: 'sum(count_over_time({a="b"}[20s])) or vector(0)' },
        },
        { refId: 'B', datasourceUid: '__expr__', model: { type: 'reduce', reducer: 'max', expression: 'A' } },
      ],
    };
    const files = new UsedFiles([
      [
        'grafana/provisioning/datasources/d.yaml',
        JSON.stringify({ datasources: [{ uid: 'l', type: 'loki' }] }),
      ],
      ['grafana/provisioning/alerting/r.yaml', JSON.stringify({ groups: [{ name: 'g', rules: [rule] }] })],
    ]);
    expect(
      reachesOf(files, 15)
        .get('A')
        ?.map(({ backMs }) => backMs),
    ).to.deep.equal([80_000]);
  });

  it('includes an offset of a day where the fault must be forgotten, not where it is held on', () => {
    expect(of('rate(e[4s] offset 1d) > 0')).to.deep.equal({ byAlert: [4_000], byRule: [86_405_000] });
  });
});
