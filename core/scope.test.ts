import { expect } from 'chai';
import { Scope, type UndoFailure } from './scope.ts';

const settled = () => Promise.withResolvers<void>();

describe('Scope', () => {
  it('undoes in reverse order, each after the one before has ended', async () => {
    const done: string[] = [];
    const scope = new Scope();
    const slow = settled();
    scope.defer('first', () => void done.push('first'));
    scope.defer('second', async () => {
      done.push('second begins');
      await slow.promise;
      done.push('second ends');
    });
    scope.defer('third', () => {
      done.push('third');
      slow.resolve();
    });

    expect(await scope.close()).to.deep.equal([]);
    expect(done).to.deep.equal(['third', 'second begins', 'second ends', 'first']);
  });

  it('continues after an undo that throws or rejects, and reports each failure', async () => {
    const told: UndoFailure[] = [];
    const done: string[] = [];
    const scope = new Scope((failure) => told.push(failure));
    scope.defer('last', () => void done.push('last'));
    scope.defer('rejecting', () => Promise.reject(new Error('no')));
    scope.defer('throwing', () => {
      throw new Error('never');
    });

    const failures = await scope.close();

    expect(done).to.deep.equal(['last']);
    expect(failures).to.deep.equal([
      { what: 'throwing', message: 'never' },
      { what: 'rejecting', message: 'no' },
    ]);
    expect(told).to.deep.equal(failures);
  });

  it('waits for an undo no longer than its budget', async () => {
    const done: string[] = [];
    const scope = new Scope();
    scope.defer('after it', () => void done.push('after it'));
    scope.defer('stuck', () => new Promise<void>(() => {}), 20);

    expect(await scope.close()).to.deep.equal([{ what: 'stuck', message: 'not done within 0.02 s' }]);
    expect(done).to.deep.equal(['after it']);
  });

  it('undoes once, however often it is closed', async () => {
    let times = 0;
    const scope = new Scope();
    scope.defer('count', () => {
      times += 1;
      throw new Error('counted');
    });

    const [one, two] = await Promise.all([scope.close(), scope.close()]);

    expect(times).to.equal(1);
    expect(two).to.deep.equal(one).and.have.length(1);
  });

  it('rejects an undo once it is closing, since it would not run', async () => {
    const scope = new Scope();
    const slow = settled();
    scope.defer('slow', () => slow.promise);
    const closing = scope.close();

    expect(() => scope.defer('late', () => {})).to.throw('scope is closed; cannot register the undo of late');

    slow.resolve();
    expect(await closing).to.deep.equal([]);
  });

  it('closes with the block that uses it, also when the block throws', async () => {
    const done: string[] = [];
    const work = async () => {
      await using scope = new Scope();
      scope.defer('undo', () => void done.push('undo'));
      throw new Error('the work failed');
    };

    expect(await work().catch((error: Error) => error.message)).to.equal('the work failed');
    expect(done).to.deep.equal(['undo']);
  });
});
