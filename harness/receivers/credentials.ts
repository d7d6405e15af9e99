import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Place } from '../../configuration/files/place.ts';
import { badInput } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';
import { Problems } from '../../core/problems.ts';
import type { Credentials } from '../../core/receivers/kind.ts';
import { type ReceiverName, receiverKinds, receiverNames } from '../../core/receivers/receivers.ts';
import { shownPath } from '../../core/shown-path.ts';
import { nameHint } from '../../core/similar-names.ts';
import { credentialsFile, parseCredentials } from '../stack/listeners.ts';

/**
 * Reads the credentials that a folder has for the receivers.
 *
 * @throws FiredrillError `bad-input` with every problem: files that cannot be read or that no receiver reads, or none.
 */
export async function readCredentials(folder: string): Promise<ReadonlyMap<ReceiverName, Credentials>> {
  const known = receiverNames.filter((kind) => receiverKinds[kind].credentials !== undefined);
  const files = known.map(credentialsFile);
  const found = await readdir(join(folder, 'receivers')).catch((error: unknown) => {
    throw badInput({
      where: shownPath(join(folder, 'receivers')),
      message: unreadable(error),
      hint: `--config names a folder with ${files.join(', ')}`,
    });
  });
  const problems = new Problems();
  const credentials = new Map<ReceiverName, Credentials>();
  for (const name of found) {
    const file = `receivers/${name}`;
    const kind = known[files.indexOf(file)];
    const path = join(folder, file);
    const where = shownPath(path);
    if (kind === undefined) {
      problems.add({ where, message: 'nothing reads this file', hint: nameHint(file, files) });
      continue;
    }
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      problems.add({ where, message: unreadable(error) });
    });
    const read =
      text === undefined
        ? undefined
        : problems.read(() => parseCredentials(kind, text, new Place(where, text)));
    if (read) credentials.set(kind, read);
  }
  if (found.length === 0)
    problems.add({
      where: shownPath(join(folder, 'receivers')),
      message: `is empty; expected ${files.join(', ')}`,
    });
  problems.refuse();
  return credentials;
}
