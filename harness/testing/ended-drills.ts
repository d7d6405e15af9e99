import { expect } from 'chai';
import type { PhaseName } from '../../core/hops.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { DrillRecord } from '../../core/record.ts';
import { leftOf, type Traces, tracesOf } from '../../stacks/runtimes/process/testing/traces.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { LiveDrill } from './live-drill.ts';
import { slowPayments } from './slow-payments.ts';

interface Ended {
  readonly exitCode: number | undefined;
  readonly record: DrillRecord;
}

/** Ends a drill in a phase. Nothing of it may be left when its command has ended. */
export async function endedIn(
  phase: PhaseName,
  how: (drill: LiveDrill) => Promise<void> | void,
  imported = '',
): Promise<Ended> {
  await using drill = await LiveDrill.start({ imported });
  await drill.untilPhase(phase);
  const traces = tracesOf(drill.run, drill.pid);
  await how(drill);
  const exitCode = await drill.exitCode;
  expect(leftOf(drill.run, traces)).to.deep.equal([]);
  return { exitCode, record: await drill.record() };
}

/** Waits until nothing of a drill is left. */
export const gone = (drill: LiveDrill, traces: Traces): Promise<true> =>
  until(
    'everything of the drill to be gone',
    () => {
      const left = leftOf(drill.run, traces);
      return left.length === 0 ? met(true as const) : notYet(left.join('\n'));
    },
    { where: drill.run, withinMs: 10_000, everyMs: 50, signal: new AbortController().signal },
  );

/** Declares a test of a drill that overlaps with the others of its suite. */
export type OverlappingTest = <T>(title: string, work: () => Promise<T>, check: (result: T) => void) => void;

/** For a suite of drills that are ended: they start before the first test, a few at a time. */
export function overlappingDrills(): OverlappingTest {
  const turn = limitConcurrency(3);
  const tests: (() => void)[] = [];
  before('overlap the drills', () => {
    for (const start of tests) start();
  });
  return <T>(title: string, work: () => Promise<T>, check: (result: T) => void) => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    // Its own test reports the error.
    promise.catch(() => {});
    tests.push(() => void turn(work).then(resolve, reject));
    it(title, async () => {
      check(await promise);
    }).timeout(300_000);
  };
}

/** Declares a drill of checkout-errors that a signal ends in this phase. */
export function interruptedIn(
  overlapping: OverlappingTest,
  signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP',
  phase: 'start stack' | 'warm up' | 'await pages',
): void {
  overlapping(
    `by ${signal} in “${phase}” is undone and says so`,
    () => endedIn(phase, (drill) => void process.kill(drill.pid, signal)),
    ({ exitCode, record }) => {
      expect(exitCode).to.equal(130);
      expect(record.outcome).to.equal('interrupted');
      expect(record.problem).to.deep.include({ kind: 'interrupted', phase });
      expect(record.teardownFailures).to.deep.equal([]);
      expect(record.phases.find(({ name }) => name === phase)?.outcome).to.equal('failed');
      expect(record.phases.find(({ name }) => name === 'tear down')?.outcome).to.equal('done');
      if (phase !== 'await pages') return;
      expect(record.phases.find(({ name }) => name === 'revert')?.outcome).to.equal('done');
      const { injectedAt = Infinity, revertedAt, hits } = record.faultWindow ?? {};
      expect(revertedAt).to.be.greaterThan(injectedAt);
      expect(hits).to.be.greaterThan(0);
    },
  );
}

/** Declares two drills on one stack, of which a signal ends the second one. */
export function endedOnReusedStack(overlapping: OverlappingTest, signal: 'SIGINT' | 'SIGKILL'): void {
  overlapping(
    `by ${signal} on the stack of a drill before leaves nothing of either`,
    async () => {
      await using drill = await LiveDrill.start({ first: [slowPayments] });
      await drill.untilOutput('fault injected: CheckoutErrorRateHigh');
      const traces = tracesOf(drill.run, drill.pid);
      process.kill(drill.pid, signal);
      const exitCode = await drill.exitCode;
      await gone(drill, traces);
      return { exitCode, first: await drill.record(), record: await drill.record('latest') };
    },
    ({ exitCode, first, record }) => {
      expect(exitCode).to.equal(signal === 'SIGINT' ? 130 : undefined);
      expect(first.outcome).to.equal('pass');
      expect(record.stack.drillsBefore).to.deep.equal([first.id]);
      expect(record.outcome).to.equal(signal === 'SIGINT' ? 'interrupted' : 'broken');
      if (signal === 'SIGINT')
        expect(record.phases.find(({ name }) => name === 'revert')?.outcome).to.equal('done');
    },
  );
}
