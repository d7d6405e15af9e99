/* Commands of several drills: which go on with the stack of the one before, and which do not. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { DrillRecord } from '../core/record.ts';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import { likeCheckoutErrors, onBrokenCopy, rules } from './testing/broken-copy.ts';
import type { CliResult } from './testing/cli.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';
import { patched, sourcePatches } from './testing/patched.ts';
import { slowPayments } from './testing/slow-payments.ts';

const files = { 'slow.json': JSON.stringify(slowPayments) };
const args = ['{dir}/slow.json', checkoutErrors.name, '--stack', 'metrics'];

/** The shop's own counters exist before the first failure; a series of failed requests does not. */
const failedRequests =
  'otel_app_http_request_duration_milliseconds_count{http_route="/checkout",http_response_status_code="502"}';

function twoOf({ printed, left, stderr }: CliResult): [DrillRecord, DrillRecord] {
  expect(left, 'left behind').to.deep.equal([]);
  const [first, second] = printed;
  if (!first || !second || printed.length > 2) throw new Error(`expected two records:\n${stderr}`);
  return [first, second];
}

describe('drills of one command', () => {
  const command = overlappingCommands();
  const runs = join(process.env.TMPDIR ?? '/tmp', `shared-stack-${process.pid}`);

  command(
    'reuse the stack of a drill that passed, each with its own load, pages and logs',
    () => ({ args, files, runs }),
    async (ended) => {
      const [first, second] = twoOf(ended);
      expect([first.outcome, second.outcome], ended.stderr).to.deep.equal(['pass', 'pass']);
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
      expect(early?.at(-1)).to.be.below((second.faultWindow?.injectedAt ?? 0) as number);
      expect(late?.[0]).to.be.above(first.faultWindow?.revertedAt ?? Infinity);
      expect(await readFile(join(runs, second.id, 'config/prometheus/prometheus.yml'), 'utf8')).to.equal(
        await readFile(join(runs, first.id, 'config/prometheus/prometheus.yml'), 'utf8'),
      );
    },
  );

  command(
    'get a new stack if an alert would join the group of an alert that paged before',
    () => ({ args: [checkoutErrors.name, '--stack', 'metrics', '--repeat', '2'] }),
    (ended) => {
      const [first, second] = twoOf(ended);
      expect([first.outcome, second.outcome], ended.stderr).to.deep.equal(['pass', 'pass']);
      expect(second.stack).not.to.have.property('drillsBefore');
      expect(second.stack.newBecause).to.deep.equal({
        ...{ drill: first.id, kind: 'group kept' },
        detail: 'CheckoutErrorRateHigh',
      });
    },
  );

  command(
    'get a new stack each with --fresh-stack',
    () => ({ args: [...args, '--fresh-stack'], files }),
    (ended) => {
      const [, second] = twoOf(ended);
      expect(second.outcome).to.equal('pass');
      expect(second.stack).not.to.have.any.keys('drillsBefore', 'newBecause');
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
      const [first, second] = twoOf(ended);
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
    'get a new stack after one that failed',
    () => ({
      args: ['{dir}/red.json', ...args.slice(1)],
      files: {
        'red.json': JSON.stringify({ ...likeCheckoutErrors({ labels: { team: 'nobody' } }), name: 'red' }),
      },
    }),
    (ended) => {
      const [first, second] = twoOf(ended);
      expect([first.outcome, second.outcome]).to.deep.equal(['fail', 'pass']);
      expect(second.stack.newBecause).to.deep.equal({ drill: first.id, kind: 'not held' });
      expect(ended.exitCode).to.equal(1);
    },
  );

  command(
    'get a new stack after one whose undo failed',
    () => ({
      args,
      files,
      imported: patched(sourcePatches.loadIsNotStoppedInTime),
    }),
    (ended) => {
      const [first, second] = twoOf(ended);
      expect(first.teardownFailures).to.deep.equal([{ what: 'stop load', message: 'not in time' }]);
      expect(second.stack.newBecause).to.deep.equal({
        ...{ drill: first.id, kind: 'undo failed' },
        detail: 'stop load: not in time',
      });
    },
  );

  command(
    'are broken at the gate, and not failed, if the previous drill has left an alert',
    () => ({
      args,
      files,
      imported: patched(sourcePatches.drillLeavesAnAlert),
    }),
    (ended) => {
      const [first, second] = twoOf(ended);
      expect([first.outcome, second.outcome]).to.deep.equal(['pass', 'broken']);
      expect(second.problem).to.include({ kind: 'broken', phase: 'quiet gate' });
      expect(second.problem?.problems[0]?.message).to.include('Alertmanager holds alert Left');
      expect(second.problem?.problems[0]?.hint).to.include(`it may be left of ${first.id}`);
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
