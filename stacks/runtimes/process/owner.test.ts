import { tmpdir } from 'node:os';
import { expect } from 'chai';
import {
  isDead,
  type Owner,
  ownedEnvironment,
  ownerOf,
  ownerOfDirectory,
  ownerText,
  parseOwner,
  temporaryDirectory,
} from './owner.ts';

const owner: Owner = {
  run: '20261121T081050-checkout-errors-5585',
  pid: 57,
  startTicks: '1234',
  namespace: '4026',
};

describe('owner', () => {
  it('is read back as it is written', () => {
    expect(ownerText(owner)).to.equal('57.1234.4026.20261121T081050-checkout-errors-5585');
    expect(parseOwner(ownerText(owner))).to.deep.equal(owner);
  });

  for (const text of [
    '',
    '57',
    '57.1.run',
    '57.1.2.',
    'a.1.2.run',
    '57.1.2.run/../x',
    '57.1.2.a b',
    '-57.1.2.run',
  ]) {
    it(`is none in ${JSON.stringify(text)}`, () => expect(parseOwner(text)).to.equal(undefined));
  }

  it('is in the environment of whatever the run starts', () => {
    expect(ownedEnvironment({ PATH: '/bin' }, owner)).to.deep.equal({
      PATH: '/bin',
      FIREDRILL_OWNER: ownerText(owner),
    });
  });

  it("is in the name of the run's temporary directory", () => {
    expect(temporaryDirectory(owner)).to.equal(`${tmpdir()}/firedrill-${ownerText(owner)}`);
    expect(ownerOfDirectory(`firedrill-${ownerText(owner)}`)).to.deep.equal(owner);
    for (const other of ['firedrill-toolchain-x4', ownerText(owner), `firedrill-${ownerText(owner)}.bak/x`]) {
      expect(ownerOfDirectory(other), other).to.equal(undefined);
    }
  });

  it('is alive as long as its process is', () => {
    const own = ownerOf('run', process.pid);
    expect(own.pid).to.equal(process.pid);
    expect(isDead(own)).to.equal(false);
  });

  it('is dead when its process has ended, even if another one has the pid by now', () => {
    const own = ownerOf('run', process.pid);
    expect(isDead({ ...own, startTicks: `${Number(own.startTicks) - 1}` })).to.equal(true);
    // Above the largest pid that Linux gives.
    expect(isDead({ ...own, pid: 2 ** 22 + 1 })).to.equal(true);
  });

  it('of another pid namespace is never dead: its pid means nothing here', () => {
    const own = ownerOf('run', process.pid);
    expect(isDead({ ...own, pid: 2 ** 22 + 1, namespace: '1' })).to.equal(false);
  });
});
