/* Commands of several drills: which go on with the stack of the one before, and which do not. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Problems } from '../core/problems.ts';
import type { DrillRecord } from '../core/record.ts';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import { ledgerOf } from './ledger/ledger.ts';
import { readDrillLines } from './ledger/read-lines.ts';
import { readTodaysFiles } from './ledger/todays-files.ts';
import { onBrokenCopy, rules } from './testing/broken-copy.ts';
import { project } from './testing/cli.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';
import { patched, sourcePatches } from './testing/patched.ts';
import { recordsOf, red, slow } from './testing/several-drills.ts';

/** Expects that each drill has left a line, by which its alert, and no other, is proven on the files of today. */
async function provenBy(ledger: string, drills: readonly DrillRecord[]): Promise<void> {
  const lines = await readDrillLines([ledger]);
  expect(lines.map(({ run }) => run)).to.deep.equal(drills.map(({ id }) => id));
  const problems = new Problems();
  const todays = await readTodaysFiles(undefined, undefined, project, problems);
  expect(problems.all).to.deep.equal([]);
  const drilled = ledgerOf('shop', lines, todays, Date.now()).alerts.filter(({ drill }) => drill);
  expect(drilled.map(({ alert, state }) => [alert, state])).to.deep.equal([
    ['CheckoutErrorRateHigh', 'proven'],
  ]);
}

/** The shop's own counters exist before the first failure; a series of failed requests does not. */
const failedRequests =
  'otel_app_http_request_duration_milliseconds_count{http_route="/checkout",http_response_status_code="502"}';

describe('drills of one command', () => {
  const command = overlappingCommands();
  const runs = join(process.env.TMPDIR ?? '/tmp', `shared-stack-${process.pid}`);

  command(
    'reuse the stack of a drill that passed, each with its own load, pages and logs, and get a new one if an alert would join the group of an alert that paged before',
    () => ({
      args: [slow.path, checkoutErrors.name, checkoutErrors.name, '--stack', 'metrics'],
      files: slow.files,
      runs,
    }),
    async (ended) => {
      const [first, second, third] = recordsOf(ended, 3);
      expect(
        [first, second, third].map(({ outcome }) => outcome),
        ended.stderr,
      ).to.deep.equal(['pass', 'pass', 'pass']);
      expect(ended.exitCode).to.equal(0);
      expect(first.stack).not.to.have.any.keys('drillsBefore', 'newBecause');
      expect(second.stack.drillsBefore).to.deep.equal([first.id]);
      expect(second.stack.components.map(({ address }) => address)).to.deep.equal(
        first.stack.components.map(({ address }) => address),
      );
      expect(second.configuration).to.deep.equal(first.configuration);
      // Earlier pages belong to the previous drill.
      expect(first.deliveries).to.deep.equal([]);
      expect(second.deliveries).not.to.deep.equal([]);
      const begin = second.startedAt;
      for (const { at } of [...second.deliveries, ...(second.load?.seconds ?? [])])
        expect(at).to.be.at.least(begin - 1_000);
      const [early, late] = await Promise.all([first, second].map(({ id }) => linesOf(join(runs, id))));
      // The components are the same; the log lines are distinguished by their time.
      expect(early?.at(-1)).to.be.below(second.faultWindow?.injectedAt ?? 0);
      expect(late?.[0]).to.be.above(first.faultWindow?.revertedAt ?? Infinity);
      expect(await readFile(join(runs, second.id, 'config/prometheus/prometheus.yml'), 'utf8')).to.equal(
        await readFile(join(runs, first.id, 'config/prometheus/prometheus.yml'), 'utf8'),
      );
      expect(third.stack).not.to.have.property('drillsBefore');
      expect(third.stack.newBecause).to.deep.equal({
        ...{ drill: second.id, kind: 'group kept' },
        detail: 'CheckoutErrorRateHigh',
      });
      await provenBy(join(runs, 'ledger.jsonl'), [first, second, third]);
    },
  );

  command(
    'get a new stack after one whose fault made series that the next one reads',
    async () => {
      const command = await onBrokenCopy({
        changed: { [rules]: [['otel_app_checkout_errors_total', failedRequests]] },
      });
      return { ...command, args: [...command.args, '--repeat', '2'] };
    },
    (ended) => {
      const [first, second] = recordsOf(ended, 2);
      expect([first.outcome, second.outcome], ended.stderr).to.deep.equal(['pass', 'pass']);
      expect(second.stack).not.to.have.property('drillsBefore');
      expect(second.stack.newBecause).to.deep.equal({
        drill: first.id,
        kind: 'series made',
        detail: failedRequests,
      });
      expect(ended.stderr).to.include(`a new stack, not that of ${first.id}: its fault made series of `);
    },
  );

  command(
    'get a new stack after one that failed, and after one whose undo failed',
    () => ({
      args: [red.path, slow.path, checkoutErrors.name, '--stack', 'metrics'],
      files: { ...red.files, ...slow.files },
      imported: patched(sourcePatches.loadIsNotStoppedInTime),
    }),
    (ended) => {
      const [first, second, third] = recordsOf(ended, 3);
      const failed = [first, second, third].map(({ verdicts }) =>
        verdicts.some(({ outcome }) => outcome === 'fail'),
      );
      expect(failed, ended.stderr).to.deep.equal([true, false, false]);
      expect(second.stack.newBecause).to.deep.equal({ drill: first.id, kind: 'not held' });
      expect(second.teardownFailures).to.deep.equal([{ what: 'stop load', message: 'not in time' }]);
      expect(third.stack.newBecause).to.deep.equal({
        ...{ drill: second.id, kind: 'undo failed' },
        detail: 'stop load: not in time',
      });
      // An undo that fails breaks a drill, whatever its checks say.
      expect(ended.exitCode).to.equal(3);
    },
  );
});

/** The times of all log lines of the Collector of orders, in epoch milliseconds. */
async function linesOf(run: string): Promise<number[]> {
  const text = await readFile(join(run, 'logs', 'orders.log'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => Date.parse((JSON.parse(line) as { time: string }).time));
}
