import type { ReceiverName } from '../core/receivers/receivers.ts';
import type { DrillRecord, Page } from '../core/record.ts';
import { hasRunbook, known, listed, msOf, mttd, proven, resolutionMs } from './chai-record.ts';
import { cameThrough, inOrder, staleness } from './pages.ts';

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
      /** Through this receiver of Alertmanager's or contact point of Grafana's. */
      through(contactPoint: string): Assertion;
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

/** The pages that a chain speaks of so far. */
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
  addPaged(chai, utils);
  addNarrowing(chai, utils);
  chai.Assertion.addMethod('pagedNobody', function (this: Chai.AssertionStatic) {
    const record = proven(this._obj);
    this.assert(
      record.pages.length === 0,
      `expected nobody to be paged, but these pages arrived: ${listed(record, record.pages)}`,
      'expected somebody to be paged',
      undefined,
    );
  });
};

const addPaged: Chai.ChaiPlugin = ({ Assertion }, utils) => {
  function paged(this: Chai.AssertionStatic, alert: string, receiver?: ReceiverName): void {
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
  }
  Assertion.addMethod('paged', paged);
};

/** Each of these keeps the pages that satisfy it, and fails when that leaves none. */
const addNarrowing: Chai.ChaiPlugin = ({ Assertion }, utils) => {
  type Keeps = (record: DrillRecord, page: Page) => boolean;

  function narrow(assertion: Chai.AssertionStatic, what: string, keeps: Keeps): void {
    const record = proven(assertion._obj);
    const pages: readonly Page[] | undefined = utils.flag(assertion, pagesFlag);
    if (!pages) {
      throw new TypeError(
        `"${what}" follows paged(…), and not a negated one: write .not.paged(alert, receiver)`,
      );
    }
    const kept = pages.filter((page) => keeps(record, page));
    const subject = `expected ${listed(record, pages)}`;
    assertion.assert(kept.length > 0, `${subject} ${what}`, `${subject} not ${what}`, what);
    if (!utils.flag(assertion, 'negate')) utils.flag(assertion, pagesFlag, kept);
  }

  Assertion.addMethod('via', function (this: Chai.AssertionStatic, receiver: ReceiverName) {
    narrow(this, `at ${known(receiver)}`, (_, page) => page.receiver === receiver);
  });
  Assertion.addMethod('through', function (this: Chai.AssertionStatic, contactPoint: string) {
    narrow(this, `through ${contactPoint}`, (_, page) => cameThrough(page, contactPoint));
  });
  Assertion.addMethod('withRunbook', function (this: Chai.AssertionStatic) {
    narrow(this, 'with a runbook that opens', hasRunbook);
  });
  Assertion.addMethod('resolvedWithin', function (this: Chai.AssertionStatic, duration: string) {
    const limit = msOf(duration);
    narrow(this, `resolved within ${duration}`, (record, page) => {
      const took = resolutionMs(record, page);
      return took >= 0 && took <= limit;
    });
  });
  // Chai's own `within` takes two bounds; a single duration is ours.
  Assertion.overwriteMethod('within', (original: (...args: unknown[]) => unknown) => {
    return function (this: Chai.AssertionStatic, ...args: unknown[]) {
      const [duration] = args;
      if (args.length !== 1 || typeof duration !== 'string') return original.apply(this, args);
      const limit = msOf(duration);
      narrow(
        this,
        `within ${duration} of the first request hit`,
        (record, page) => mttd(record, page) <= limit,
      );
    };
  });
};
