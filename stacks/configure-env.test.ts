import { expect } from 'chai';
import { problemsOf } from '../core/testing/problems-of.ts';
import { configure, parseEnv } from './configure.ts';

describe('environment files', () => {
  it('divides intervals, time-outs and delays in milliseconds', () => {
    const text = [
      '# OTEL_METRIC_EXPORT_INTERVAL=1',
      'OTEL_METRIC_EXPORT_INTERVAL=15000',
      'OTEL_BSP_SCHEDULE_DELAY=5000',
      'OTEL_METRIC_EXPORT_TIMEOUT=7',
      'OTEL_BSP_MAX_QUEUE_SIZE=2048',
      'OTEL_EXPORTER_OTLP_TIMEOUT=',
      '',
      'OTEL_RESOURCE_ATTRIBUTES=a=1,b=2',
    ];
    expect(configure('app/telemetry.env', text.join('\n'), 15, (value) => value).split('\n')).to.deep.equal([
      text[0],
      'OTEL_METRIC_EXPORT_INTERVAL=1000',
      'OTEL_BSP_SCHEDULE_DELAY=333',
      'OTEL_METRIC_EXPORT_TIMEOUT=1',
      ...text.slice(4),
    ]);
  });
});

describe('environment files with faults', () => {
  it('are refused, with every line that is no setting', () => {
    const text = '# A=1\n\n  # more\nexport A=1\nA=1\nA: 1\n';
    const problems = problemsOf(() => configure('app/telemetry.env', text, 1, (value) => value));
    expect(problems.map(({ where }) => where)).to.deep.equal(['app/telemetry.env:4', 'app/telemetry.env:6']);
  });
});

describe('parseEnv', () => {
  it('reads settings and passes over everything else', () => {
    expect(parseEnv('# A=1\n\nA=1\nB=c=d # not a comment\nC=\nlower=1\n A=2\nA=3')).to.deep.equal({
      A: '3',
      B: 'c=d # not a comment',
      C: '',
    });
  });
});
