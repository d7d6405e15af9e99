import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import { parseExposition } from './exposition.ts';
import { notifierRequests } from './failure-counters.ts';
import { watchNotifiers } from './watch-notifiers.ts';

const exposed = (sent: number, failed: number) => `
alertmanager_notification_requests_total{integration="slack"} ${sent}
alertmanager_notification_requests_failed_total{integration="slack"} ${failed}`;

/** How many requests were accepted at each reading after the first. */
async function accepted(...readings: [sent: number, failed: number][]): Promise<number[]> {
  const ended = new AbortController();
  const left = [...readings];
  const watch = watchNotifiers(
    {
      notifierRequests: async () => {
        const next = left.shift();
        if (!next) throw new Error('no reading is left');
        return notifierRequests(parseExposition(exposed(...next), 'test'));
      },
    },
    { everyMs: 1, signal: ended.signal },
  );
  await until('every reading', () => (watch.lastProblem() ? met(undefined) : notYet(`${left.length} left`)), {
    ...{ where: 'test', withinMs: 5_000, everyMs: 1, signal: ended.signal },
  });
  ended.abort();
  return watch.handedOver().map((one) => one.accepted);
}

describe('the watch of notifiers', () => {
  it('counts requests that were accepted, and none that failed', async () => {
    expect(await accepted([3, 1], [3, 1], [5, 1], [6, 2])).to.deep.equal([2]);
  });

  it('counts all requests after a restart', async () => {
    expect(await accepted([9, 2], [3, 1])).to.deep.equal([2]);
  });

  it('does not take a failure that is counted one reading later for a restart', async () => {
    expect(await accepted([9, 0], [9, 1], [10, 1])).to.deep.equal([1]);
  });

  it('says why the last reading failed', async () => {
    expect(await accepted([1, 0])).to.deep.equal([]);
  });
});
