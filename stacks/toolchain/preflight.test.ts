import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { goCaches } from './go-env.ts';
import { parseGoVersion, requireCompiler, requireDisk, requireGo } from './preflight.ts';
import type { Recipe } from './recipe.ts';
import { rejectionOf, testFolder } from './testing/folders.ts';

const signal = new AbortController().signal;

describe('preflight', () => {
  const folder = testFolder();
  const recipe = (diskBytes = 1): Recipe => ({
    tool: 'hello',
    version: '1.2.3',
    binaries: ['hello', 'hello-tool'],
    folder: join(folder(), 'recipe'),
    expectedMs: 1,
    diskBytes,
    build: async () => {},
  });
  const cache = () => join(folder(), 'cache');
  const fake = async (program: string, text: string) => {
    const bin = join(folder(), 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, program), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return { PATH: bin };
  };
  const goThatSays = (text: string) => fake('go', text);
  beforeEach(async () => {
    await mkdir(join(folder(), 'recipe', 'module'), { recursive: true });
    await writeFile(join(folder(), 'recipe', 'go.mod'), 'module a\n\ngo 1.25.0\n');
    await writeFile(join(folder(), 'recipe', 'module', 'go.mod'), 'module b\n\ngo 1.26.3\n');
  });

  it('reads Go versions', () => {
    expect(parseGoVersion('go1.26.8')).to.deep.equal([1, 26, 8]);
    expect(parseGoVersion('1.26')).to.deep.equal([1, 26, 0]);
    expect(parseGoVersion('1.27rc1')).to.deep.equal([1, 27, 0]);
    expect(parseGoVersion('devel')).to.equal(undefined);
  });

  it('says what is needed, and what to do, where there is no Go', async () => {
    const error = await rejectionOf(requireGo(recipe(), cache(), { PATH: folder() }, signal));
    expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'broken');
    expect(String(error)).to.contain('hello 1.2.3 needs Go 1.26.3 or newer, but there is no go on PATH');
    expect(String(error))
      .to.contain('https://go.dev/dl/')
      .and.contain('FIREDRILL_HELLO, FIREDRILL_HELLO_TOOL');
  });

  it('refuses a Go that is older than any of the go.mod files demands', async () => {
    const env = await goThatSays('echo go version go1.26.2 linux/amd64');
    const error = await rejectionOf(requireGo(recipe(), cache(), env, signal));
    expect(String(error)).to.contain('needs Go 1.26.3').and.contain('go1.26.2');
  });

  it('accepts the very version, and newer ones', async () => {
    for (const version of ['1.26.3', '1.27', '2.0.1']) {
      await requireGo(
        recipe(),
        cache(),
        await goThatSays(`echo go version go${version} linux/amd64`),
        signal,
      );
    }
  });

  it('passes on what a failing Go says', async () => {
    const env = await goThatSays('echo "download go1.26.3: toolchain not available" >&2; exit 1');
    const error = await rejectionOf(requireGo(recipe(), cache(), env, signal));
    expect(String(error)).to.contain('toolchain not available');
  });

  it('asks for a C compiler only where a recipe has parts in C', async () => {
    const env = { PATH: folder() };
    await requireCompiler(recipe(), cache(), env, signal);
    const error = await rejectionOf(requireCompiler({ ...recipe(), cgo: true }, cache(), env, signal));
    expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'broken');
    expect(String(error)).to.match(/needs a C compiler.*, but there is no (gcc|clang) on PATH/);
    expect(String(error)).to.contain('glibc-static').and.contain('FIREDRILL_HELLO, FIREDRILL_HELLO_TOOL');
  });

  it('passes on what a C compiler says that has no library to link with', async () => {
    const env = { ...(await fake('mycc', 'echo "cannot find -lc" >&2; exit 1')), CC: 'mycc -m64' };
    const error = await rejectionOf(requireCompiler({ ...recipe(), cgo: true }, cache(), env, signal));
    expect(String(error)).to.contain('but mycc failed').and.contain('cannot find -lc');
  });

  it('refuses to start where the disk cannot hold the build', async () => {
    const error = await rejectionOf(requireDisk([recipe(), recipe(5e17)], cache(), goCaches(cache(), {})));
    expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'broken');
    expect(String(error)).to.contain('500000000.0 GB free').and.contain(cache());
  });

  it('does not ask for space again when resuming, or for caches of the user', async () => {
    const user = { GOCACHE: join(folder(), 'user') };
    await requireDisk([recipe(5e17)], cache(), goCaches(cache(), user));
    await mkdir(join(cache(), 'build', 'mod'), { recursive: true });
    await requireDisk([recipe(5e17)], cache(), goCaches(cache(), {}));
  });
});
