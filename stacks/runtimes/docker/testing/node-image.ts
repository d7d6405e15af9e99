import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** What the image that is made here has where. */
export const nodeImage = { entrypoint: ['/bin/node'], user: '1000', config: '/etc/tiny', data: '/data' };

/**
 * An image of this machine's own Node and the libraries that it links to, so that components of a test can be a line of
 * JavaScript each; made once for each Node. As it is, it does nothing, as the holder of a pod does.
 *
 * @returns its reference.
 */
export async function ensureNodeImage(): Promise<string> {
  const { stdout } = await execa('ldd', [process.execPath]);
  const libraries = stdout.split('\n').flatMap((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  const key = createHash('sha256')
    .update([process.version, process.execPath, ...libraries].join())
    .digest('hex');
  const reference = `firedrill-test/node:${key.slice(0, 12)}`;
  if (!(await execa('docker', ['image', 'inspect', reference], { reject: false })).failed) return reference;
  const root = await mkdtemp(join(tmpdir(), 'node-image-'));
  try {
    for (const file of libraries) {
      await mkdir(join(root, dirname(file)), { recursive: true });
      await cp(file, join(root, file), { dereference: true });
    }
    for (const folder of ['bin', 'etc', 'data']) await mkdir(join(root, folder), { recursive: true });
    await cp(process.execPath, join(root, 'bin', 'node'));
    await writeFile(join(root, 'etc', 'passwd'), 'root:x:0:0::/:\nnode:x:1000:1000::/:\n');
    const tar = `${root}.tar`;
    await execa('tar', ['-C', root, '--owner=0', '--group=0', '--exclude=./data', '-cf', tar, '.']);
    await execa('tar', ['-C', root, '--owner=1000', '--group=1000', '-rf', tar, './data']);
    const idle = 'ENTRYPOINT ["/bin/node","-e","setInterval(() => {}, 1000000)"]';
    await execa('docker', ['import', '--change', `USER ${nodeImage.user}`, '--change', idle, tar, reference]);
    await rm(tar);
  } finally {
    await rm(root, { recursive: true });
  }
  return reference;
}

/**
 * An image that does as much as Testcontainers' reaper does before it has something to remove: it listens, says so, and
 * ends when whom it watches has gone.
 */
export async function makeRyukLike(): Promise<string> {
  const reference = 'firedrill-test/ryuk-like:1';
  const code = `require('node:net')
    .createServer((socket) => socket.on('error', () => {}).on('close', () => process.exit()).resume())
    .listen(8080, () => console.log('Started'))`;
  const entrypoint = JSON.stringify(['/bin/node', '-e', code.replaceAll('\n', ' ')]);
  const { stdout: id } = await execa('docker', ['create', await ensureNodeImage()]);
  await execa('docker', ['commit', '--change', `ENTRYPOINT ${entrypoint}`, id, reference]);
  await execa('docker', ['rm', id]);
  return reference;
}
