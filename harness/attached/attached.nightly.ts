/*
 * Drills of stagings that the test starts: alerts that are lost, a staging behind TLS, tokens and paths, one that is on
 * fire, and drills that are killed or whose revert fails.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Scope } from '../../core/scope.ts';
import { serve } from '../../signals/readers/testing/components.ts';
import { type CliCommand, runCli } from '../testing/cli.ts';
import { startFront } from './testing/front.ts';
import { killIn } from './testing/kill-in.ts';
import {
  breaking,
  breakShop,
  type LiveStaging,
  type StagingOptions,
  stagingYaml,
  startStaging,
} from './testing/live-staging.ts';

const token = 'eyJmaXJlZHJpbGwtdGVzdC10b2tlbg';

describe('stagings that run already', function () {
  this.timeout(900_000);
  let scope: Scope;
  let ended: AbortController;

  beforeEach(() => {
    scope = new Scope();
    ended = new AbortController();
  });
  afterEach(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  const started = (options: StagingOptions = {}) => startStaging(scope, options, ended.signal);
  const drill = (yaml: string, more: Partial<CliCommand> = {}, scenario = breakShop()) =>
    runCli({
      args: ['--attach', '{dir}/staging.yaml', '{dir}/scenario.yaml'],
      ...more,
      files: { 'staging.yaml': yaml, 'scenario.yaml': scenario, ...more.files },
    });
  const autopsyOf = ({ kept }: Awaited<ReturnType<typeof runCli>>) =>
    kept?.record.verdicts.find(({ check }) => check === 'arrives')?.autopsy;

  it('a threshold that is too high fails where the rule is not true', async () => {
    const staging = await started({ threshold: 1 });
    const result = await drill(stagingYaml(staging));
    expect(result.exitCode, result.stderr).to.equal(1);
    expect(autopsyOf(result)?.hop).to.equal('expression true');
    expect(staging.state.broken).to.equal(false);
  });

  it('a route that is lost fails at the page', async () => {
    const staging = await started({ routed: false });
    const result = await drill(stagingYaml(staging));
    expect(result.exitCode, result.stderr).to.equal(1);
    expect(autopsyOf(result)?.hop).to.equal('page received');
    expect(autopsyOf(result)?.evidence.join('\n')).to.contain('nobody');
  });

  it('is drilled behind TLS, a token and paths, by GET alone, and is left byte for byte as it was', async () => {
    const staging = await started();
    const front = await startFront(scope, token, {
      prom: staging.prometheusUrl,
      am: staging.alertmanagerUrl,
    });
    const before = await stateOf(staging);
    const backEnd = (path: string) => ({
      url: `${front.url}/${path}`,
      bearer: { env: 'STAGING_TOKEN' },
      tls: { ca: 'ca.pem' },
    });
    const yaml = stagingYaml(staging, {
      hosts: ['localhost', '127.0.0.1'],
      prometheus: backEnd('prom'),
      alertmanager: backEnd('am'),
    });
    const files = { 'ca.pem': front.authority };
    const result = await drill(yaml, { files, env: { STAGING_TOKEN: token } });
    expect(result.exitCode, result.stderr).to.equal(0);
    expect([...new Set(front.asked.map((one) => one.split(' ')[0]))]).to.deep.equal(['GET']);
    expect(await stateOf(staging)).to.deep.equal(before);
    const told = [result.stdout, result.stderr, JSON.stringify(result.kept)].join('\n');
    expect(told).not.to.contain(token);
    const plan = await drill(yaml, {
      files,
      env: { STAGING_TOKEN: token },
      args: ['--attach', '{dir}/staging.yaml', '{dir}/scenario.yaml', '--plan'],
    });
    expect(plan.stdout).to.contain('POST shop:8080/break').and.to.contain('a bearer token');
    expect(plan.stdout).not.to.contain(token);
  });

  it('where nothing is rerouted is judged up to the notifier, and says so', async () => {
    const staging = await started();
    const sink = await serve(scope, (_, response) => response.end('ok'), staging.receivers);
    expect(sink).to.equal(staging.receivers);
    const pages = { pages: 'until-notifier', receivers: { listen: '127.0.0.1:0' } };
    const result = await drill(stagingYaml(staging, pages));
    expect(result.exitCode, result.stderr).to.equal(0);
    const checks = result.kept?.record.verdicts.map(({ check }) => check);
    expect(checks).to.deep.equal(['handed-over', 'rules', 'nothing-left']);
    expect(result.kept?.record.verdicts[0]?.message).to.match(
      /^handed over .*; whether the page arrived was not seen$/,
    );
    expect(result.kept?.record.pages).to.deep.equal([]);
  });

  it('whose notifier nobody answers fails, although Alertmanager has the alert', async () => {
    const staging = await started();
    const pages = { pages: 'until-notifier', receivers: { listen: '127.0.0.1:0' } };
    const result = await drill(stagingYaml(staging, pages));
    expect(result.exitCode, result.stderr).to.equal(1);
    expect(result.kept?.record.verdicts[0]).to.include({ check: 'handed-over', outcome: 'fail' });
  });

  it('is loaded up to its ceiling, and not above', async () => {
    const staging = await started();
    const journeys = { greet: { service: 'shop', path: '/greet' } };
    const yaml = stagingYaml(staging, { load: { ceiling: 8, journeys } });
    const loaded = (rate: number) =>
      breakShop({
        load: { rates: { greet: rate }, warmUp: '2s' },
        fault: {
          ...breaking,
          hits: { journey: 'greet', status: [503] },
          telemetry: { signal: 'metric', metric: 'shop_broken' },
          atLeast: 4,
        },
      });
    const result = await drill(yaml, {}, loaded(8));
    expect(result.exitCode, result.stderr).to.equal(0);
    expect(result.kept?.record.faultWindow?.hits).to.be.greaterThan(3);
    expect(
      Math.max(...(result.kept?.record.load?.seconds ?? []).map(({ requests }) => requests)),
    ).to.be.lessThan(10);
    const refused = await drill(yaml, {}, loaded(9));
    expect(refused.exitCode).to.equal(2);
    expect(refused.stderr).to.contain('9 requests per second are more than the staging allows, 8');
  });

  it('that is on fire is refused, with what burns', async () => {
    const staging = await started();
    staging.state.broken = true;
    const result = await drill(stagingYaml(staging));
    expect(result.exitCode, result.stderr).to.equal(3);
    expect(result.kept?.record.problem?.phase).to.equal('quiet gate');
    expect(result.kept?.record.problem?.problems[0]?.message).to.contain('alert ShopBroken is firing');
    expect(result.kept?.record.faultWindow).to.equal(undefined);
  });

  it('is mended at once when the condition holds that ends a drill', async () => {
    const staging = await started();
    const abort = { query: 'shop_broken > 0', every: '1s' };
    const result = await drill(stagingYaml(staging, { abort }));
    expect(result.exitCode, result.stderr).to.equal(3);
    expect(result.kept?.record.problem?.problems[0]?.message).to.contain('shop_broken > 0 gives 1');
    expect(staging.state.broken).to.equal(false);
  });

  it('whose revert fails is told, noted, and mended later', async () => {
    const staging = await started();
    const folder = await mkdtemp(join(tmpdir(), 'attached-test-'));
    scope.defer('folder', () => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'staging.yaml'), stagingYaml(staging));
    await writeFile(join(folder, 'scenario.yaml'), breakShop());
    const attach = ['--attach', join(folder, 'staging.yaml')];
    staging.state.mends = 500;
    const failed = await runCli({ args: [...attach, join(folder, 'scenario.yaml')] });
    expect(failed.exitCode, failed.stderr).to.equal(3);
    expect(failed.kept?.record.problem?.problems[0]?.hint).to.match(/undo it by hand: POST http:\S+\/mend/);
    const again = await runCli({ args: [...attach, '--clean'] });
    expect(again.exitCode, again.stderr).to.equal(3);
    staging.state.mends = 200;
    const cleaned = await runCli({ args: [...attach, '--clean'] });
    expect(cleaned.exitCode, cleaned.stderr).to.equal(0);
    expect(cleaned.stdout).to.contain('reverted the fault of shop-broken: the shop');
    expect(staging.state.broken).to.equal(false);
    expect((await readdir(folder)).sort()).to.deep.equal(['scenario.yaml', 'staging.yaml']);
  });

  for (const phase of [
    'start stack',
    'quiet gate',
    'prove fault',
    'await pages',
    'hold fault',
    'prove recovery',
  ])
    it(`killed in “${phase}” is as it was after the next command`, async () => {
      const staging = await started();
      const before = await stateOf(staging);
      const folder = await mkdtemp(join(tmpdir(), 'attached-test-'));
      scope.defer('folder', () => rm(folder, { recursive: true }));
      await writeFile(join(folder, 'staging.yaml'), stagingYaml(staging));
      await writeFile(join(folder, 'scenario.yaml'), breakShop());
      const attach = ['--attach', join(folder, 'staging.yaml')];
      await killIn(phase, [...attach, join(folder, 'scenario.yaml'), '--runs', join(folder, 'runs')]);
      const cleaned = await runCli({ args: [...attach, '--clean'] });
      expect(cleaned.exitCode, cleaned.stderr).to.equal(0);
      expect(staging.state.broken).to.equal(false);
      expect(await stateOf(staging)).to.deep.equal(before);
      expect((await readdir(folder)).sort()).to.deep.equal(['runs', 'scenario.yaml', 'staging.yaml']);
    });
});

/** What Prometheus tells of a rule beside how it is written. */
const ofState = new Set(['state', 'health', 'alerts', 'lastError', 'lastEvaluation', 'evaluationTime']);

/** What a drill must leave as it is: configuration, rules without their state, and silences. */
async function stateOf({ prometheusUrl, alertmanagerUrl }: LiveStaging): Promise<readonly string[]> {
  const text = async (url: string) => await (await fetch(url)).text();
  const rules = await text(`${prometheusUrl}/api/v1/rules`);
  const { config } = JSON.parse(await text(`${alertmanagerUrl}/api/v2/status`)) as { config: unknown };
  return [
    await text(`${prometheusUrl}/api/v1/status/config`),
    JSON.stringify(JSON.parse(rules, (key, value: unknown) => (ofState.has(key) ? undefined : value))),
    JSON.stringify(config),
    await text(`${alertmanagerUrl}/api/v2/silences`),
    await text(`${alertmanagerUrl}/api/v2/receivers`),
  ];
}
