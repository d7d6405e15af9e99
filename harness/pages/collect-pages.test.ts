import { expect } from 'chai';
import { destinationOf } from '../../core/receivers/destination.ts';
import type { Observation } from '../../signals/receivers/observer.ts';
import type { ReceivedDelivery } from '../../signals/receivers/receivers.ts';
import { collectPages } from './collect-pages.ts';

const hook = '/services/T0/B0/x';
const destination = destinationOf({ address: [hook] });
const text = (field: string, words: string) => ({ field, text: words });

function texts(status: 'firing' | 'resolved') {
  const alert = { status, labels: { alertname: 'A' }, annotations: {}, startsAt: 1000, fingerprint: '0' };
  const observation: Observation = {
    ...{ manager: 'prometheus', contactPoint: 'team', kind: 'slack', index: 0, template: 'own' },
    ...{ at: 10_000, monotonicMs: 10_000, groupKey: '{}', alerts: [alert] },
  };
  const delivery: ReceivedDelivery = {
    ...{ receiver: 'slack', at: 10_010, monotonicMs: 10_010, path: hook, body: '{"text":"A"}' },
    ...{ responseStatus: 200, responseBody: 'ok', accepted: true, pages: [], destination },
    texts: [text('text', 'A'), text('attachments[0].text', '')],
  };
  const { deliveries } = collectPages({
    listeners: {
      receivers: [{ deliveries: () => [delivery] }],
      observer: { observations: () => [observation] },
    } as unknown as Parameters<typeof collectPages>[0]['listeners'],
    contactPoints: [
      {
        ...{ name: 'team', manager: 'alertmanager', kind: 'slack', detail: '' },
        ...(destination ? { digest: destination.digest } : {}),
        fills: { firing: { 'attachments[0].text': true }, resolved: { 'attachments[0].text': false } },
      },
    ],
  });
  return deliveries[0]?.texts;
}

describe('the deliveries of a drill', () => {
  it('show for each part whether the notifier fills it, for firing and for resolved messages', () => {
    const blank = text('attachments[0].text', '');
    expect(texts('firing')).to.deep.equal([text('text', 'A'), { ...blank, written: true }]);
    expect(texts('resolved')).to.deep.equal([text('text', 'A'), { ...blank, written: false }]);
  });
});
