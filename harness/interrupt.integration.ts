/*
 * Drills that end early: by the user, by a component that dies, or by the death of the harness and its
 * watcher. The fault is reverted, the record says why, and nothing stays on the machine. interrupt.nightly.ts has each
 * signal in the other phases.
 */
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { leftOf, tracesOf } from '../stacks/runtimes/process/testing/traces.ts';
import { project } from './testing/cli.ts';
import {
  endedIn,
  endedOnReusedStack,
  gone,
  interruptedIn,
  overlappingDrills,
} from './testing/ended-drills.ts';
import { LiveDrill } from './testing/live-drill.ts';

/** A copy of the project, as another user of this machine would have it. */
async function withClone<T>(work: (clone: string) => Promise<T>): Promise<T> {
  const clone = await mkdtemp(join(tmpdir(), 'clone-'));
  const own = ['node_modules', '.git', '.firedrill'];
  try {
    await cp(project, clone, { recursive: true, filter: (path) => !own.includes(relative(project, path)) });
    await symlink(join(project, 'node_modules'), join(clone, 'node_modules'));
    return await work(clone);
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}

describe('a drill that is ended before its time', () => {
  const overlapping = overlappingDrills();

  for (const phase of ['start stack', 'warm up', 'await pages'] as const)
    interruptedIn(overlapping, 'SIGINT', phase);
  interruptedIn(overlapping, 'SIGTERM', 'start stack');
  interruptedIn(overlapping, 'SIGHUP', 'warm up');
  endedOnReusedStack(overlapping, 'SIGKILL');

  overlapping(
    'by a second Ctrl-C exits at once, and the watcher removes what is left',
    async () => {
      await using drill = await LiveDrill.start();
      await drill.untilPhase('quiet gate');
      const traces = tracesOf(drill.run, drill.pid);
      // The first Ctrl-C would have to wait for this process.
      process.kill(await drill.untilProcess('--config.file'), 'SIGSTOP');
      process.kill(drill.pid, 'SIGINT');
      await drill.untilOutput('SIGINT: reverting the fault');
      process.kill(drill.pid, 'SIGINT');
      const exitCode = await drill.exitCode;
      await gone(drill, traces);
      return { exitCode, record: await drill.record() };
    },
    ({ exitCode, record }) => {
      expect(exitCode).to.equal(130);
      // The record may or may not show the first Ctrl-C, depending on when the second one came.
      expect(record.outcome).to.be.oneOf(['interrupted', 'broken']);
    },
  );

  for (const [name, command] of [
    ['prometheus', 'prometheus.yml'],
    ['k6', '--no-usage-report'],
  ] as const) {
    overlapping(
      `by the death of ${name} is broken and names it`,
      () =>
        endedIn('warm up', async (drill) => {
          process.kill(await drill.untilProcess(command), 'SIGKILL');
        }),
      ({ exitCode, record }) => {
        expect(exitCode).to.equal(3);
        expect(record.outcome).to.equal('broken');
        expect(record.problem).to.deep.include({ kind: 'broken', phase: 'warm up' });
        expect(record.problem?.problems).to.have.length(1);
        const [problem] = record.problem?.problems ?? [];
        expect(problem?.where).to.equal(name);
        expect(problem?.message).to.match(/ended by itself \(SIGKILL\):\n./);
        expect(problem?.hint).to.match(new RegExp(`^its whole log is .*/logs/${name}\\.log$`));
      },
    );
  }

  overlapping(
    'by an uncaught error of the harness is broken, and undone',
    () =>
      endedIn(
        'warm up',
        (drill) => void process.kill(drill.pid, 'SIGUSR2'),
        `process.on('SIGUSR2', () => { throw new Error('a fault of ours'); })`,
      ),
    ({ exitCode, record }) => {
      expect(exitCode).to.equal(3);
      expect(record.outcome).to.equal('broken');
      expect(record.problem?.problems[0]).to.include({ where: 'harness', message: 'a fault of ours' });
      expect(record.phases.find(({ name }) => name === 'tear down')?.outcome).to.equal('done');
    },
  );

  overlapping(
    'by the death of its harness and its watcher is cleaned up by the next drill, of any clone',
    async () => {
      await using killed = await LiveDrill.start();
      await killed.untilPhase('warm up');
      const watcher = await killed.untilProcess('watcher.ts');
      const traces = tracesOf(killed.run, killed.pid);
      process.kill(watcher, 'SIGKILL');
      process.kill(killed.pid, 'SIGKILL');
      await killed.exitCode;
      const left = leftOf(killed.run, traces);
      return await withClone(async (clone) => {
        await using next = await LiveDrill.start({ clone });
        await next.untilPhaseDone('open receivers');
        const leftNow = leftOf(killed.run, traces);
        process.kill(next.pid, 'SIGINT');
        return { left, leftNow, exitCode: await next.exitCode };
      });
    },
    ({ left, leftNow, exitCode }) => {
      expect(left, 'before').to.not.deep.equal([]);
      expect(leftNow, 'after').to.deep.equal([]);
      expect(exitCode).to.equal(130);
    },
  );
});
