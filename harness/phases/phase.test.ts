import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import type { DrillEvent } from '../../core/events.ts';
import { phaseNames } from '../../core/hops.ts';
import { paces } from '../../core/pace.ts';
import { parseScenario, type ScenarioInput } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { Recorder } from '../record/recorder.ts';
import type { RunningDrill } from '../running-drill.ts';
import { type DrillPhase, type LimitInputs, maxLoadMs, runDrillPhase } from './phase.ts';
import { drillPhasesOf } from './phases.ts';

const scenarioWith = (fault: Partial<ScenarioInput['fault']> = {}) =>
  parseScenario({ ...checkoutErrors, fault: { ...checkoutErrors.fault, ...fault } }, 'try');
const inputs: LimitInputs = {
  ...{ scenario: scenarioWith(), pace: paces.fast, floors: {} },
  files: new UsedFiles(),
};

describe('the time limit of the load', () => {
  const first: Pick<DrillPhase, 'limitMs'> = { limitMs: () => 5_000 };
  const second: Pick<DrillPhase, 'limitMs'> = { limitMs: ({ pace }) => 1_000 * pace.factor };

  it('is the sum of the limits of all phases', () => {
    expect(maxLoadMs([], inputs)).to.equal(0);
    expect(maxLoadMs([first], inputs)).to.equal(5_000);
    expect(maxLoadMs([first, second], inputs)).to.equal(20_000);
  });

  it('counts a phase without a limit as well', () => {
    expect(maxLoadMs([first, {}, second], inputs)).to.equal(60_000);
  });
});

describe('the table of the phases', () => {
  const namesOf = (fault: Partial<ScenarioInput['fault']>) =>
    Object.values(drillPhasesOf(scenarioWith(fault)))
      .flat()
      .map(({ name }) => name);
  const onStack = phaseNames.slice(phaseNames.indexOf('warm up'), phaseNames.indexOf('tear down'));

  it('has each phase on a running stack once, in order', () => {
    expect(namesOf({})).to.deep.equal(onStack);
  });

  it('reverts a fault of fixed length before its pages are awaited', () => {
    const names = namesOf({ lasts: '30s' });
    expect(names).to.have.members(onStack);
    expect(names.filter((name) => name === 'await pages' || name === 'revert')).to.deep.equal([
      'revert',
      'await pages',
    ]);
  });
});

describe('a phase', () => {
  const { scenario, pace, files } = inputs;
  const events: DrillEvent[] = [];
  const recorder = new Recorder(
    {} as ConstructorParameters<typeof Recorder>[0],
    (event) => events.push(event),
    async () => {},
  );
  const drill = { options: { scenario, pace }, stack: { files }, recorder } as RunningDrill;
  beforeEach(() => void events.splice(0));
  const told = () => events.find(({ type }) => type === 'phase-started');
  const phase = (changes: Partial<DrillPhase<RunningDrill, number>>): DrillPhase<RunningDrill, number> => ({
    name: 'settle',
    awaits: ({ options }) => `calm of ${options.scenario.name}`,
    work: async (_, withinMs) => withinMs,
    ...changes,
  });

  it('is announced with what it waits for and its limit, which its work receives', async () => {
    expect(await runDrillPhase(phase({ limitMs: () => 7_000 }), drill)).to.equal(7_000);
    const awaits = `calm of ${scenario.name}`;
    expect(told()).to.deep.equal({ type: 'phase-started', phase: 'settle', awaits, upToMs: 7_000 });
  });

  it('is announced without a limit if it has none', async () => {
    await runDrillPhase(phase({}), drill);
    expect(told()).not.to.have.property('upToMs');
  });
});
