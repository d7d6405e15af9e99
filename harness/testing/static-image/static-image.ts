import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/**
 * An image that has one program and nothing else: no shell, no C library, no users. It is `/service`, and not the
 * image's entrypoint.
 *
 * @returns its reference.
 */
export async function ensureStaticImage(): Promise<string> {
  const source = join(import.meta.dirname, 'main.go');
  const key = createHash('sha256')
    .update(await readFile(source))
    .digest('hex');
  const reference = `firedrill-test/static:${key.slice(0, 12)}`;
  if (!(await execa('docker', ['image', 'inspect', reference], { reject: false })).failed) return reference;
  const folder = await mkdtemp(join(tmpdir(), 'static-image-'));
  try {
    await execa('go', ['build', '-o', join(folder, 'service'), source], { env: { CGO_ENABLED: '0' } });
    const tar = join(folder, 'root.tar');
    await execa('tar', ['-C', folder, '-cf', tar, 'service']);
    await execa('docker', ['import', tar, reference]);
  } finally {
    await rm(folder, { recursive: true });
  }
  return reference;
}
