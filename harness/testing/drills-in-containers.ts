import { expect } from 'chai';
import { unlessDocker } from '../../stacks/images/testing/unless-docker.ts';
import { leftInDaemon } from '../../stacks/runtimes/docker/testing/docker-traces.ts';
import type { CliCommand, CliResult } from './cli.ts';
import { type CommandTest, overlappingCommands } from './overlapping-commands.ts';
import { type Patch, patched } from './patched.ts';

/**
 * For a suite of drills of the small stack in containers: each test also finds that nothing is left in the daemon. Skipped
 * without a Docker daemon.
 *
 * @param runtime `auto` for a system whose services run from images.
 */
export function drillsInContainers(runtime: 'docker' | 'auto' = 'docker'): CommandTest {
  before(unlessDocker);
  const drill = overlappingCommands('metrics');
  return (title, given, check) =>
    drill(
      title,
      async () => {
        const { args, ...rest }: CliCommand = await given();
        return { ...rest, args: [...args, '--runtime', runtime, '--images', 'local'] };
      },
      async (ended) => {
        await check(ended);
        expect(await leftInDaemon(ended.kept?.record.id ?? 'no run')).to.deep.equal([]);
      },
    );
}

/** A drill of checkout-errors with defects that no configuration can cause. */
export const checkoutErrorsWith = (...patches: readonly Patch[]): CliCommand => ({
  args: ['checkout-errors', '--stack', 'metrics'],
  imported: patched(...patches),
});

/** The phase in which the drill broke, where the test cannot know it. */
export function brokenPhaseOf({ kept }: CliResult) {
  const phase = kept?.record.problem?.phase;
  if (!phase) throw new Error('no problem was found in any phase');
  return phase;
}
