import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import { unlessDocker } from '../../images/testing/unless-docker.ts';
import { ensureNodeImage } from './testing/node-image.ts';

const harness = fileURLToPath(new URL('./testing/without-proc.ts', import.meta.url));
const hidden = ['--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /proc && exec "$@"', 'sh'];

/* Docker Desktop and Colima run on machines without /proc. Skipped where this user may not hide it, or without a daemon. */
describe('a harness without /proc', function () {
  this.timeout(120_000);
  before('hide /proc', async function () {
    await unlessDocker.call(this);
    const { failed } = await execa('unshare', [...hidden, 'true'], { reject: false });
    if (failed) this.skip();
    await ensureNodeImage();
  });

  it('runs a stack in containers, leaves nothing, and takes no living harness for dead', async () => {
    const { stdout } = await execa('unshare', [...hidden, process.execPath, harness]);
    expect(JSON.parse(stdout)).to.deep.equal({
      ...{ hasProc: false, host: 'host.docker.internal', orphans: [], answer: 2, failures: [], lost: 0 },
      // Which connections the pods open cannot be seen from there, and the record says so.
      isWatched: false,
      hasMemory: true,
      ...{ isSelfDead: false, isOtherDead: true, left: [] },
    });
  });
});
