import { expect } from 'chai';
import { messageOf } from '../../core/errors.ts';
import { within } from '../../core/path.ts';
import type { RangeResult } from '../../signals/readers/series.ts';
import { watchAbort } from './abort-watch.ts';

const condition = { query: 'errors > 1', every: '1ms' };
const holds: RangeResult = { series: [{ labels: { job: 'a' }, samples: [[0, 2]] }] };
const quiet: RangeResult = { series: [] };

/** Watches a Prometheus that answers so in turn, and then as at last. @returns why the drill ended. */
async function ended(...answers: readonly (RangeResult | Error)[]): Promise<string> {
  const stop = new AbortController();
  let asked = 0;
  const queryRange = async () => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? quiet;
    asked += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  try {
    return await new Promise<string>((resolve, reject) => {
      const staging = { abort: condition, whereOf: within('staging.yaml') };
      watchAbort(staging, { queryRange }, (reason) => resolve(reason.message), stop.signal).catch(reject);
    });
  } catch (error) {
    return `refused: ${messageOf(error)}`;
  } finally {
    stop.abort();
  }
}

describe('the condition that ends a drill', () => {
  it('ends it as soon as it has a result', async () => {
    expect(await ended(quiet, quiet, holds)).to.match(
      /^staging\.yaml: abort\.query: errors > 1 gives 2 for \{job="a"\}: the drill ends/,
    );
  });

  it('refuses a drill that it would end at once', async () => {
    expect(await ended(holds)).to.match(/^refused: .*it holds before the drill: errors > 1 gives 2/);
  });

  it('ends it if it cannot be read any more, and not after a single failure', async () => {
    const failure = new Error('no answer');
    expect(await ended(quiet, failure, quiet, failure, failure, failure)).to.match(
      /cannot be read any more: no answer/,
    );
    expect(await ended(quiet, failure, failure, quiet, holds)).to.match(/gives 2/);
  });

  it('refuses a query that Prometheus cannot evaluate', async () => {
    expect(await ended({ series: [], error: 'parse error' })).to.match(
      /^refused: .*cannot be read: parse error/,
    );
  });
});
