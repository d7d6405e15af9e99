import { expect } from 'chai';
import type { PhaseName } from '../../core/hops.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { DrillRecord } from '../../core/record.ts';
import { leftInDaemon } from '../../stacks/runtimes/docker/testing/docker-traces.ts';
import { leftOf, tracesOf } from '../../stacks/runtimes/process/testing/traces.ts';
import { LiveDrill } from './live-drill.ts';

interface Ended {
  readonly exitCode: number | undefined;
  readonly record: DrillRecord;
  /** The time from the end of the drill until nothing is left, in milliseconds. */
  readonly goneAfterMs: number;
}

/** Ends a drill in a phase. Nothing of it may be left 10 s later. */
async function endedIn(phase: PhaseName, how: (drill: LiveDrill) => void): Promise<Ended> {
  await using drill = await LiveDrill.start({ runtime: 'docker' });
  await drill.untilPhase(phase);
  const traces = tracesOf(drill.run, drill.pid);
  how(drill);
  const exitCode = await drill.exitCode;
  const endedAt = performance.now();
  await until(
    'everything of the drill to be gone',
    async () => {
      const left = [...leftOf(drill.run, traces), ...(await leftInDaemon(drill.run))];
      return left.length === 0 ? met(true) : notYet(left.join('\n'));
    },
    { where: drill.run, withinMs: 10_000, everyMs: 50, signal: new AbortController().signal },
  );
  return { exitCode, record: await drill.record(), goneAfterMs: performance.now() - endedAt };
}

/** Declares a drill whose harness is killed by SIGKILL in this phase. */
export function killedInContainers(phase: PhaseName): void {
  it(`by kill -9 in “${phase}” leaves nothing`, async function () {
    const { record, goneAfterMs } = await endedIn(phase, ({ pid }) => process.kill(pid, 'SIGKILL'));
    if (this.test) this.test.title += `, after ${(goneAfterMs / 1000).toFixed(1)} s`;
    expect(record.outcome).to.equal('broken');
    expect(record.problem?.problems[0]?.message).to.include('ended before the drill did');
  });
}

/** Declares a drill that Ctrl-C ends in this phase. */
export function interruptedInContainers(phase: PhaseName): void {
  it(`by Ctrl-C in “${phase}” is undone and says so`, async () => {
    const { exitCode, record, goneAfterMs } = await endedIn(phase, ({ pid }) => process.kill(pid, 'SIGINT'));
    expect(exitCode).to.equal(130);
    expect(record.problem).to.deep.include({ kind: 'interrupted', phase });
    expect(record.teardownFailures).to.deep.equal([]);
    // The drill itself reverts the fault, not its watcher.
    expect(goneAfterMs).to.be.below(1_000);
  });
}
