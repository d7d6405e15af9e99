import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCli } from './testing/cli.ts';
import { madeFiles } from './testing/made-system.ts';

/** The size that docs/your-system.md states. */
const size = { services: 60, alerts: 3_000 };

describe('a system with 60 services and 3,000 alert rules', function () {
  this.timeout(900_000);

  it('is drilled, and its report stays readable', async () => {
    const runs = await mkdtemp(join(tmpdir(), 'limits-runs-'));
    try {
      const { exitCode, stderr, kept, left } = await runCli({
        args: ['{dir}/scenarios/instance-down.yaml'],
        files: Object.fromEntries(madeFiles(size)),
        runs,
      });
      expect(exitCode, stderr).to.equal(0);
      const { record } = kept ?? {};
      expect(record?.outcome).to.equal('pass');
      // Prometheus, Alertmanager, and the first service twice.
      expect(record?.stack.components).to.have.length(size.services + 3);
      const alerting = record?.rules?.health.filter(({ kind }) => kind === 'alerting') ?? [];
      expect(alerting).to.have.length(size.alerts);
      expect(alerting.filter(({ evaluations }) => evaluations === 0)).to.deep.equal([]);
      expect((await stat(join(runs, 'latest', 'report.html'))).size).to.be.below(5_000_000);
      expect(left).to.deep.equal([]);
    } finally {
      await rm(runs, { recursive: true });
    }
  });
});
