/*
 * Drills of stagings that the test starts: alerts that are lost, a staging behind TLS, tokens and paths, one that is on
 * fire, and a drill whose revert fails.
 */
import { expect } from 'chai';
import { serve } from '../../signals/readers/testing/components.ts';
import { startFront } from './testing/front.ts';
import { breaking, breakShop, stagingState, stagingYaml } from './testing/live-staging.ts';
import { autopsyOf, StagingTest } from './testing/staging-test.ts';

const token = 'eyJmaXJlZHJpbGwtdGVzdC10b2tlbg';
const untilNotifier = { pages: 'until-notifier', receivers: { listen: '127.0.0.1:0' } };

describe('stagings that run already', function () {
  this.timeout(900_000);

  it('a threshold that is too high fails where the rule is not true', async () => {
    await using test = new StagingTest();
    const staging = await test.start({ threshold: 1 });
    const result = await test.drill(stagingYaml(staging));
    expect(result.exitCode, result.stderr).to.equal(1);
    expect(autopsyOf(result)?.hop).to.equal('expression true');
    expect(staging.state.broken).to.equal(false);
  });

  it('a route that is lost fails at the page', async () => {
    await using test = new StagingTest();
    const staging = await test.start({ routed: false });
    const result = await test.drill(stagingYaml(staging));
    expect(result.exitCode, result.stderr).to.equal(1);
    expect(autopsyOf(result)?.hop).to.equal('page received');
    expect(autopsyOf(result)?.evidence.join('\n')).to.contain('nobody');
  });

  it('whose Alertmanager drops the receiver while it is broken fails there, and says so', async () => {
    await using test = new StagingTest();
    const staging = await test.start();
    staging.state.onBroken = staging.dropReceiver;
    const result = await test.drill(stagingYaml(staging));
    expect(result.exitCode, result.stderr).to.equal(1);
    expect(autopsyOf(result)).to.deep.include({
      hop: 'page received',
      cause: 'Alertmanager was configured anew while the drill ran',
    });
    expect(autopsyOf(result)?.evidence[0]).to.contain('team was in its configuration when the drill began');
    expect(staging.state.broken).to.equal(false);
  });

  it('is drilled behind TLS, a token and paths, by GET alone, and is left byte for byte as it was', async () => {
    await using test = new StagingTest();
    const staging = await test.start();
    const paths = { prom: staging.prometheusUrl, am: staging.alertmanagerUrl };
    const front = await startFront(test.scope, token, paths);
    const before = await stagingState(staging);
    const yaml = stagingYaml(staging, {
      hosts: ['localhost', '127.0.0.1'],
      prometheus: front.backEnd('prom'),
      alertmanager: front.backEnd('am'),
    });
    const folder = await test.folder(yaml, front);
    const result = await folder.drill();
    expect(result.exitCode, result.stderr).to.equal(0);
    expect([...new Set(front.asked.map((one) => one.split(' ')[0]))]).to.deep.equal(['GET']);
    expect(await stagingState(staging)).to.deep.equal(before);
    const told = [result.stdout, result.stderr, JSON.stringify(result.kept)].join('\n');
    expect(told).not.to.contain(token);
    const plan = await folder.plan();
    expect(plan.stdout).to.contain('POST shop:8080/break').and.to.contain('a bearer token');
    expect(plan.stdout).not.to.contain(token);
  });

  it('where nothing is rerouted is judged up to the notifier, and says so', async () => {
    await using test = new StagingTest();
    const staging = await test.start();
    const sink = await serve(test.scope, (_, response) => response.end('ok'), staging.receivers);
    expect(sink).to.equal(staging.receivers);
    const result = await test.drill(stagingYaml(staging, untilNotifier));
    expect(result.exitCode, result.stderr).to.equal(0);
    const checks = result.kept?.record.verdicts.map(({ check }) => check);
    expect(checks).to.deep.equal(['handed-over', 'rules', 'nothing-left']);
    expect(result.kept?.record.verdicts[0]?.message).to.match(
      /^handed over .*; whether the page arrived was not seen$/,
    );
    expect(result.kept?.record.pages).to.deep.equal([]);
  });

  it('whose notifier nobody answers fails, although Alertmanager has the alert', async () => {
    await using test = new StagingTest();
    const staging = await test.start();
    const result = await test.drill(stagingYaml(staging, untilNotifier));
    expect(result.exitCode, result.stderr).to.equal(1);
    expect(result.kept?.record.verdicts[0]).to.include({ check: 'handed-over', outcome: 'fail' });
  });

  it('is loaded up to its ceiling, and not above', async () => {
    await using test = new StagingTest();
    const staging = await test.start();
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
    const result = await test.drill(yaml, { scenario: loaded(8) });
    expect(result.exitCode, result.stderr).to.equal(0);
    expect(result.kept?.record.faultWindow?.hits).to.be.greaterThan(3);
    expect(
      Math.max(...(result.kept?.record.load?.seconds ?? []).map(({ requests }) => requests)),
    ).to.be.lessThan(10);
    const refused = await test.drill(yaml, { scenario: loaded(9) });
    expect(refused.exitCode).to.equal(2);
    expect(refused.stderr).to.contain('9 requests per second are more than the staging allows, 8');
  });

  it('that is on fire is refused, with what burns', async () => {
    await using test = new StagingTest();
    const staging = await test.start();
    staging.state.broken = true;
    const result = await test.drill(stagingYaml(staging));
    expect(result.exitCode, result.stderr).to.equal(3);
    expect(result.kept?.record.problem?.phase).to.equal('quiet gate');
    expect(result.kept?.record.problem?.problems[0]?.message).to.contain('alert ShopBroken is firing');
    expect(result.kept?.record.faultWindow).to.equal(undefined);
  });

  it('is mended at once when the condition holds that ends a drill', async () => {
    await using test = new StagingTest();
    const staging = await test.start();
    const abort = { query: 'shop_broken > 0', every: '1s' };
    const result = await test.drill(stagingYaml(staging, { abort }));
    expect(result.exitCode, result.stderr).to.equal(3);
    expect(result.kept?.record.problem?.problems[0]?.message).to.contain('shop_broken > 0 gives 1');
    expect(staging.state.broken).to.equal(false);
  });

  it('whose revert fails is told, noted, and mended later', async () => {
    await using test = new StagingTest();
    const staging = await test.start();
    const folder = await test.folder(stagingYaml(staging));
    staging.state.mends = 500;
    const failed = await folder.drill();
    expect(failed.exitCode, failed.stderr).to.equal(3);
    expect(failed.kept?.record.problem?.problems[0]?.hint).to.match(/undo it by hand: POST http:\S+\/mend/);
    const again = await folder.clean();
    expect(again.exitCode, again.stderr).to.equal(3);
    staging.state.mends = 200;
    const cleaned = await folder.clean();
    expect(cleaned.exitCode, cleaned.stderr).to.equal(0);
    expect(cleaned.stdout).to.contain('reverted the fault of shop-broken: the shop');
    expect(staging.state.broken).to.equal(false);
    expect(await folder.names()).to.deep.equal(['scenario.yaml', 'staging.yaml']);
  });
});
