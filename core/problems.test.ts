import { expect } from 'chai';
import { badInput, broken } from './errors.ts';
import { Problems } from './problems.ts';
import { problemsOf } from './testing/problems-of.ts';

describe('Problems', () => {
  const one = { where: 'a.yaml', message: 'one' };
  const two = { where: 'b.yaml', message: 'two', hint: 'mend it' };
  const refusing = (): never => {
    throw badInput(one, two);
  };

  it('keeps what every reading refuses, and gives what the others read', async () => {
    const problems = new Problems();
    expect(problems.read(() => 3)).to.equal(3);
    expect(problems.read(refusing)).to.equal(undefined);
    expect(await problems.readSoon(Promise.resolve(4))).to.equal(4);
    expect(await problems.readSoon(Promise.reject(badInput({ where: 'c', message: 'three' })))).to.equal(
      undefined,
    );
    expect(problems.all.map(({ message }) => message)).to.deep.equal(['one', 'two', 'three']);
  });

  it('refuses an input with all that is wrong with it, each once, and one without fault not at all', () => {
    const problems = new Problems();
    expect(problemsOf(() => problems.refuse())).to.deep.equal([]);
    problems.add(two, one);
    problems.read(refusing);
    expect(problemsOf(() => problems.refuse())).to.deep.equal([two, one]);
  });

  it('keeps nothing that is no fault of the input', async () => {
    const problems = new Problems();
    const breaking = (error: unknown) => (): never => {
      throw error;
    };
    expect(() => problems.read(breaking(broken('stack', 'died')))).to.throw('died');
    expect(() => problems.read(breaking(new TypeError('ours')))).to.throw(TypeError);
    const failed = await problems.readSoon(Promise.reject(new TypeError('ours'))).catch((error) => error);
    expect(failed).to.be.instanceOf(TypeError);
    expect(problems.all).to.deep.equal([]);
  });
});
