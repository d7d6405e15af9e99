import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { holder, holderName } from '../holder.ts';
import { copyAs } from './dockerfile.ts';
import type { LocalImage } from './local-image.ts';

/** A pod's holder: a shell that sleeps. */
export async function holderImage(base: string): Promise<LocalImage> {
  const copy = copyAs(holder.user);
  return {
    name: holderName,
    dockerfile: [
      `FROM ${base}`,
      copy('pause.sh', holder.entrypoint[0] ?? ''),
      `USER ${holder.user}`,
      `ENTRYPOINT ${JSON.stringify(holder.entrypoint)}`,
    ],
    parts: [],
    texts: { 'pause.sh': await readFile(join(import.meta.dirname, 'pause.sh'), 'utf8') },
    content: '',
  };
}
