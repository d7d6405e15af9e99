import { join } from 'node:path';
import { type OutsideConnection, outsideError, settingsNaming } from '../../stacks/runtimes/outside.ts';
import { endpointIn } from '../../stacks/runtimes/sockets.ts';
import { problemOf, type Recorder } from '../record/recorder.ts';

/** The drill that is told, if one runs, and what ends it. */
export interface Confined {
  readonly recorder: Pick<Recorder, 'record' | 'current'> | undefined;
  readonly lose: (error: Error) => void;
}

/**
 * Keeps what the components tried to reach beyond the run, and ends the drill at the first of it: what has left once may
 * leave again.
 *
 * @param config directory with a folder of the configuration as used for each component.
 * @param confined asked at each find: a stack may serve several drills.
 */
export function confinementOf(config: string, confined: () => Confined): (found: OutsideConnection) => void {
  return (found) => {
    const { recorder, lose } = confined();
    const { component, address } = found;
    // Of a container only the pod is known, which a sidecar shares.
    const isExact = recorder?.record.stack.runtime === 'process';
    const folders = isExact ? [component] : [component, `${component}-sidecar`];
    const settings = folders.flatMap((folder) => settingsNaming(join(config, folder), endpointIn(address)));
    const error = outsideError(found, settings);
    if (recorder) {
      const { record } = recorder;
      record.confinement ??= { watched: true, outside: [] };
      record.confinement.outside.push(found);
      // Also of a drill that has nothing left to wait for.
      record.problem ??= problemOf(error, recorder.current);
    }
    lose(error);
  };
}
