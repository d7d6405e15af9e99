import { expect } from 'chai';
import type { PageExpectation } from '../core/scenario.ts';
import { handedOver, handOverOf, type OnTheWay } from './handed-over.ts';
import { alertName, at, scenarioWith } from './testing/basics.ts';
import { evidenceOf } from './testing/evidence.ts';
import { recordWith } from './testing/record.ts';

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
      ...{ inhibitedBy: [], silencedBy: [], mutedBy: [] },
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
    'an alert that another one inhibits': [way({ held: { inhibitedBy: ['a1'] } })],
    'a silenced alert': [way({ held: { silencedBy: ['s1'] } })],
    'a muted alert': [way({ held: { mutedBy: ['nights'] } })],
    'a route to another receiver': [way({ held: { receivers: ['nobody'] } })],
    'a receiver of another kind': [way({ kinds: ['slack'] })],
    'another contact point': [way(), { ...expectation, contactPoint: 'others' }],
  };
  for (const [name, [on, expected = expectation]] of Object.entries(lost))
    it(`is not ${name}`, () => {
      expect(handOverOf(on, expected, 500)).to.equal(undefined);
    });
});

describe('the verdict on a hand-over', () => {
  const expected = { alertname: alertName, severity: 'critical', team: 'payments' };
  const verdict = (
    mayBeOf: { labels: Record<string, string>; receivers: string[] }[],
    groupBy = ['team'],
  ) => {
    const { route, ...alert } = evidenceOf();
    if (!route) throw new Error('the alert has no route');
    const [own] = scenarioWith().expectations;
    if (own?.kind !== 'page') throw new Error('no page is expected');
    const contactPoints = [{ name: 'slack', kinds: ['slack'] }];
    const record = recordWith({
      evidence: {
        alerts: [{ ...alert, contactPoints, route: { ...route, groupBy } }],
        handedOver: [{ kind: 'slack', at: at(10), accepted: 1, mayBeOf }],
      },
    });
    return handedOver(record, own);
  };
  const own = { labels: expected, receivers: ['slack'] };
  const other = (labels: Record<string, string>, receivers = ['slack']) => ({
    labels: { alertname: 'Other', ...labels },
    receivers,
  });

  it('passes if only the alert was on the way, or others in its group', () => {
    expect(verdict([own]).outcome).to.equal('pass');
    expect(verdict([own, other({ team: 'payments' })]).outcome).to.equal('pass');
  });

  it('is none if another alert may have been sent instead', () => {
    for (const unclear of [
      verdict([own, other({ team: 'search' })]),
      verdict([own, other({ team: 'payments' }, ['slack', 'ops'])]),
      verdict([own, other({ team: 'payments' })], ['...']),
    ]) {
      expect(unclear.outcome).to.equal('broken');
      expect(unclear.message).to.include('is not known: other alerts led to one too');
      expect(unclear.evidence.join()).to.include('Other');
    }
  });
});
