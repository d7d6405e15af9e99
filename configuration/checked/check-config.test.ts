import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { problemsOfPromise } from '../../core/testing/problems-of.ts';
import { prometheusFlags } from '../../stacks/components/prometheus.ts';
import { stackOf } from '../../stacks/stacks.ts';
import { WrittenFiles } from '../files/files.ts';
import { checkConfig } from './check-config.ts';

const rules = 'groups:\n  - name: a\n    rules:\n      - alert: X\n        four: 2m\n';
const written = new WrittenFiles([
  ['prometheus/prometheus.yml', 'rule_files: [rules/*.yml]\n'],
  ['prometheus/rules/a.yml', `# Mine\n\n${rules}`],
  ['prometheus/rules/b.yml', rules],
  ['alertmanager/alertmanager.yml', 'route: { receiver: b }\n'],
]);

describe('what a component refuses', () => {
  let run = '';
  beforeEach(async () => {
    run = await mkdtemp(join(tmpdir(), 'check-config-'));
    const used = new Map([...written, ['prometheus/rules/a.yml', rules]]);
    for (const [path, text] of used) {
      await mkdir(dirname(join(run, path)), { recursive: true });
      await writeFile(join(run, path), text);
    }
  });
  afterEach(() => rm(run, { recursive: true }));

  /** @param seen the directory in which the tools find what is in `run`. */
  const told = async (output: (seen: string) => Readonly<Record<string, string>>, seen: string) => {
    const problems = await problemsOfPromise(
      checkConfig({
        stack: stackOf('metrics', 'sidecar', prometheusFlags),
        runtime: {
          paths: (component) => ({ config: join(seen, component), data: '/data' }),
          configOnHost: (component) => join(run, component),
          check: async ({ name }) => {
            const said = output(seen)[name];
            return { failed: said !== undefined, output: said ?? '' };
          },
        },
        written: new WrittenFiles(
          written,
          new Map([...written.keys()].map((path) => [path, `mine/${path}`])),
        ),
        signal: AbortSignal.timeout(10_000),
      }),
    );
    return problems.map(({ where, message, hint }) => [where, message, hint]);
  };

  for (const where of ['on this machine', 'in a container'] as const) {
    it(`is told of the user's files and their lines, ${where}`, async () => {
      const seen = where === 'in a container' ? '/etc' : run;
      const promtool = (at: string) =>
        [
          `Checking ${at}/prometheus/prometheus.yml`,
          '  SUCCESS: 2 rule files found',
          `Checking ${at}/prometheus/rules/a.yml`,
          '  FAILED:',
          `${at}/prometheus/rules/a.yml: yaml: unmarshal errors:`,
          '  line 5: field four not found in type rulefmt.Rule',
          `${at}/prometheus/rules/a.yml: 4:9: group "a", rule 0: no expression`,
          `${at}/prometheus/rules/b.yml: 4:9: group "a", rule 0: no expression`,
        ].join('\n');
      expect(await told((at) => ({ prometheus: promtool(at) }), seen)).to.deep.equal([
        [
          'prometheus configuration',
          [
            'promtool refuses it:',
            '      FAILED:',
            '    mine/prometheus/rules/a.yml: yaml: unmarshal errors:',
            '      line 7: field four not found in type rulefmt.Rule',
            '    mine/prometheus/rules/a.yml: 6:9: group "a", rule 0: no expression',
            '    mine/prometheus/rules/b.yml: 4:9: group "a", rule 0: no expression',
          ].join('\n'),
          undefined,
        ],
      ]);
    });
  }

  it('is told without what is well', async () => {
    const amtool = (at: string) =>
      `Checking '${at}/alertmanager/alertmanager.yml'  FAILED: undefined receiver "b" used in route\nFound:\n - global config\n - 0 receivers\n\namtool: error: failed to validate 1 file(s)\n`;
    expect(
      (await told((at) => ({ alertmanager: amtool(at) }), run)).map(([, message]) => message),
    ).to.deep.equal([
      `amtool refuses it:\n    Checking 'mine/alertmanager/alertmanager.yml'  FAILED: undefined receiver "b" used in route`,
    ]);
  });

  it('is told before what the tool logs besides', async () => {
    const amtool = (at: string) =>
      [
        `Checking '${at}/alertmanager/alertmanager.yml'time=2026-11-30T03:27:55.672Z level=WARN source=parse.go:176 msg="a new parser"`,
        'time=2026-11-30T03:27:55.673Z level=WARN source=parse.go:176 msg="another"',
        '  FAILED: undefined receiver "b" used in route',
        '',
        'amtool: error: failed to validate 1 file(s)',
      ].join('\n');
    const [[, message = ''] = []] = await told((at) => ({ alertmanager: amtool(at) }), run);
    expect(message.split('\n').map((line) => line.slice(0, 40))).to.deep.equal([
      'amtool refuses it:',
      '      FAILED: undefined receiver "b" used in route'.slice(0, 40),
      '    time=2026-11-30T03:27:55.672Z level=WARN'.slice(0, 40),
      '    time=2026-11-30T03:27:55.673Z level=WARN'.slice(0, 40),
    ]);
  });

  it('of rules is told too where the main file is at fault, and once', async () => {
    const commands: string[][] = [];
    const problems = await problemsOfPromise(
      checkConfig({
        stack: stackOf('metrics', 'sidecar', prometheusFlags),
        runtime: {
          paths: (component) => ({ config: join('/etc', component), data: '/data' }),
          configOnHost: (component) => join(run, component),
          check: async ({ name }, _, args) => {
            if (name !== 'prometheus') return { failed: false, output: '' };
            commands.push([...args]);
            const rule = '/etc/prometheus/rules/b.yml: 4:9: group "a", rule 0: no expression';
            const output = args[1] === 'config' ? `  FAILED: no such key\n${rule}` : `  FAILED:\n${rule}\n`;
            return { failed: true, output };
          },
        },
        written,
        signal: AbortSignal.timeout(10_000),
      }),
    );
    expect(commands).to.deep.equal([
      ['check', 'config', '/etc/prometheus/prometheus.yml'],
      ['check', 'rules', '/etc/prometheus/rules/a.yml', '/etc/prometheus/rules/b.yml'],
    ]);
    expect(problems.map(({ message }) => message)).to.deep.equal([
      [
        'promtool refuses it:',
        '      FAILED: no such key',
        '    prometheus/rules/b.yml: 4:9: group "a", rule 0: no expression',
        '      FAILED:',
      ].join('\n'),
    ]);
  });

  it('of a Collector that is built without a component says how to name another one', async () => {
    const unknown = `'receivers' unknown type: "httpcheck" for id: "httpcheck" (valid values: [otlp])`;
    const hints = async (said: string) =>
      (await told(() => ({ 'orders-sidecar': said }), '/etc')).map(([, , hint]) => hint);
    expect(await hints(unknown)).to.deep.equal([
      'this Collector is built without it; name one that has it, e.g. otelcol-contrib, by FIREDRILL_OTELCOL',
    ]);
    expect(await hints("'exporters' has invalid keys: exporter")).to.deep.equal([undefined]);
  });

  it('of none is nothing', async () => {
    await checkConfig({
      stack: stackOf('metrics', 'sidecar', prometheusFlags),
      runtime: {
        paths: () => ({ config: run, data: '/data' }),
        configOnHost: () => run,
        check: async () => ({ failed: false, output: 'SUCCESS' }),
      },
      written,
      signal: AbortSignal.timeout(10_000),
    });
  });
});
