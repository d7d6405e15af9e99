import { expect } from 'chai';
import { FiredrillError, interrupted } from './errors.ts';
import { holdsFor, met, never, notYet, type PollResult, pollUntilAborted, until } from './poll.ts';

const options = (more: Partial<Parameters<typeof until>[2]> = {}) => ({
  where: 'start',
  withinMs: 5_000,
  everyMs: 1,
  signal: new AbortController().signal,
  ...more,
});

/** Checks that give one result after the other, and then the last one repeatedly. */
const looks = <T>(...results: (PollResult<T> | Error)[]) => {
  let next = 0;
  return () => {
    const result = results[Math.min(next++, results.length - 1)];
    if (result instanceof Error) throw result;
    return result as PollResult<T>;
  };
};

const failureOf = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => expect.fail('it was met'),
    (error: unknown) => error,
  );

const problemsOf = async (promise: Promise<unknown>) => {
  const error = await failureOf(promise);
  if (!(error instanceof FiredrillError)) throw error;
  return { kind: error.kind, problems: error.problems };
};

describe('until', () => {
  it('gives the value of the first look that is met', async () => {
    expect(await until('it', looks(notYet('a'), notYet('b'), met(7), met(8)), options())).to.equal(7);
  });

  it('looks once even when there is no time', async () => {
    expect(await until('it', looks(met('at once')), options({ withinMs: 0 }))).to.equal('at once');
  });

  it('is broken at the deadline, naming what was awaited and what was last seen', async () => {
    const late = until('ten pages', looks(notYet('3 pages'), notYet('4 pages')), options({ withinMs: 20 }));
    expect(await problemsOf(late)).to.deep.equal({
      kind: 'broken',
      problems: [{ where: 'start', message: 'waited 0.0 s for ten pages; last seen: 4 pages' }],
    });
  });

  it('takes a last look at the deadline, however long the pause', async () => {
    const found = until('it', looks(notYet('no'), met('there')), options({ withinMs: 20, everyMs: 60_000 }));
    expect(await found).to.equal('there');
  });

  it('pauses by how long it has waited', async () => {
    const waited: number[] = [];
    const everyMs = (waitedMs: number) => {
      waited.push(waitedMs);
      return 2;
    };
    await until('it', looks(notYet('a'), notYet('b'), met(7)), options({ everyMs }));
    expect(waited).to.have.length(2);
    expect(waited[1]).to.be.above(waited[0] ?? NaN);
  });

  it('gives up at once when a look says never', async () => {
    const lost = until(
      'it',
      looks(notYet('maybe'), never('its process has ended')),
      options({ hint: 'see log' }),
    );
    expect(await problemsOf(lost)).to.deep.equal({
      kind: 'broken',
      problems: [{ where: 'start', message: 'its process has ended', hint: 'see log' }],
    });
  });

  it('takes a look that throws for not met, and says what it threw', async () => {
    const refused = new Error('connection refused');
    expect(await until('it', looks(refused, met(1)), options())).to.equal(1);
    const { problems } = await problemsOf(until('it', looks(refused), options({ withinMs: 5 })));
    expect(problems[0]?.message).to.match(/last seen: connection refused$/);
  });

  it('reports each check that was not met', async () => {
    const told: string[] = [];
    const look = looks(notYet('one'), new Error('two'), met(3));
    await until('it', look, options({ onNotMet: (saw) => told.push(saw) }));
    expect(told).to.deep.equal(['one', 'two']);
  });

  it("ends with the abort's own reason: before a look, during one, and in a pause", async () => {
    const reason = interrupted('the drill');
    expect(
      await failureOf(until('it', looks(met(1)), options({ signal: AbortSignal.abort(reason) }))),
    ).to.equal(reason);

    const during = new AbortController();
    const look = () => {
      during.abort(reason);
      throw new Error('request cancelled');
    };
    expect(await failureOf(until('it', look, options({ signal: during.signal })))).to.equal(reason);

    const pausing = new AbortController();
    const pause = options({
      signal: pausing.signal,
      everyMs: 60_000,
      onNotMet: () => queueMicrotask(() => pausing.abort(reason)),
    });
    expect(await failureOf(until('it', looks(notYet('no')), pause))).to.equal(reason);
  });
});

describe('holdsFor', () => {
  it('gives the time since when it held, not the time it was sure', async () => {
    const before = Date.now();
    const from = await holdsFor('quiet', looks(met([])), { ...options(), holdMs: 30 });
    expect(from).to.be.within(before, Date.now() - 29);
  });

  it('restarts the hold time whenever a check is not met or throws', async () => {
    const told: string[] = [];
    let count = 0;
    const brokenAt = new Map<number, PollResult<never> | Error>([
      [3, notYet('an alert is pending')],
      [5, new Error('no answer')],
    ]);
    let lastBreak = 0;
    const look = () => {
      const found = brokenAt.get(count++);
      if (found) lastBreak = Date.now();
      if (found instanceof Error) throw found;
      return found ?? met([]);
    };
    const from = await holdsFor('quiet', look, {
      ...options({ onNotMet: (saw) => told.push(saw) }),
      holdMs: 40,
    });
    expect(count).to.be.greaterThan(6);
    expect(from).to.be.at.least(lastBreak);
    expect(told).to.include('an alert is pending').and.to.include('no answer');
    expect(told.at(-1)).to.match(/^held for 0\.0 s; before: no answer$/);
  });

  it('is broken at the deadline, naming what broke the stretch', async () => {
    const { kind, problems } = await problemsOf(
      holdsFor('quiet', looks(notYet('orders is down'), met([])), {
        ...options({ withinMs: 30 }),
        holdMs: 60_000,
      }),
    );
    expect(kind).to.equal('broken');
    expect(problems[0]?.message).to.match(
      /^waited 0\.0 s for quiet to hold for 60\.0 s; last seen: held for \d\.\d s; before: orders is down$/,
    );
  });

  it('continues after the hold time while the check still waits for something', async () => {
    const told: string[] = [];
    let count = 0;
    const look = () => met(count++ < 4 ? ['rule A is not evaluated yet'] : []);
    await holdsFor('quiet', look, { ...options({ onNotMet: (saw) => told.push(saw) }), holdMs: 0 });
    expect(count).to.equal(5);
    expect(told).to.have.length(4);
    expect(told[0]).to.equal('held for 0.0 s; rule A is not evaluated yet; before: never met');
  });

  it('gives up when a look says never', async () => {
    const { problems } = await problemsOf(
      holdsFor('quiet', looks(met([]), never('slack was paged')), { ...options(), holdMs: 60_000 }),
    );
    expect(problems[0]?.message).to.equal('slack was paged');
  });

  it("ends with the abort's own reason, also out of a look", async () => {
    const reason = interrupted('the drill');
    const over = new AbortController();
    const look = () => {
      over.abort(reason);
      throw new Error('request cancelled');
    };
    expect(
      await failureOf(holdsFor('quiet', look, { ...options({ signal: over.signal }), holdMs: 10 })),
    ).to.equal(reason);
  });
});

describe('pollUntilAborted', () => {
  it('goes on after a look that failed, and ends with the signal', async () => {
    const over = new AbortController();
    const failures: unknown[] = [];
    let nth = 0;
    const look = async () => {
      if (++nth === 2) throw new Error('no answer');
      if (nth === 4) over.abort();
    };
    await pollUntilAborted(look, {
      everyMs: 1,
      signal: over.signal,
      failed: (error) => failures.push(error),
    });
    expect(nth).to.equal(4);
    expect(failures.map(String)).to.deep.equal(['Error: no answer']);
  });

  it('tells nothing of the look that the abort cut off', async () => {
    const over = new AbortController();
    const look = async () => {
      over.abort();
      throw new Error('request cancelled');
    };
    const failures: unknown[] = [];
    await pollUntilAborted(look, {
      everyMs: 1,
      signal: over.signal,
      failed: (error) => failures.push(error),
    });
    expect(failures).to.deep.equal([]);
  });
});
