import { expect } from 'chai';
import type { HopName } from '../../core/hops.ts';
import { Scope } from '../../core/scope.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { budgetsOf } from './budgets-evidence.ts';
import { failuresSince } from './failure-counters.ts';
import { drill, type ReaderDrill } from './testing/drill.ts';

describe('readers of a real Prometheus and Alertmanager', function () {
  this.timeout(600_000); // The first run on a machine builds both.
  const scope = new Scope();
  const ended = new AbortController();
  let drilled: ReaderDrill;

  before(async () => {
    const { signal } = ended;
    const tools = await builtTools(['prometheus', 'alertmanager'], signal);
    const programs = { prometheus: tools.path('prometheus'), alertmanager: tools.path('alertmanager') };
    drilled = await drill(scope, programs, signal);
  });

  after(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  it('times every hop in order, consistent with what was done', async () => {
    const { injectedAt, revertedAt, goneAt } = drilled;
    const { hops } = await drilled.collect('ErrorsHigh');
    const at = (name: HopName) => hops.find((hop) => hop.name === name)?.at ?? Number.NaN;
    // A scrape is stamped at its start: one that was under way at the injection does not count.
    expect(at('sample stored')).to.be.within(injectedAt, injectedAt + 1_100);
    expect(at('expression true')).to.be.within(at('sample stored'), at('sample stored') + 100);
    expect(at('pending')).to.be.within(at('expression true'), at('expression true') + 2_100);
    expect(at('firing') - at('pending')).to.be.within(2_000, 3_000);
    expect(at('notifier sent')).to.be.within(at('firing'), at('firing') + 1_000);
    expect(drilled.held()?.startsAt).to.equal(at('firing'));
    expect(at('expression false')).to.be.within(revertedAt, revertedAt + 5_100);
    expect(at('resolved')).to.be.within(at('expression false'), at('expression false') + 2_100);
    expect((at('resolved') - at('firing')) % 1_000).to.equal(0);
    expect(goneAt).to.be.within(at('resolved'), at('resolved') + 1_500);
  });

  it('collects the evidence of an alert that came', async () => {
    const evidence = await drilled.collect('ErrorsHigh');
    expect(evidence.rule).to.include({ group: 'shop', forMs: 2_000, intervalMs: 1_000, health: 'ok' });
    expect(evidence.rule?.file).to.match(/rules\.yml$/);
    expect(evidence.rule?.lastError).to.equal('');
    expect(evidence.pending).to.have.lengthOf(1);
    expect(evidence.firing.map(({ labels }) => labels)).to.deep.equal([
      { alertname: 'ErrorsHigh', job: 'shop', severity: 'page' },
    ]);
    expect(evidence.trueStretches).to.have.lengthOf(1);
    expect(evidence.comparison?.observed?.max).to.be.above(0.1);
    expect(evidence.selectors.map(({ series }) => series)).to.deep.equal([1]);
    expect(evidence.alertmanager[0]?.receivers).to.deep.equal(['hook']);
    expect(evidence.alertmanager[0]?.labels).to.include({ run: 'x' });
  });

  it('names the nearest metric for one that does not exist', async () => {
    const evidence = await drilled.collect('NoSuchMetric');
    const [selector] = evidence.selectors;
    expect(selector).to.include({ text: 'shop_eror_total{code="500"}', series: 0 });
    expect(selector?.nearest[0]).to.equal('shop_errors_total');
    expect(evidence).to.deep.include({ trueStretches: [], pending: [], firing: [], alertmanager: [] });
    expect(evidence.comparison?.samples).to.deep.equal([]);
    expect(evidence.comparison).not.to.have.property('observed');
    const reached = evidence.hops.filter((hop) => hop.at !== undefined);
    expect(reached.map(({ name }) => name)).to.deep.equal(['sample stored']);
  });

  it('gives the values of an expression that never crossed its threshold', async () => {
    const { comparison } = await drilled.collect('NeverCrossed');
    expect(comparison).to.include({ left: 'shop_latency_seconds', operator: '>', threshold: 5 });
    expect(comparison?.observed).to.deep.equal({ min: 0.5, max: 0.5 });
    expect(comparison?.samples.length).to.be.within(10, 600);
  });

  it('shows the labels of two sides that do not meet', async () => {
    const { sides, selectors } = await drilled.collect('SidesDiffer');
    expect(sides.map(({ text }) => text)).to.deep.equal(['shop_errors_total', 'shop_latency_seconds']);
    expect(sides.map(({ labels }) => Object.keys(labels[0] ?? {}))).to.deep.equal([
      ['instance', 'job', 'reason'],
      ['instance', 'job'],
    ]);
    expect(selectors[0]?.labelsFound[0]).to.include({ job: 'shop', reason: 'full' });
  });

  it('keeps the error of a rule that cannot be evaluated, and survives a rule that is not there', async () => {
    const failing = await drilled.collect('CannotEvaluate');
    expect(failing.rule?.health).to.equal('err');
    expect(failing.rule?.lastError).to.match(/found duplicate series/);
    const trouble = failuresSince([], await drilled.prometheus.failureCounters());
    expect(trouble.join('\n')).to.match(/^\d+ failed rule evaluations in group .*;shop$/m);
    const absent = await drilled.collect('ErrorsHig');
    expect(absent).not.to.have.property('rule');
    expect(absent.rulesNearby[0]).to.equal('ErrorsHigh');
  });

  it('reads the error ratio of a burn rate over each window, and what is left of the budget', async () => {
    const { prometheus, injectedAt, revertedAt, toMs } = drilled;
    const alerts = [await drilled.collect('BudgetBurn'), await drilled.collect('ErrorsHigh')];
    const [budget, ...others] = await budgetsOf(prometheus, alerts, injectedAt - 2_000, toMs);
    expect(others).to.deep.equal([]);
    expect(budget).to.include({ alert: 'BudgetBurn', slo: 'orders', objective: 0.5 });
    expect(budget?.windows.map(({ window, threshold }) => [window, threshold])).to.deep.equal([
      ['4s', 4.5],
      ['8s', 4.5],
    ]);
    // Ten errors a second are half of twenty.
    const [short = Number.NaN, long = Number.NaN] = (budget?.windows ?? []).map(({ points }) =>
      Math.max(...points.map(([, value]) => value)),
    );
    expect(short).to.be.within(0.3, 0.8);
    expect(long).to.be.within(0.1, short);
    expect(budget?.windows[0]?.points.find(([, value]) => value > 0.1)?.[0]).to.be.within(
      injectedAt,
      revertedAt + 2_000,
    );
    const least = Math.min(...(budget?.remaining ?? []).map(([, value]) => value));
    expect(least).to.be.closeTo(1 - short, 0.05);
  });

  it('reads what else Prometheus knows', async () => {
    const { prometheus } = drilled;
    expect(await prometheus.buildVersion()).to.match(/^3\.\d+\.\d+/);
    expect(await prometheus.targets()).to.have.lengthOf(1);
    expect((await prometheus.targets())[0]).to.include({ job: 'shop', health: 'up', lastError: '' });
    expect((await prometheus.alertmanagers())?.active).to.have.lengthOf(1);
    const names = (await prometheus.alertsNow()).map(({ labels }) => labels.alertname);
    expect(names).to.deep.equal(['AlwaysMuted']);
    const refused = await prometheus.rawSamples('{', 0, 1).catch((error: unknown) => error);
    expect(refused)
      .to.have.property('message')
      .that.matches(/query=.* answered 400: .*parse error/);
  });

  it('reads long ranges at fine steps, in parts that join without a seam', async () => {
    const from = drilled.toMs - 25_000;
    const { series } = await drilled.prometheus.queryRange('vector(1)', from, drilled.toMs, 1);
    const steps = Array.from({ length: 25_001 }, (_, i) => from + i);
    expect(series[0]?.samples.map(([at]) => at)).to.deep.equal(steps);
  });

  it('reads what else Alertmanager knows', async () => {
    const { alertmanager, watch, troubleBefore } = drilled;
    expect(await alertmanager.version()).to.match(/^0\.\d+\.\d+/);
    expect(await alertmanager.config()).to.include('receiver: hook');
    expect(await alertmanager.silences()).to.deep.equal([]);
    const muted = watch.alerts().find(({ labels }) => labels.alertname === 'AlwaysMuted');
    expect(muted?.mutedBy).to.deep.equal(['always']);
    expect((await alertmanager.groups()).map(({ receiver }) => receiver)).to.include('hook');
    const trouble = failuresSince(troubleBefore, await alertmanager.failureCounters());
    expect(trouble.join('\n')).to.match(/^\d+ failed attempts of Alertmanager to notify through webhook$/m);
  });

  it('leaves no process and no watch behind', async () => {
    ended.abort();
    await drilled.watch.done;
    expect(await scope.close()).to.deep.equal([]);
    expect(drilled.children).to.have.lengthOf(2);
    for (const { exitCode, signalCode } of drilled.children)
      expect(exitCode ?? signalCode).not.to.equal(null);
  });
});
