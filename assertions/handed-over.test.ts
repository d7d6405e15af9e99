import { expect } from 'chai';
import type { PageExpectation } from '../core/scenario.ts';
import { handOverOf, type OnTheWay } from './handed-over.ts';

const expectation: PageExpectation = {
  ...{ kind: 'page', alert: 'ShopBroken', receiver: 'webhook', within: '1m', resolvedWithin: '1m' },
  ...{ labels: { severity: 'page' }, runbook: true, belowFloor: false },
};
const way = ({ held = {}, handedOver = {}, kinds = ['webhook'] } = {}): OnTheWay => ({
  held: [
    {
      labels: { alertname: 'ShopBroken', severity: 'page' },
      receivedAt: 1_000,
      receivers: ['team'],
      ...held,
    },
  ],
  kindsOf: (name) => (name === 'team' ? kinds : []),
  handedOver: [{ kind: 'webhook', at: 2_000, accepted: 1, ...handedOver }],
});

describe('the hand-over of an alert to a notifier', () => {
  it('is the first request of the right kind that was accepted after Alertmanager had the alert', () => {
    expect(handOverOf(way(), expectation, 500)).to.include({ at: 2_000 });
    expect(handOverOf(way(), { ...expectation, contactPoint: 'team' }, 500)).to.include({ at: 2_000 });
  });

  const lost: Record<string, readonly [OnTheWay, PageExpectation?]> = {
    'a request from before the alert': [way({ handedOver: { at: 999 } })],
    'a request of another kind': [way({ handedOver: { kind: 'slack' } })],
    'another alert': [way({ held: { labels: { alertname: 'Other', severity: 'page' } } })],
    'an alert without the expected labels': [way({ held: { labels: { alertname: 'ShopBroken' } } })],
    'an alert from before the injection': [way({ held: { receivedAt: 400 } })],
    'a route to another receiver': [way({ held: { receivers: ['nobody'] } })],
    'a receiver of another kind': [way({ kinds: ['slack'] })],
    'another contact point': [way(), { ...expectation, contactPoint: 'others' }],
  };
  for (const [name, [on, expected = expectation]] of Object.entries(lost))
    it(`is not ${name}`, () => {
      expect(handOverOf(on, expected, 500)).to.equal(undefined);
    });
});
