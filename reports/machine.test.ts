import { expect } from 'chai';
import pc from 'picocolors';
import type { DrillRecord } from '../core/record.ts';
import { ending } from './console/ending.ts';
import { renderJunit } from './junit.ts';
import { machineText } from './machine.ts';
import { renderMarkdown } from './markdown.ts';
import { at } from './testing/basics.ts';
import { sampleRecord } from './testing/sample-record.ts';

const stretch = (from: number, to: number) => ({ from: at(from), to: at(to) });
const busy = (...stretches: NonNullable<DrillRecord['machine']>['busy']) => ({
  machine: { processors: 2, busy: stretches },
});

describe('what a report says of a busy machine', () => {
  const told =
    "This machine's 2 processors were fully busy for 5 s between 10:30:27 UTC and 10:30:40 UTC: what was slow or late " +
    "then may be the machine's doing; drill again when it does less.";
  const red = sampleRecord('never-crossed', busy(stretch(27, 29), stretch(37, 40)));

  it('is for how long, of a drill that did not hold', () => {
    expect(machineText(red)).to.equal(told);
    expect(machineText({ ...red, outcome: 'broken' })).to.equal(told);
    expect(machineText({ ...red, machine: { processors: 1, busy: [stretch(27, 29)] } })).to.contain(
      "This machine's processor was fully busy for 2 s",
    );
  });

  it('is in the console, in JUnit and in the summary', () => {
    expect(ending(red, { colours: pc.createColors(false), columns: 400 })).to.include(told);
    expect(renderJunit(red)).to.contain('processors were fully busy for 5 s');
    expect(renderMarkdown(red)).to.contain('processors were fully busy for 5 s');
  });

  it('is nothing of a drill that held, was ended or knows nothing of it', () => {
    const stretches = busy(stretch(27, 40));
    expect(machineText(sampleRecord('held', stretches))).to.equal(undefined);
    expect(machineText(sampleRecord('interrupted', stretches))).to.equal(undefined);
    expect(machineText(sampleRecord('never-crossed'))).to.equal(undefined);
    expect(machineText(sampleRecord('never-crossed', busy()))).to.equal(undefined);
  });

  it('is nothing of the start and the end of the stack, which take all there is', () => {
    expect(machineText(sampleRecord('never-crossed', busy(stretch(0.1, 6), stretch(62.5, 63.8))))).to.equal(
      undefined,
    );
    expect(machineText(sampleRecord('broken', busy(stretch(0.1, 5))))).to.equal(undefined);
  });
});
