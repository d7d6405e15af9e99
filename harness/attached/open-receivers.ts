import { dirname, resolve } from 'node:path';
import { FiredrillError } from '../../core/errors.ts';
import { receiverNames } from '../../core/receivers/receivers.ts';
import { addressIn } from '../receivers/arguments.ts';
import { readCredentials } from '../receivers/credentials.ts';
import { openPort } from '../receivers/open-port.ts';
import type { Drill } from '../running-drill.ts';
import type { Listeners } from '../stack/listeners.ts';
import { openTemporaryDirectory } from '../stack/open-receivers.ts';
import type { StackLifecycle } from '../stack/stack-lifecycle.ts';
import { cleanStaging } from './clean.ts';
import { Notes } from './notes.ts';
import type { Staging } from './staging.ts';

/**
 * Undoes what an earlier run has left in the staging, opens the notes of this one, and opens the receivers behind one
 * port, to which the staging sends its pages.
 *
 * @throws FiredrillError `broken` when a change of an earlier run cannot be undone, `bad-input` when it cannot listen.
 */
export async function openAttachedReceivers(
  { options }: Drill,
  { owner, scope }: Pick<StackLifecycle, 'owner' | 'scope'>,
  staging: Staging,
): Promise<{ readonly listeners: Listeners; readonly notes: Notes }> {
  const { env, node, tell } = options;
  for (const message of await cleanStaging(staging, { owner, env })) tell({ type: 'note', message });
  const notes = await Notes.open(staging, owner);
  scope.defer('close the notes', () => notes.close());
  const temporary = await openTemporaryDirectory(
    owner,
    { node, env, daemon: undefined, folder: dirname(staging.file) },
    scope,
  );
  const { listen, hosts, config } = staging.receivers;
  const address = addressIn(listen);
  const where = staging.whereOf(['receivers', 'listen']);
  if (!('port' in address)) throw new FiredrillError('bad-input', [{ where, ...address }]);
  const { receivers, proxy } = await openPort({
    ...{ listen: address, where, temporary, scope },
    hosts: new Map(
      Object.entries(hosts).flatMap(([kind, names]) =>
        receiverNames.flatMap((name) => (name === kind ? names.map((host) => [host, name] as const) : [])),
      ),
    ),
    credentials:
      config === undefined ? new Map() : await readCredentials(resolve(dirname(staging.file), config)),
  });
  tell({ type: 'note', message: `the receivers listen at ${proxy.url}` });
  return { listeners: { receivers, proxy, host: '127.0.0.1' }, notes };
}
