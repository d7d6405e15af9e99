import { expect } from 'chai';
import { impossibleTargets, targetsByChance } from './targets.ts';
import { scenarioWith } from './testing/basics.ts';
import { floors } from './testing/record.ts';

const fast = { name: 'fast', factor: 15 } as const;
const [page] = scenarioWith().expectations;
const drill = (changes: object) =>
  scenarioWith({ expectations: [{ ...page, ...changes } as NonNullable<typeof page>] });

describe('impossibleTargets', () => {
  it('finds none above the floor', () => {
    expect(impossibleTargets(drill({}), floors, fast)).to.deep.equal([]);
  });

  it('names each target below its floor, with the terms of the floor', () => {
    const problems = impossibleTargets(drill({ within: '3m', resolvedWithin: '5m' }), floors, fast);
    expect(problems.map(({ where }) => where)).to.deep.equal([
      'checkout-errors: expectations[0].within',
      'checkout-errors: expectations[0].resolvedWithin',
    ]);
    expect(problems[0]?.message).to.include('3m is 12.0 s at fast pace').and.include('for 8.0 s');
  });

  it('names the time of an escalation that its floor exceeds', () => {
    const { CheckoutErrorRateHigh: own } = floors;
    const { detect } = own;
    const wait = { name: 'group wait', source: 'test', best: 30_000, mean: 30_000, worst: 30_000 } as const;
    const later = {
      ...own,
      detect: { ...detect, terms: [...detect.terms, wait], worst: detect.worst + 30_000 },
    };
    const known = {
      'CheckoutErrorRateHigh@slack{severity="critical", team="payments"}': own,
      'CheckoutErrorRateHigh@pagerduty{severity="critical", team="payments"}': later,
    };
    const escalatingAfter = (time: string) =>
      impossibleTargets(drill({ escalatesTo: { receiver: 'pagerduty', after: time } }), known, fast);
    expect(escalatingAfter('6m')).to.deep.equal([]);
    const [problem, ...others] = escalatingAfter('5m');
    expect(others).to.deep.equal([]);
    expect(problem?.where).to.equal('checkout-errors: expectations[0].escalatesTo.after');
    expect(problem?.message).to.match(
      /^together with within, 10m is 40\.0 s at fast pace; .* takes up to 42\.6 s/,
    );
  });

  it('compares at the pace of the drill', () => {
    expect(impossibleTargets(drill({ within: '3m' }), floors, { name: 'real', factor: 1 })).to.deep.equal([]);
  });

  it('adds the part that the pace cannot divide to the target, and explains it', () => {
    const floor = floors.CheckoutErrorRateHigh;
    const beyond = { CheckoutErrorRateHigh: { ...floor, detect: { ...floor.detect, beyondPaceMs: 9_000 } } };
    expect(impossibleTargets(drill({ within: '1m' }), beyond, fast)).to.deep.equal([]);
    const [problem] = impossibleTargets(drill({ within: '30s' }), beyond, fast);
    expect(problem?.message).to.include(
      '30s is 11.0 s at fast pace (30s divided by 15 is 2.0 s, and 9.0 s more for what this pace cannot divide)',
    );
  });

  it('refuses for a burst only targets below the best case', () => {
    const { fault } = scenarioWith();
    const burst = { fault: { ...fault, lasts: '8s' } };
    const between = { ...drill({ within: '3m' }), ...burst };
    expect(impossibleTargets(between, floors, fast)).to.deep.equal([]);
    const [problem] = impossibleTargets({ ...between, ...drill({ within: '2m' }), ...burst }, floors, fast);
    expect(problem?.message).to.include('alone takes at least 8.7 s (for 8.0 s');
  });

  it('does not refuse a target that is impossible only if another alert fires first', () => {
    const { detect, resolve } = floors.CheckoutErrorRateHigh;
    const wait = {
      ...({ name: 'group interval', source: 'may have been' } as const),
      ...{ best: 0, mean: 10_000, worst: 20_000 },
    };
    const joining = (extra: object) => ({
      CheckoutErrorRateHigh: {
        detect: { ...detect, worst: detect.worst + 20_000, terms: [...detect.terms, { ...wait, ...extra }] },
        resolve,
      },
    });
    const scenario = drill({});
    const chance = { scenario, floors: joining({ worstAlone: 667 }), pace: fast };
    expect(impossibleTargets(scenario, chance.floors, fast)).to.deep.equal([]);
    expect(targetsByChance(chance)).to.have.lengthOf(1);
    expect(targetsByChance(chance)[0])
      .to.match(/by chance|matter of chance/)
      .and.include('may have been');
    expect(impossibleTargets(scenario, joining({}), fast)).to.have.lengthOf(1);
    expect(targetsByChance({ ...chance, floors: joining({}) })).to.deep.equal([]);
    expect(targetsByChance({ ...chance, scenario: drill({ within: '10m' }) })).to.deep.equal([]);
  });

  it('refuses a target that is below the floor without the other alert', () => {
    const { detect, resolve } = floors.CheckoutErrorRateHigh;
    const wait = {
      name: 'group interval' as const,
      source: '',
      best: 0,
      mean: 9_000,
      worst: 20_000,
      worstAlone: 667,
    };
    const terms = [...detect.terms, wait];
    const joining = { CheckoutErrorRateHigh: { detect: { ...detect, worst: 40_000, terms }, resolve } };
    const [problem] = impossibleTargets(drill({ within: '30s' }), joining, fast);
    expect(problem?.message).to.include('group interval 667 ms').and.include('up to 20.7 s');
  });

  it('accepts expectations with belowFloor, and alerts without a floor', () => {
    expect(impossibleTargets(drill({ within: '1s', belowFloor: true }), floors, fast)).to.deep.equal([]);
    expect(impossibleTargets(drill({ within: '1s' }), {}, fast)).to.deep.equal([]);
  });
});
