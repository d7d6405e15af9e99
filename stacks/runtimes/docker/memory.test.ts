import { expect } from 'chai';
import { workingSet } from './memory.ts';

describe('working set', () => {
  it('leaves out files that the kernel could drop, by either name', () => {
    expect(workingSet({ usage: 100, stats: { total_inactive_file: 30, inactive_file: 10 } })).to.equal(70);
    expect(workingSet({ usage: 100, stats: { inactive_file: 10 } })).to.equal(90);
  });

  it('is nothing of what does not run, and never less', () => {
    expect(workingSet({})).to.equal(0);
    expect(workingSet({ usage: 5, stats: { inactive_file: 10 } })).to.equal(0);
  });
});
