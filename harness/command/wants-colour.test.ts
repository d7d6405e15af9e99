import { expect } from 'chai';
import { wantsColour } from './wants-colour.ts';

describe('colours', () => {
  const [terminal, pipe] = [{ isTTY: true }, {}];

  it('are for terminals, or where they are asked for', () => {
    expect(wantsColour(terminal, {})).to.equal(true);
    expect(wantsColour(pipe, {})).to.equal(false);
    expect(wantsColour(pipe, { FORCE_COLOR: '1' })).to.equal(true);
  });

  it('are never there with NO_COLOR, unless it is empty', () => {
    expect(wantsColour(terminal, { NO_COLOR: '1' })).to.equal(false);
    expect(wantsColour(terminal, { NO_COLOR: '0', FORCE_COLOR: '1' })).to.equal(false);
    expect(wantsColour(terminal, { NO_COLOR: '' })).to.equal(true);
  });
});
