import { expect } from 'chai';
import { newBecauseText, stackText } from './stack-text.ts';

describe('what a drill ran on', () => {
  const stack = { name: 'full', topology: 'sidecar', runtime: 'process', components: [] };

  it('includes the earlier drills on the same stack', () => {
    expect(stackText(stack)).to.equal('topology sidecar, runtime process');
    expect(stackText({ ...stack, drillsBefore: ['a', 'b'] })).to.equal(
      'topology sidecar, runtime process, drill 3 on the stack of a',
    );
  });

  it('includes why it is not the stack of the drill before', () => {
    const newBecause = { drill: 'a', kind: 'undo failed', detail: 'stop load: late' } as const;
    expect(stackText({ ...stack, newBecause })).to.equal(
      'topology sidecar, runtime process, a new stack, not that of a: its undo failed (stop load: late)',
    );
    expect(newBecauseText({ drill: 'a', kind: 'not held' })).to.equal(
      'a new stack, not that of a: its expectations did not hold',
    );
    const detail = 'none, and this scenario asks for 6h';
    expect(newBecauseText({ drill: 'a', kind: 'other history', detail })).to.equal(
      'a new stack, not that of a: its history is none, and this scenario asks for 6h',
    );
  });
});
