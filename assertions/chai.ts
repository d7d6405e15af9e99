import { AssertionError } from 'chai';
import { humanDuration, parseDuration } from '../core/duration.ts';
import { type DrillRecord, type Page, recordSchema } from '../core/record.ts';
import { type ReceiverName, receiverNames } from '../core/scenario.ts';
import { inOrder, resolutionOf, staleness } from './pages.ts';
import { runbookLinks } from './runbook-links.ts';
import { unproven } from './unproven.ts';

declare global {
  namespace Chai {
    interface Assertion {
      /**
       * An alert was paged because of the drill's fault, at some receiver or the given one. What follows
       * narrows the pages, and fails when none is left. With `not` before it, nothing may follow: there is no
       * page to say more of.
       */
      paged(alert: string, receiver?: ReceiverName): Assertion;
      /** At this receiver. */
      via(receiver: ReceiverName): Assertion;
      /** With links to runbooks, all of which opened. */
      withRunbook(): Assertion;
      /** Resolved at its receiver within a duration of the last request hit, as measured. */
      resolvedWithin(duration: string): Assertion;
      /** No receiver got any page. */
      pagedNobody(): Assertion;
    }
    // Where chai declares its own `within`, so that both can be called.
    interface NumericComparison {
      /** Within a duration (`90s`) of the first request hit, as measured. */
      within(duration: string): Assertion;
    }
  }
}

const pagesFlag = 'firedrill pages';

/**
 * Assertions over the record of a drill, for `chai.use`:
 *
 *     expect(record).to.have.paged('CheckoutErrorRateHigh').via('slack').within('90s')
 *     expect(record).to.not.have.paged('CheckoutSlow')
 *     expect(record).to.have.pagedNobody()
 *
 * Durations are wall time, whatever the pace. The record of a drill that proves nothing fails every
 * assertion, negated or not, with what went wrong in it.
 */
export const firedrillAssertions: Chai.ChaiPlugin = (chai, utils) => {
  const { Assertion } = chai;

  /** The pages that the chain speaks of so far. */
  const chained = (assertion: Chai.AssertionStatic, method: string): readonly Page[] => {
    const pages: readonly Page[] | undefined = utils.flag(assertion, pagesFlag);
    if (pages) return pages;
    throw new TypeError(
      `${method} follows paged(…), and not a negated one: write .not.paged(alert, receiver)`,
    );
  };

  const narrow = (method: string, what: string, keeps: (record: DrillRecord, page: Page) => boolean) =>
    function (this: Chai.AssertionStatic): void {
      const record = proven(this._obj);
      const pages = chained(this, method);
      const kept = pages.filter((page) => keeps(record, page));
      this.assert(
        kept.length > 0,
        `expected ${listed(record, pages)} ${what}`,
        `expected ${listed(record, pages)} not ${what}`,
        what,
      );
      if (!utils.flag(this, 'negate')) utils.flag(this, pagesFlag, kept);
    };

  Assertion.addMethod('paged', function (this: Chai.AssertionStatic, alert: string, receiver?: ReceiverName) {
    const record = proven(this._obj);
    const pages = inOrder(record).filter(
      (page) =>
        page.status === 'firing' &&
        page.alert === alert &&
        (receiver === undefined || page.receiver === known(receiver)) &&
        staleness(record, page) === undefined,
    );
    const where = receiver ? ` at ${receiver}` : '';
    this.assert(
      pages.length > 0,
      `expected ${alert} to page${where}, but the pages were: ${listed(record, record.pages)}`,
      `expected ${alert} not to page${where}, but it did: ${listed(record, pages)}`,
      alert,
    );
    utils.flag(this, pagesFlag, utils.flag(this, 'negate') ? undefined : pages);
  });

  Assertion.addMethod('via', function (this: Chai.AssertionStatic, receiver: ReceiverName) {
    narrow('via', `at ${known(receiver)}`, (_, page) => page.receiver === receiver).call(this);
  });
  Assertion.addMethod('withRunbook', function (this: Chai.AssertionStatic) {
    narrow('withRunbook', 'with a runbook that opens', hasRunbook).call(this);
  });
  Assertion.addMethod('resolvedWithin', function (this: Chai.AssertionStatic, duration: string) {
    const limit = msOf(duration);
    narrow('resolvedWithin', `resolved within ${duration}`, (record, page) => {
      const took =
        (resolutionOf(record, page)?.receivedAt ?? Number.NaN) - (record.faultWindow?.lastHitAt ?? NaN);
      return took >= 0 && took <= limit;
    }).call(this);
  });
  // Chai's own `within` takes two numbers; only a single duration is ours.
  Assertion.overwriteMethod(
    'within',
    (original: (...args: unknown[]) => unknown) =>
      function (this: Chai.AssertionStatic, ...args: unknown[]) {
        const [duration] = args;
        if (args.length !== 1 || typeof duration !== 'string') return original.apply(this, args);
        const limit = msOf(duration);
        narrow(
          'within',
          `within ${duration} of the first request hit`,
          (record, page) => mttd(record, page) <= limit,
        ).call(this);
      },
  );
  Assertion.addMethod('pagedNobody', function (this: Chai.AssertionStatic) {
    const record = proven(this._obj);
    this.assert(
      record.pages.length === 0,
      `expected nobody to be paged, but these pages arrived: ${listed(record, record.pages)}`,
      'expected somebody to be paged',
      undefined,
    );
  });
};

/** A record of a drill that proves something, or the reason why it does not as the failure. */
function proven(candidate: unknown): DrillRecord {
  const parsed = recordSchema.safeParse(candidate);
  if (!parsed.success) throw new TypeError('expect(…) was not given the record of a drill');
  const record = parsed.data;
  const left = record.teardownFailures.map(({ what, message }) => `${what}: ${message}`);
  const [reason] = [...unproven(record), ...left];
  if (reason !== undefined) throw new AssertionError(`the drill proves nothing: ${reason}`);
  if (record.outcome === 'pass' || record.outcome === 'fail') return record;
  throw new AssertionError(`the drill proves nothing: it ended ${record.outcome}`);
}

const mttd = ({ faultWindow }: DrillRecord, page: Page) => page.receivedAt - (faultWindow?.firstHitAt ?? NaN);

function hasRunbook(record: DrillRecord, page: Page): boolean {
  const links = runbookLinks(record, page);
  const opens = (link: string) => record.runbooks.some(({ url, status }) => url === link && status === 200);
  return links.length > 0 && links.every(opens);
}

const listed = (record: DrillRecord, pages: readonly Page[]): string =>
  pages
    .map(
      (page) => `${page.status} ${page.alert} at ${page.receiver} after ${humanDuration(mttd(record, page))}`,
    )
    .join(', ') || 'no page';

function msOf(duration: string): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new TypeError(`"${duration}" is no duration such as 90s or 1m30s`);
  return ms;
}

function known(receiver: ReceiverName): ReceiverName {
  if (receiverNames.includes(receiver)) return receiver;
  throw new TypeError(`there is no receiver "${receiver}"; there are ${receiverNames.join(', ')}`);
}
