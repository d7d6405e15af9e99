import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const make = async () => await realpath(await mkdtemp(join(tmpdir(), 'firedrill-toolchain-')));
const remove = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 5 });

/** For tests: a fresh folder before each test of the surrounding suite, removed after it. */
export function testFolder(): () => string {
  let folder = '';
  beforeEach(async () => {
    folder = await make();
  });
  afterEach(() => remove(folder));
  return () => folder;
}

/** For tests: one folder for the whole of the surrounding suite. */
export function suiteFolder(): () => string {
  let folder = '';
  before(async () => {
    folder = await make();
  });
  after(() => remove(folder));
  return () => folder;
}

/** For tests: what a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error,
  );
}
