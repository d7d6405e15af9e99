import type { ReceiverName } from '../core/receivers/receivers.ts';
import type { DrillRecord, Page } from '../core/record.ts';
import {
  durationMs,
  hasRunbook,
  knownReceiver,
  mttd,
  pagesText,
  provenRecord,
  resolutionMs,
} from './chai-record.ts';
import { cameThrough, pagesInOrder, whyNotFromFault } from './pages.ts';

declare global {
  namespace Chai {
    interface Assertion {
      /**
       * The drill's fault caused a page of this alert, at any receiver or at the given one. Each assertion that follows
       * filters these pages and fails when none is left. After `not.paged`, no assertion may follow.
       */
      paged(alert: string, receiver?: ReceiverName): Assertion;
      /** Keeps the pages at this receiver. */
      via(receiver: ReceiverName): Assertion;
      /** Keeps the pages that came through this receiver of Alertmanager or contact point of Grafana. */
      through(contactPoint: string): Assertion;
      /** Keeps the pages that link runbooks, all of which opened. */
      withRunbook(): Assertion;
      /** Keeps the pages that were resolved at their receiver within this duration of the last request hit. */
      resolvedWithin(duration: string): Assertion;
      /** No receiver got any page. */
      pagedNobody(): Assertion;
    }
    // Chai declares its own `within` in this interface. This overload allows both.
    interface NumericComparison {
      /** Keeps the pages that arrived within this duration (`90s`) of the first request hit. */
      within(duration: string): Assertion;
    }
  }
}

/** Chai flag that holds the pages that the chain has kept so far. */
const pagesFlag = 'firedrill pages';

/**
 * Assertions over the record of a drill, for `chai.use`:
 *
 *     expect(record).to.have.paged('HighErrorRate').via('slack').within('90s')
 *     expect(record).to.not.have.paged('HighLatency')
 *     expect(record).to.have.pagedNobody()
 *
 * Durations are wall time, whatever the pace. If a drill proves nothing, every assertion on its record fails with the
 * reason, negated or not.
 */
export const firedrillAssertions: Chai.ChaiPlugin = (chai, utils) => {
  addPaged(chai, utils);
  addNarrowing(chai, utils);
  chai.Assertion.addMethod('pagedNobody', function (this: Chai.AssertionStatic) {
    const record = provenRecord(this._obj);
    this.assert(
      record.pages.length === 0,
      `expected nobody to be paged, but these pages arrived: ${pagesText(record, record.pages)}`,
      'expected somebody to be paged',
      undefined,
    );
  });
};

const addPaged: Chai.ChaiPlugin = ({ Assertion }, utils) => {
  function paged(this: Chai.AssertionStatic, alert: string, receiver?: ReceiverName): void {
    const record = provenRecord(this._obj);
    const pages = pagesInOrder(record).filter(
      (page) =>
        page.status === 'firing' &&
        page.alert === alert &&
        (receiver === undefined || page.receiver === knownReceiver(receiver)) &&
        whyNotFromFault(record, page) === undefined,
    );
    const where = receiver ? ` at ${receiver}` : '';
    this.assert(
      pages.length > 0,
      `expected ${alert} to page${where}, but the pages were: ${pagesText(record, record.pages)}`,
      `expected ${alert} not to page${where}, but it did: ${pagesText(record, pages)}`,
      alert,
    );
    utils.flag(this, pagesFlag, utils.flag(this, 'negate') ? undefined : pages);
  }
  Assertion.addMethod('paged', paged);
};

/** Adds the assertions that keep the pages that satisfy them, and fail when none is left. */
const addNarrowing: Chai.ChaiPlugin = ({ Assertion }, utils) => {
  type Keeps = (record: DrillRecord, page: Page) => boolean;

  function narrow(assertion: Chai.AssertionStatic, what: string, keeps: Keeps): void {
    const record = provenRecord(assertion._obj);
    const pages: readonly Page[] | undefined = utils.flag(assertion, pagesFlag);
    if (!pages) {
      throw new TypeError(
        `"${what}" follows paged(…), and not a negated one: write .not.paged(alert, receiver)`,
      );
    }
    const kept = pages.filter((page) => keeps(record, page));
    const subject = `expected ${pagesText(record, pages)}`;
    assertion.assert(kept.length > 0, `${subject} ${what}`, `${subject} not ${what}`, what);
    if (!utils.flag(assertion, 'negate')) utils.flag(assertion, pagesFlag, kept);
  }

  Assertion.addMethod('via', function (this: Chai.AssertionStatic, receiver: ReceiverName) {
    narrow(this, `at ${knownReceiver(receiver)}`, (_, page) => page.receiver === receiver);
  });
  Assertion.addMethod('through', function (this: Chai.AssertionStatic, contactPoint: string) {
    narrow(this, `through ${contactPoint}`, (_, page) => cameThrough(page, contactPoint));
  });
  Assertion.addMethod('withRunbook', function (this: Chai.AssertionStatic) {
    narrow(this, 'with a runbook that opens', hasRunbook);
  });
  Assertion.addMethod('resolvedWithin', function (this: Chai.AssertionStatic, duration: string) {
    const limit = durationMs(duration);
    narrow(this, `resolved within ${duration}`, (record, page) => {
      const took = resolutionMs(record, page);
      return took >= 0 && took <= limit;
    });
  });
  // Chai's own `within` takes two bounds. A call with a single duration is this plug-in's.
  Assertion.overwriteMethod('within', (original: (...args: unknown[]) => unknown) => {
    return function (this: Chai.AssertionStatic, ...args: unknown[]) {
      const [duration] = args;
      if (args.length !== 1 || typeof duration !== 'string') return original.apply(this, args);
      const limit = durationMs(duration);
      narrow(
        this,
        `within ${duration} of the first request hit`,
        (record, page) => mttd(record, page) <= limit,
      );
    };
  });
};
