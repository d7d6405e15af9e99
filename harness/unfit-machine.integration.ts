import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import { runCli } from './testing/cli.ts';
import { expectRefused, expectUnjudged } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

const drill = checkoutErrors.name;

describe('a machine that cannot hold a drill', () => {
  describe('with the wrong tools', () => {
    const command = overlappingCommands();

    command(
      'says which Go is needed, and where to get it',
      () => ({
        args: [drill],
        env: { PATH: dirname(process.execPath), XDG_CACHE_HOME: '{dir}/cache' },
      }),
      (ended) =>
        expectRefused(
          ended,
          3,
          /^toolchain: \S+: building \S+ [\d.]+ needs Go [\d.]+ or newer, but there is no go on PATH$/,
          /→ install Go from https:\/\/go\.dev\/dl\/ and put it on PATH, or name ready binaries with FIREDRILL_/,
        ),
    );
    command(
      'names every binary that cannot be used',
      () => ({
        args: [drill],
        files: { 'not-executable': '' },
        env: { FIREDRILL_K6: '{dir}/nowhere', FIREDRILL_PROMTOOL: '{dir}/not-executable' },
      }),
      (ended) =>
        expectRefused(
          ended,
          2,
          /^FIREDRILL_PROMTOOL: \S+not-executable cannot be used as promtool: it is not executable$/,
          /→ name an executable that answers `--version`/,
          /^FIREDRILL_K6: \S+nowhere cannot be used as k6: it does not exist$/,
          /→ name an executable that answers `--version`/,
        ),
    );
    command(
      'says that the load ended when its k6 is another program',
      () => ({
        args: [drill],
        files: {
          k6: '#!/bin/sh\nif [ "$1" = --version ]; then echo 1.2.3; exit; fi\necho not today >&2\nexit 7\n',
        },
        env: { FIREDRILL_K6: '{dir}/k6' },
      }),
      (ended) => {
        const said = expectUnjudged(ended, 'broken', 'warm up');
        expect(said).to.match(/^k6\nthe load ended by itself \(exit code 7\):\nnot today\nits whole log is/);
      },
    );
  });

  describe('without disk space', () => {
    let mounted: string;
    before('mount a small disk', async function () {
      mounted = await mkdtemp(join(tmpdir(), 'drill-test-disk-'));
      const { failed } = await execa('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mounted], {
        reject: false,
      });
      // Only root may mount, and not in every container.
      if (failed) this.skip();
    });
    after('unmount it', async () => {
      await execa('umount', [mounted], { reject: false });
      await rm(mounted, { recursive: true, force: true });
    });

    it('shows how much space there is, and how much is needed', async () => {
      const ended = await runCli({ args: [drill], runs: join(mounted, 'runs') });
      expectRefused(
        ended,
        3,
        `${mounted}/runs: only 4 MiB free on its disk; a drill needs 200 MiB for logs and reports`,
        /→ free some space, or name another place with --runs DIR/,
      );
    });
    it('shows that the disk is read-only', async () => {
      await execa('mount', ['-o', 'remount,ro,size=300m', mounted]);
      const ended = await runCli({ args: [drill], runs: join(mounted, 'runs') });
      expectRefused(
        ended,
        2,
        /^\S+runs: runs cannot be kept there: \S+ is on a read-only disk$/,
        /→ name another place with --runs DIR/,
      );
    });
  });

  it('shows that the path for runs is a file', async () => {
    const ended = await runCli({ args: [drill], files: { runs: '' } });
    expectRefused(
      ended,
      2,
      /^\S+runs: runs cannot be kept there: \S+ is a file; expected a folder$/,
      /→ name another place with --runs DIR/,
    );
  });
});
