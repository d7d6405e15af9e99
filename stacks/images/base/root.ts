import { chmod, cp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.ts';
import { groupFile, passwdFile } from './users.ts';

/**
 * Makes a root file system of Debian packages, without being root: nothing is executed in it, and who owns the files is
 * said when they are packed.
 *
 * @param root a folder that does not exist yet.
 */
export async function makeRoot(root: string, debs: readonly string[], signal: AbortSignal): Promise<void> {
  await mkdir(root);
  for (const deb of debs) await run('dpkg-deb', ['--extract', deb, root], { cwd: root, signal });
  const share = join(root, 'usr/share');
  for (const idle of [
    'doc',
    'man',
    'gdb',
    'lintian',
    'initramfs-tools',
    'zoneinfo/right',
    'zoneinfo/posix',
  ]) {
    await rm(join(share, idle), { recursive: true, force: true });
  }
  await mergeUsr(root);
  await linkApplets(root, signal);
  await bundleAuthorities(root);
  await writeFile(join(root, 'etc/passwd'), passwdFile());
  await writeFile(join(root, 'etc/group'), groupFile());
  // Without it the C library would look up `localhost` in the network first.
  await writeFile(join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
  await mkdir(join(root, 'tmp'));
  await chmod(join(root, 'tmp'), 0o1777);
}

/** Folders that are links into /usr on an installed system; its older packages have files in them all the same. */
async function mergeUsr(root: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const merged = join(root, 'usr', name);
    await mkdir(merged, { recursive: true });
    if (await isFolder(join(root, name))) {
      await cp(join(root, name), merged, {
        recursive: true,
        verbatimSymlinks: true,
        preserveTimestamps: true,
      });
      await rm(join(root, name), { recursive: true });
    }
    await symlink(join('usr', name), join(root, name));
  }
}

const isFolder = async (path: string) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

async function linkApplets(root: string, signal: AbortSignal): Promise<void> {
  const bin = join(root, 'usr/bin');
  const there = new Set([...(await readdir(bin)), ...(await readdir(join(root, 'usr/sbin')))]);
  const applets = (await run(join(bin, 'busybox'), ['--list'], { cwd: root, signal })).split('\n');
  for (const applet of applets.filter((name) => name && !there.has(name))) {
    await symlink('busybox', join(bin, applet));
  }
}

/** What the package's own script would do, were it installed. */
async function bundleAuthorities(root: string): Promise<void> {
  const folder = join(root, 'usr/share/ca-certificates');
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.crt')).sort();
  const all = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true });
  await writeFile(join(root, 'etc/ssl/certs/ca-certificates.crt'), all.join(''));
}
