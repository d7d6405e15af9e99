import { join } from 'node:path';
import { type OutsideConnection, outsideError, settingsNaming } from '../stacks/runtimes/outside.ts';
import { endpointIn } from '../stacks/runtimes/sockets.ts';
import { problemOf, type Recorder } from './recorder.ts';

/**
 * Keeps what the components tried to reach beyond the run, and ends the drill at the first of it: what has left once may
 * leave again.
 *
 * @param config directory with a folder of the configuration as used for each component.
 */
export function confinementOf(
  recorder: Pick<Recorder, 'record' | 'current'>,
  config: string,
  lost: AbortController,
): (found: OutsideConnection) => void {
  const { record } = recorder;
  record.confinement = { watched: true, outside: [] };
  const { outside } = record.confinement;
  return (found) => {
    outside.push(found);
    const { component, address } = found;
    // Of a container only the pod is known, which a sidecar shares.
    const folders = record.stack.runtime === 'docker' ? [component, `${component}-sidecar`] : [component];
    const settings = folders.flatMap((folder) => settingsNaming(join(config, folder), endpointIn(address)));
    const error = outsideError(found, settings);
    // Also of a drill that has nothing left to wait for.
    record.problem ??= problemOf(error, recorder.current);
    lost.abort(error);
  };
}
