import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { parseEnv } from './configure-env.ts';
import { knownVariables } from './known-variables.ts';
import { configured } from './testing/configured.ts';

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
    expect(configured('app/telemetry.env', text.join('\n'), 15, (value) => value).split('\n')).to.deep.equal([
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
    const problems = problemsOf(() => configured('app/telemetry.env', text, 1, (value) => value));
    expect(problems.map(({ where }) => where)).to.deep.equal(['app/telemetry.env:4', 'app/telemetry.env:6']);
  });
});

describe('environment files with what the SDK would pass over', () => {
  const problems = (text: string) =>
    problemsOf(() => configured('app/telemetry.env', text, 15, (value) => value));

  it('are refused, with the variable that was meant', () => {
    const [problem, ...others] = problems('OTEL_METRICS_EXPORT_INTERVAL=15000\nNODE_OPTIONS=--no-warnings\n');
    expect(others).to.deep.equal([]);
    expect(problem?.where).to.equal('app/telemetry.env:1');
    expect(problem?.message).to.match(/knows no variable OTEL_METRICS_EXPORT_INTERVAL/);
    expect(problem?.hint).to.match(/^did you mean OTEL_METRIC_EXPORT_INTERVAL\? known: /);
  });

  it('are refused where the name is nearly one of the SDK', () => {
    const [first, second, ...others] = problems(
      'METRIC_EXPORT_INTERVAL=5000\nOTLE_BSP_SCHEDULE_DELAY=1\nLOG_LEVEL=debug\nTZ=UTC\nNODE_ENV=production\n',
    );
    expect(others).to.deep.equal([]);
    expect(first?.hint).to.match(/^did you mean OTEL_METRIC_EXPORT_INTERVAL\?/);
    expect(second?.hint).to.match(/^did you mean OTEL_BSP_SCHEDULE_DELAY\?/);
    // Only a program that starts the SDK in another way reads its file.
    expect(problems('OTEL_CONFIG_FILE=/etc/otel.yaml')).to.have.length(1);
  });

  it('are refused for an interval with a unit', () => {
    const [problem] = problems('OTEL_METRIC_EXPORT_INTERVAL=15s');
    expect(problem?.message).to.match(/expected milliseconds, such as 15000, instead of "15s"/);
  });
});

describe('known variables', () => {
  it('are variables that the installed SDK names', async () => {
    const installed = new URL('../../node_modules/@opentelemetry/', import.meta.url);
    const texts: string[] = [];
    for await (const file of glob('**/*.{mjs,js}', { cwd: fileURLToPath(installed) })) {
      const text = await readFile(new URL(file, installed), 'utf8');
      if (text.includes('OTEL_')) texts.push(text);
    }
    const named = new Set(texts.join('\n').match(/OTEL_[A-Z_]+[A-Z]/g));
    // The SDK puts the names of the batch processors and of the exporters together where several signals share them.
    const built = /^OTEL_(EXPORTER_OTLP_(TRACES|METRICS|LOGS)_|B(SP|LRP)_)/;
    expect(knownVariables.filter((name) => !named.has(name) && !built.test(name))).to.deep.equal([]);
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
