import { expect } from 'chai';
import { firingHops, resolvingHops } from '../../core/hops.ts';
import { seededRandom } from '../../core/seeded-random.ts';
import { type Compared, compareDrills } from './compare.ts';
import { alertLine, drillLine, drillsOf, missed } from './testing/lines.ts';

const rules = ['WebDown', 'OrdersFail'];
const found = (compared: Partial<Compared>) =>
  compareDrills({ now: drillsOf(7_000), baseline: [], rules, ...compared });
const kinds = (compared: Partial<Compared>) => found(compared).findings.map(({ kind }) => kind);
const page = { scenario: 'web-down', alert: 'WebDown', receiver: 'pagerduty' };

describe('the gate', () => {
  it('is green 500 of 500 times for unchanged alerts, wherever in their floor the waits end', () => {
    const random = seededRandom(1, 'gate');
    const anywhere = () => 6_000 + 2_000 * random();
    const drills = () => drillsOf(anywhere(), anywhere(), anywhere());
    const red = Array.from({ length: 500 }, () => kinds({ now: drills(), baseline: drills() })).flat();
    expect(red).to.deep.equal([]);
  }).timeout(60_000);

  it('finds nothing in drills that are as those of the baseline', () => {
    expect(
      found({ now: drillsOf(6_500, 7_900, 7_000), baseline: drillsOf(7_100, 6_200, 6_300) }),
    ).to.deep.equal({
      findings: [],
      pages: [
        {
          ...page,
          rule: alertLine().rule,
          arrived: { drills: 3, of: 3 },
          ...{ mttdMs: 7_000, beforeMs: 6_300, targetMs: 16_000, floor: alertLine().floor },
          allowedMs: found({ now: drillsOf(1, 2, 3), baseline: drillsOf(1, 2, 3) }).pages[0]?.allowedMs,
        },
      ],
    });
  });

  it('tells a drill beyond the worst case of the floor, also where the median is as before', () => {
    const { findings, pages } = found({
      now: drillsOf(7_000, 14_000, 6_500),
      baseline: drillsOf(7_000, 7_000),
    });
    expect(findings).to.deep.equal([]);
    const worstMs = alertLine().floor?.worst;
    expect(pages[0]?.beyondFloor).to.deep.equal({ drills: 1, of: 3, mttdMs: 14_000, worstMs });
    expect(found({ now: drillsOf((worstMs ?? 0) + 400) }).pages[0]).not.to.have.property('beyondFloor');
  });

  it('finds nothing in drills that hold, without a baseline', () => {
    expect(found({}).findings).to.deep.equal([]);
    expect(found({}).pages[0]).to.not.have.any.keys('beforeMs', 'allowedMs');
  });

  it('names an alert that did not arrive, in how many drills, at which hop and why', () => {
    for (const baseline of [[], drillsOf(7_000)])
      expect(found({ now: [...drillsOf(7_000), drillLine([missed()])], baseline }).findings).to.deep.equal([
        {
          ...{ kind: 'lost-alert', ...page, rule: alertLine().rule, drills: 1, of: 2 },
          ...{ lostAt: 'page received', cause: 'the alert was routed elsewhere' },
        },
      ]);
  });

  it('names one of two alerts that is lost, and not the other', () => {
    const other = { alert: 'OrdersFail', labels: { severity: 'page', team: 'shop' } };
    const { findings } = found({
      now: [drillLine([alertLine(), missed(other)])],
      baseline: [drillLine([alertLine(), alertLine(other)])],
    });
    expect(findings).to.have.length(1);
    expect(findings[0]).to.include({ kind: 'lost-alert', alert: 'OrdersFail' });
  });

  it('names an expectation that is gone, and not its checks', () => {
    const other = alertLine({ alert: 'OrdersFail' });
    const compared = { now: drillsOf(7_000), baseline: [drillLine([alertLine(), other])] };
    expect(found(compared).findings).to.deep.equal([
      { kind: 'lost-expectation', ...page, alert: 'OrdersFail', rule: alertLine().rule },
    ]);
    expect(kinds({ now: compared.baseline, baseline: compared.now })).to.deep.equal([]);
  });

  it('knows an expectation again that demands other labels or another contact point', () => {
    const baseline = drillsOf(7_000);
    for (const changes of [{ labels: { severity: 'critical', team: 'web' } }, { contactPoint: 'pd-team-a' }])
      expect(kinds({ now: [drillLine([alertLine(changes)])], baseline })).to.deep.equal([]);
    const two = (labels: Record<string, string>) => [drillLine([alertLine(), alertLine({ labels })])];
    expect(kinds({ now: two({ instance: 'b' }), baseline: two({ instance: 'a' }) })).to.deep.equal([
      'lost-expectation',
    ]);
  });

  it('names labels and a contact point that an expectation demands no more', () => {
    const demanding = alertLine({ labels: { severity: 'page', team: 'web' }, contactPoint: 'pd-web' });
    const loosened = alertLine({ labels: { severity: 'ticket' } });
    expect(
      found({ now: [drillLine([loosened])], baseline: [drillLine([demanding])] }).findings,
    ).to.deep.equal([
      {
        ...{ kind: 'loosened-expectation', ...page, rule: alertLine().rule },
        ...{ labels: { team: 'web' }, through: 'pd-web' },
      },
    ]);
    expect(kinds({ now: [drillLine([demanding])], baseline: [drillLine([loosened])] })).to.deep.equal([]);
  });

  it('names scenarios of the baseline that are not drilled any more', () => {
    const baseline = [...drillsOf(7_000), drillLine([alertLine()], { scenario: 'stock-fails' })];
    expect(found({ now: drillsOf(7_000), baseline }).findings).to.deep.equal([
      { kind: 'lost-scenario', scenario: 'stock-fails' },
    ]);
    expect(kinds({ now: baseline, baseline: drillsOf(7_000) })).to.deep.equal([]);
  });

  describe('names an alert that was renamed', () => {
    const renamed = alertLine({ alert: 'WebInstanceDown' });
    const noise = [
      { alert: 'WebInstanceDown', receiver: 'pagerduty' as const, labels: { severity: 'page', team: 'web' } },
    ];

    it('in the rules and in the scenario', () => {
      const compared = { now: [drillLine([renamed])], baseline: drillsOf(7_000) };
      expect(found({ ...compared, rules: ['WebInstanceDown', 'OrdersFail'] }).findings).to.deep.equal([
        { kind: 'renamed-alert', ...page, rule: alertLine().rule, to: 'WebInstanceDown', by: 'expectation' },
      ]);
      // Both rules are there: the scenario expects another alert than before.
      expect(kinds({ ...compared, rules: ['WebDown', 'WebInstanceDown'] })).to.deep.equal([
        'lost-expectation',
      ]);
    });

    it('on its way, so that its page comes under the new name', () => {
      const now = [drillLine([missed()], { noise })];
      expect(found({ now, baseline: drillsOf(7_000) }).findings).to.deep.equal([
        { kind: 'renamed-alert', ...page, rule: alertLine().rule, to: 'WebInstanceDown', by: 'page' },
      ]);
    });

    it('and takes no other alert for it', () => {
      const baseline = drillsOf(7_000);
      const other = noise.map((one) => ({ ...one, alert: 'OrdersFail' }));
      // An alert of the rules, with the same labels.
      expect(kinds({ now: [drillLine([missed()], { noise: other })], baseline })).to.deep.equal([
        'lost-alert',
        'new-noise',
      ]);
      const elsewhere = noise.map((one) => ({ ...one, receiver: 'slack' as const }));
      expect(kinds({ now: [drillLine([missed()], { noise: elsewhere })], baseline })).to.deep.equal([
        'lost-alert',
        'new-noise',
      ]);
      // Another scenario of the baseline expects it.
      const known = drillLine([renamed], { scenario: 'other' });
      expect(
        kinds({ now: [drillLine([missed()], { noise }), known], baseline: [...baseline, known] }),
      ).to.deep.equal(['lost-alert', 'new-noise']);
    });
  });

  it('names noise once for each alert and receiver', () => {
    const noise = [
      { alert: 'Other', receiver: 'slack' as const, labels: { pod: 'a' } },
      { alert: 'Other', receiver: 'slack' as const, labels: { pod: 'b' } },
      { alert: 'Quiet', labels: {} },
    ];
    const now = [drillLine([alertLine()], { noise }), ...drillsOf(7_000)];
    expect(found({ now, baseline: drillsOf(7_000) }).findings).to.deep.equal([
      { kind: 'new-noise', scenario: 'web-down', alert: 'Other', receiver: 'slack', drills: 1, of: 2 },
      { kind: 'new-noise', scenario: 'web-down', alert: 'Quiet', drills: 1, of: 2 },
    ]);
  });

  it('names a page that came after its target, with the longest time', () => {
    const late = (mttdMs: number) => drillLine([alertLine({ outcome: 'fail', failed: ['arrives'], mttdMs })]);
    const { findings } = found({ now: [late(17_000), late(18_000), ...drillsOf(7_000)] });
    expect(findings).to.deep.equal([
      {
        ...{ kind: 'late-alert', ...page, rule: alertLine().rule, drills: 2, of: 3 },
        ...{ mttdMs: 18_000, targetMs: 16_000 },
      },
    ]);
  });

  describe('names an alert that has become slower', () => {
    const baseline = drillsOf(6_500, 7_000, 7_500);

    it('if its median has risen by more than chance', () => {
      const allowed = found({ now: baseline, baseline }).pages[0]?.allowedMs ?? Number.NaN;
      expect(allowed).to.be.within(2_000, 2_500);
      const by = (ms: number) => ({ now: drillsOf(6_500, 7_000 + ms, 20_000), baseline });
      expect(kinds(by(allowed - 1))).to.deep.equal([]);
      expect(found(by(allowed + 1)).findings).to.deep.equal([
        {
          ...{ kind: 'slower-alert', ...page, rule: alertLine().rule, changed: [] },
          measured: { nowMs: 7_000 + allowed + 1, beforeMs: 7_000, allowedMs: allowed },
        },
      ]);
    });

    it('but not for one slow drill of three, nor for becoming faster', () => {
      expect(kinds({ now: drillsOf(6_500, 7_000, 15_000), baseline })).to.deep.equal([]);
      expect(kinds({ now: drillsOf(1_000, 1_000, 1_000), baseline })).to.deep.equal([]);
    });

    it('if its configuration alone takes longer, however the waits came out, and says what has changed', () => {
      const slowed = (ms: number) => ({
        baseline,
        now: [
          drillLine([
            alertLine({
              floor: { best: 6_000 + ms, mean: 7_000 + ms, worst: 8_000 + ms },
              dependsOn: { rule: 'r2', route: 'w1', templates: 't1', receiver: 'p2' },
            }),
          ]),
        ],
      });
      expect(found(slowed(1_000)).findings).to.deep.equal([
        {
          ...{ kind: 'slower-alert', ...page, rule: alertLine().rule, changed: ['rule', 'receiver'] },
          floor: { nowMs: 8_000, beforeMs: 7_000, allowedMs: 350 },
        },
      ]);
      // Floors differ slightly from drill to drill.
      expect(kinds(slowed(200))).to.deep.equal([]);
      expect(kinds(slowed(-1_000))).to.deep.equal([]);
    });

    it('unless the set allows it', () => {
      const now = drillsOf(11_000, 11_000, 11_000);
      expect(kinds({ now, baseline })).to.deep.equal(['slower-alert']);
      expect(kinds({ now, baseline, slowerByMs: 4_000 })).to.deep.equal([]);
      expect(kinds({ now, baseline, slowerByMs: 3_999 })).to.deep.equal(['slower-alert']);
      // It takes nothing away from what chance allows.
      expect(kinds({ now: drillsOf(8_500), baseline, slowerByMs: 1 })).to.deep.equal([]);
    });

    it('if it takes more than twice as long, without a floor', () => {
      const without = (mttdMs: number) => {
        const { floor: _, ...line } = alertLine({ mttdMs });
        return drillLine([line]);
      };
      expect(kinds({ now: [without(13_000)], baseline: [without(7_000)] })).to.deep.equal([]);
      expect(kinds({ now: [without(15_000)], baseline: [without(7_000)] })).to.deep.equal(['slower-alert']);
    });
  });

  it('names a hop that every drill of the baseline shows and none of now', () => {
    const hops = [...firingHops, ...resolvingHops];
    const without = drillLine([alertLine({ hops: hops.filter((hop) => hop !== 'sample stored') })]);
    const baseline = drillsOf(7_000, 7_000);
    expect(found({ now: [without, without], baseline }).findings).to.deep.equal([
      { kind: 'lost-hop', ...page, rule: alertLine().rule, hop: 'sample stored' },
    ]);
    expect(kinds({ now: [without, ...drillsOf(7_000)], baseline })).to.deep.equal([]);
    expect(kinds({ now: [without], baseline: [without, ...baseline] })).to.deep.equal([]);
    // An alert that did not arrive has no later hops.
    expect(kinds({ now: [drillLine([missed()])], baseline })).to.deep.equal(['lost-alert']);
  });

  it('names proofs and checks that are not made any more', () => {
    const [whole] = drillsOf(7_000);
    const checks = (whole?.checks ?? []).filter(({ check }) => check !== 'proof' && check !== 'resolved');
    const { findings } = found({ now: [drillLine([alertLine()], { checks })], baseline: drillsOf(7_000) });
    expect(findings).to.deep.equal([
      {
        ...{ kind: 'lost-check', scenario: 'web-down', id: 'WebDown@pagerduty/resolved', check: 'resolved' },
        page: { ...page, rule: alertLine().rule },
      },
      { kind: 'lost-check', scenario: 'web-down', id: 'log/proof', check: 'proof' },
    ]);
  });

  it('names checks that failed, apart from those of a page that did not arrive', () => {
    const [whole] = drillsOf(7_000);
    const checks = (whole?.checks ?? []).map((one) =>
      one.check === 'proof' ? { ...one, outcome: 'fail' as const } : one,
    );
    const labels = alertLine({ outcome: 'fail', failed: ['labels'] });
    const now = [drillLine([alertLine()], { checks }), drillLine([labels]), drillLine([missed()])];
    expect(found({ now }).findings).to.have.length(3);
    expect(found({ now }).findings.slice(1)).to.deep.equal([
      { kind: 'failed-check', scenario: 'web-down', id: 'log/proof', check: 'proof', drills: 1, of: 3 },
      {
        ...{ kind: 'failed-check', scenario: 'web-down', id: 'WebDown@pagerduty/labels', check: 'labels' },
        ...{ page: { ...page, rule: alertLine().rule }, drills: 1, of: 3 },
      },
    ]);
  });
});
