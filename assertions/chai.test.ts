import { AssertionError, expect, use } from 'chai';
import type { DrillRecord, Unjudged } from '../core/record.ts';
import { firedrillAssertions } from './chai.ts';
import { judge } from './judge.ts';
import { alertName, at, pageAt } from './testing/basics.ts';
import { recordWith, recordWithout } from './testing/record.ts';

use(firedrillAssertions);

const judged = (record: Unjudged): DrillRecord => ({ ...record, ...judge(record) });
const drill = judged(recordWith());
const throughPlatform = judged(recordWith({ pages: [pageAt(10.5, { contactPoints: ['platform'] })] }));
const quiet = judged(recordWith({ pages: [] }));

const holds: [name: string, assertion: () => unknown][] = [
  ['paged', () => expect(drill).to.have.paged(alertName)],
  ['paged at a receiver', () => expect(drill).to.have.paged(alertName, 'slack')],
  [
    'the whole chain',
    () =>
      expect(drill).to.have.paged(alertName).via('slack').within('11s').withRunbook().resolvedWithin('14s'),
  ],
  ['not paged', () => expect(drill).to.not.have.paged('CheckoutSlow')],
  ['not paged at a receiver', () => expect(drill).to.not.have.paged(alertName, 'pagerduty')],
  ['through', () => expect(throughPlatform).to.have.paged(alertName).through('platform')],
  ['paged, not at', () => expect(drill).to.have.paged(alertName).not.via('webhook')],
  ['paged, not within', () => expect(drill).to.have.paged(alertName).not.within('10s')],
  ['pagedNobody', () => expect(quiet).to.have.pagedNobody()],
  ['not pagedNobody', () => expect(drill).to.not.have.pagedNobody()],
  ["chai's own within", () => expect(5).to.be.within(4, 6)],
];

const fails: [name: string, assertion: () => unknown, message: string][] = [
  [
    'paged',
    () => expect(drill).to.have.paged('CheckoutSlow'),
    'expected CheckoutSlow to page, but the pages were: firing',
  ],
  ['paged at a receiver', () => expect(drill).to.have.paged(alertName, 'pagerduty'), 'to page at pagerduty'],
  [
    'not paged',
    () => expect(drill).to.not.have.paged(alertName),
    'but it did: firing CheckoutErrorRateHigh at slack after 10.3 s',
  ],
  [
    'through',
    () => expect(throughPlatform).to.have.paged(alertName).through('payments'),
    'after 10.3 s through payments',
  ],
  ['via', () => expect(drill).to.have.paged(alertName).via('webhook'), 'at slack after 10.3 s at webhook'],
  ['not via', () => expect(drill).to.have.paged(alertName).not.via('slack'), 'not at slack'],
  ['within', () => expect(drill).to.have.paged(alertName).within('10s'), 'within 10s'],
  [
    'resolvedWithin',
    () => expect(drill).to.have.paged(alertName).resolvedWithin('13s'),
    'resolved within 13s',
  ],
  [
    'withRunbook',
    () =>
      expect(judged(recordWith({ runbooks: [] })))
        .to.have.paged(alertName)
        .withRunbook(),
    'with a runbook that opens',
  ],
  ['pagedNobody', () => expect(drill).to.have.pagedNobody(), 'expected nobody to be paged'],
  ['not pagedNobody', () => expect(quiet).to.not.have.pagedNobody(), 'expected somebody to be paged'],
  [
    'one page that is in time at one receiver and one that is late at another',
    () => {
      const pages = [pageAt(10.5), pageAt(30, { receiver: 'pagerduty', delivery: 1 })];
      expect(judged(recordWith({ pages })))
        .to.have.paged(alertName)
        .within('12s')
        .via('pagerduty');
    },
    'at pagerduty',
  ],
  [
    'a page from before the fault',
    () =>
      expect(judged(recordWith({ pages: [pageAt(10.5, { startsAt: at(-9.1) })] }))).to.have.paged(alertName),
    'to page',
  ],
];

describe('the chai plugin', () => {
  for (const [name, assertion] of holds) it(`holds: ${name}`, () => expect(assertion).to.not.throw());
  for (const [name, assertion, message] of fails) {
    it(`fails: ${name}`, () => expect(assertion).to.throw(AssertionError, message));
  }

  const broken: [name: string, record: DrillRecord, reason: string][] = [
    [
      'that broke',
      judged(
        recordWith({ pages: [], problem: { kind: 'broken', problems: [{ where: 'k6', message: 'lost' }] } }),
      ),
      'k6: lost',
    ],
    ['without a quiet gate', judged(recordWithout('quietGate')), 'quiet gate'],
    [
      'that left something behind',
      judged(recordWith({ teardownFailures: [{ what: 'k6', message: 'still runs' }] })),
      'k6: still runs',
    ],
  ];
  for (const [name, record, reason] of broken) {
    it(`fails every assertion over a drill ${name}, negated or not`, () => {
      for (const assertion of [
        () => expect(record).to.have.paged(alertName),
        () => expect(record).to.not.have.paged('Other'),
        () => expect(record).to.have.pagedNobody(),
        () => expect(record).to.not.have.pagedNobody(),
      ]) {
        expect(assertion).to.throw(AssertionError, reason);
      }
    });
  }

  it('refuses invalid arguments and chains', () => {
    expect(() => expect(drill).to.have.via('slack')).to.throw(TypeError, 'follows paged');
    expect(() => expect(drill).to.not.have.paged('Other').via('slack')).to.throw(TypeError, 'follows paged');
    expect(() => expect(drill).to.have.paged(alertName).within('soon')).to.throw(TypeError, 'no duration');
    expect(() => expect(drill).to.have.paged(alertName, 'mail' as 'slack')).to.throw(
      TypeError,
      'no receiver',
    );
    expect(() => expect({}).to.have.pagedNobody()).to.throw(TypeError, 'not given the record');
  });
});
