import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of a file's content, in hex digits. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** As `fileDigest`, cached until the file's size or modification time changes, since binaries are large. */
export async function knownDigest(path: string, cacheDir: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const name = createHash('sha256').update(`${path}\n${size}\n${mtimeMs}`).digest('hex');
  const folder = join(cacheDir, 'images', 'digests');
  const kept = await readFile(join(folder, name), 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept;
  const digest = await fileDigest(path);
  await mkdir(folder, { recursive: true });
  const part = join(folder, `${name}.${process.pid}`);
  await writeFile(part, digest);
  await rename(part, join(folder, name));
  return digest;
}
