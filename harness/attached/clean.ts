import { dirname } from 'node:path';
import type { FaultContext } from '../../faults/fault.ts';
import { isDead, type Owner } from '../../stacks/runtimes/process/owner.ts';
import { restoreFiles } from '../../stacks/runtimes/process/replaced-files.ts';
import { prepareFault } from '../../systems/faults.ts';
import { faultContext } from '../phases/fault-context.ts';
import { attachedControl } from './attached-control.ts';
import { takeAway } from './copies.ts';
import { type Change, Notes, readLeft, removeUnfinished } from './notes.ts';
import type { Staging } from './staging.ts';
import { addressIn, stagingSpec } from './staging-spec.ts';

/** Undoing a change takes seconds. */
const undoWithinMs = 30_000;

export interface CleanOptions {
  readonly owner: Owner;
  /** Environment of the commands of faults. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Undoes what an earlier run has left in a staging, the last change first.
 *
 * @returns a sentence for each change that was undone.
 * @throws FiredrillError `broken` when a change cannot be undone, with what a person can do. It stays noted then.
 */
export async function cleanStaging(
  staging: Staging,
  { owner, env }: CleanOptions,
): Promise<readonly string[]> {
  const told = (await restoreFiles(dirname(staging.file), isDead)).map((found) => `put back: ${found}`);
  await removeUnfinished(staging);
  const left = await readLeft(staging);
  if (!left) return told;
  const notes = await Notes.takeOver(staging, owner, left);
  for (const change of left.changes.toReversed()) {
    told.push(await undo(change, staging, { owner, env }));
    await notes.strike(change);
  }
  await notes.close();
  return told;
}

async function undo(change: Change, staging: Staging, options: CleanOptions): Promise<string> {
  const signal = AbortSignal.timeout(undoWithinMs);
  switch (change.kind) {
    case 'fault': {
      const { scenario, fault } = change;
      const prepared = prepareFault({ name: scenario, fault });
      await prepared.revert(contextOf(staging, options, signal));
      return `reverted the fault of ${scenario}: ${prepared.description}`;
    }
    case 'copy':
      await takeAway(change, staging, signal);
      return `took away the webhook to ${change.url} from contact point ${change.contactPoint}`;
  }
}

/** What a fault may use when only its revert is left. */
function contextOf(staging: Staging, { owner, env }: CleanOptions, signal: AbortSignal): FaultContext {
  const stack = {
    url: (pod: string, port: number) => addressIn(staging, pod, port),
    runtime: attachedControl(staging.secret),
    components: stagingSpec(staging).components.map((spec) => ({ spec, readyAfterMs: 0 })),
    owner,
  };
  return faultContext(
    stack,
    // The load ended with its run.
    { multiply: async () => {} },
    { seed: 0, directory: dirname(staging.file), env },
    signal,
  );
}
