import { join } from 'node:path';
import { type OutsideConnection, outsideError, settingsNaming } from '../../stacks/runtimes/outside.ts';
import { endpointIn } from '../../stacks/runtimes/sockets.ts';
import { problemOf, type Recorder } from '../record/recorder.ts';

/** The recorder of the running drill, if any, and how to end the drill. */
export interface ConfinementTarget {
  readonly recorder: Pick<Recorder, 'record' | 'current'> | undefined;
  readonly endDrill: (error: Error) => void;
}

/**
 * Returns a handler that records each connection of a component to an address outside the run, and ends the drill at the
 * first one, because the component may send more data there.
 *
 * @param config directory that contains one folder for each component, with its configuration as used.
 * @param target returns the running drill; called for each connection, because several drills may use one stack.
 */
export function outsideConnectionHandler(
  config: string,
  target: () => ConfinementTarget,
): (found: OutsideConnection) => void {
  return (found) => {
    const { recorder, endDrill } = target();
    const { component, address } = found;
    // For containers only the pod is known, which a service shares with its sidecar.
    const isExact = recorder?.record.stack.runtime === 'process';
    const folders = isExact ? [component] : [component, `${component}-sidecar`];
    const settings = folders.flatMap((folder) => settingsNaming(join(config, folder), endpointIn(address)));
    const error = outsideError(found, settings);
    if (recorder) {
      const { record } = recorder;
      record.confinement ??= { watched: true, outside: [] };
      record.confinement.outside.push(found);
      // Set here as well, because a drill whose last wait is over no longer looks at the signal.
      record.problem ??= problemOf(error, recorder.current);
    }
    endDrill(error);
  };
}
