import { expect } from 'chai';
import { alertsText, notified } from './notified.ts';
import { at } from './testing/basics.ts';
import { notifiedRecord } from './testing/notified-record.ts';
import { sampleRecord } from './testing/sample-record.ts';

describe('the notifications of a drill', () => {
  it('are each told by why they were sent and how many alerts they list', () => {
    expect(
      notified(notifiedRecord()).map((one) => [one.receiver, one.why, alertsText(one), one.arrived]),
    ).to.deep.equal([
      ['slack', 'first page', 'CheckoutErrorRateHigh ×2', true],
      ['webhook', 'first page', 'CheckoutErrorRateHigh', false],
      ['slack', 'repeat', 'CheckoutErrorRateHigh ×2', true],
      ['pagerduty', 'escalation', 'CheckoutErrorRateHigh', true],
      ['slack', 'group changed', 'CheckoutErrorRateHigh ×2', true],
      ['slack', 'resolved', 'CheckoutErrorRateHigh', true],
      ['slack', 'fires again', 'CheckoutErrorRateHigh', true],
    ]);
  });

  it('are no repeats of those of another group or contact point', () => {
    const [first] = sampleRecord().pages;
    if (!first) throw new Error('the sample has no page');
    const later = { ...first, receivedAt: first.receivedAt + 4000, delivery: 1 };
    const ways = (...pages: (typeof first)[]) => notified({ ...sampleRecord(), pages }).map(({ why }) => why);
    expect(ways(first, later)).to.deep.equal(['first page', 'repeat']);
    expect(ways(first, { ...later, contactPoints: ['other'] })).to.deep.equal(['first page', 'first page']);
    const sent = (groupKey: string) => ({
      ...({ manager: 'prometheus', contactPoint: 'payments', kind: 'slack', index: 0, groupKey } as const),
      ...{ at: at(42), monotonicMs: 42_000, alerts: [], delivery: 0 },
    });
    const record = { ...sampleRecord(), notifications: [sent('{a}'), sent('{b}')] };
    const pages = [
      { ...first, notification: 0 },
      { ...later, notification: 1 },
    ];
    expect(notified({ ...record, pages }).map(({ why }) => why)).to.deep.equal(['first page', 'first page']);
  });

  it('are an escalation only at the receiver that the scenario names', () => {
    const record = notifiedRecord();
    const { scenario } = sampleRecord();
    expect(notified({ ...record, scenario })[3]).to.include({ receiver: 'pagerduty', why: 'first page' });
  });
});
