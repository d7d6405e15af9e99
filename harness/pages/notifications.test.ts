import { hash } from 'node:crypto';
import { expect } from 'chai';
import { destinationOf } from '../../core/receivers/destination.ts';
import type { Observation } from '../../signals/receivers/observer.ts';
import type { ReceivedDelivery } from '../../signals/receivers/receivers.ts';
import type { KnownContactPoint } from './known-contact-points.ts';
import { correlate, notifiedPages, recordedNotifications, requireObserved } from './notifications.ts';

const hook = '/services/T0/B0/x';
const point = (name: string, changes: Partial<KnownContactPoint> = {}): KnownContactPoint => ({
  ...{ name, manager: 'alertmanager', kind: 'slack', detail: '' },
  digest: destinationOf({ address: [hook] }).digest,
  ...changes,
});
const alert = (
  alertname: string,
  labels: Record<string, string> = {},
  status: 'firing' | 'resolved' = 'firing',
) => ({
  ...{ status, labels: { alertname, ...labels }, annotations: {}, startsAt: 1000 },
  fingerprint: hash('sha256', JSON.stringify([alertname, labels])).slice(0, 16),
});
const observed = (seconds: number, changes: Partial<Observation> = {}): Observation => ({
  ...{ manager: 'prometheus', contactPoint: 'team', kind: 'slack', index: 0, template: 'default' },
  ...{ at: seconds * 1000, monotonicMs: seconds * 1000, groupKey: '{}:{}', alerts: [alert('A')] },
  ...changes,
});
const delivered = (
  seconds: number,
  text: string,
  changes: Partial<ReceivedDelivery> = {},
): ReceivedDelivery => ({
  ...{ receiver: 'slack', at: seconds * 1000, monotonicMs: seconds * 1000, path: hook },
  ...{ body: JSON.stringify({ text }), responseStatus: 200, responseBody: 'ok', accepted: true, pages: [] },
  destination: destinationOf({ address: [hook] }),
  ...changes,
});
const refused = { accepted: false, responseStatus: 503, responseBody: '' } as const;
/** The index of the notification for each delivery. */
const pairs = (deliveries: ReceivedDelivery[], observations: Observation[], points = [point('team')]) => {
  const found = correlate(deliveries, observations, points);
  return deliveries.map((_, i) => found.get(i));
};

describe('the notification of a message', () => {
  it('is the one of the same time; of several, the one that the text matches best', () => {
    const observations = [
      observed(10, { alerts: [alert('A')] }),
      observed(10, { alerts: [alert('B')], groupKey: 'b' }),
      observed(30, { alerts: [alert('A'), alert('B')] }),
    ];
    const messages = [
      delivered(10.02, '[FIRING:1] B'),
      delivered(10.01, '[FIRING:1] A'),
      delivered(30.1, '[FIRING:2] A'),
    ];
    expect(pairs(messages, observations)).to.deep.equal([1, 0, 2]);
  });

  it('is the one just sent, even if an older one matches better', () => {
    const observations = [observed(10), observed(11, { alerts: [alert('A'), alert('B')] })];
    expect(pairs([delivered(10, '[FIRING:1] A'), delivered(11, '[FIRING:2] A')], observations)).to.deep.equal(
      [0, 1],
    );
  });

  it('is the same for every attempt to send it, and only the accepted attempt delivered it', () => {
    const observations = [observed(10), observed(40, { alerts: [alert('A', {}, 'resolved')] })];
    const messages = [
      delivered(10, '[FIRING:1] A', refused),
      delivered(11, '[FIRING:1] A', refused),
      delivered(25, '[FIRING:1] A'),
      delivered(40, '[RESOLVED] A'),
    ];
    const found = correlate(messages, observations, [point('team')]);
    expect(
      recordedNotifications(messages, observations, found).map(({ attempts, delivery }) => [
        attempts,
        delivery,
      ]),
    ).to.deep.equal([
      [[0, 1, 2], 2],
      [[3], 3],
    ]);
  });

  it('counts as lost if every attempt was refused, or if there was none', () => {
    const messages = [delivered(10, 'A', refused)];
    const observations = [observed(10), observed(60, { alerts: [alert('A', {}, 'resolved')] })];
    const found = recordedNotifications(
      messages,
      observations,
      correlate(messages, observations, [point('team')]),
    );
    expect(found.map(({ attempts, delivery }) => [attempts, delivery])).to.deep.equal([
      [[0], undefined],
      [undefined, undefined],
    ]);
  });

  it('belongs to a notifier with this address, and to no other contact point, kind or manager', () => {
    const points = [
      point('team'),
      point('team', { detail: '#second' }),
      point('other', { detail: '#other' }),
    ];
    const to = (detail: string) => ({ destination: destinationOf({ address: [hook], detail }) });
    const observations = [
      observed(10, { contactPoint: 'other' }),
      observed(10, { index: 1 }),
      observed(10),
      observed(10, { kind: 'telegram', contactPoint: 'team' }),
    ];
    const messages = ['', '#second', '#other'].map((detail) => delivered(10, 'A', to(detail)));
    expect(pairs(messages, observations, points)).to.deep.equal([2, 1, 0]);
    expect(pairs(messages, [observed(10, { manager: 'grafana' })], points)).to.include(undefined);
  });

  it('is none if none had been sent yet', () => {
    expect(pairs([delivered(10, 'A')], [observed(60)])).to.deep.equal([undefined]);
    expect(pairs([delivered(10, 'A'), delivered(20, 'A')], [observed(10)])).to.deep.equal([0, undefined]);
  });

  it('is found for an attempt that arrived before the observer got the notification', () => {
    const observations = [observed(10.2), observed(10.3, { index: 1 })];
    const messages = [delivered(10, 'A', refused), delivered(10.05, 'A'), delivered(10.4, 'A')];
    expect(pairs(messages, observations, [point('team'), point('team')])).to.deep.equal([0, 0, 1]);
  });

  it('is found for PagerDuty by the group of its deduplication key', () => {
    const event = (groupKey: string, event_action: string) =>
      delivered(10, '', {
        receiver: 'pagerduty',
        body: JSON.stringify({
          dedup_key: hash('sha256', groupKey),
          event_action,
          payload: { summary: 'x' },
        }),
        destination: destinationOf({ address: ['k'] }),
      });
    const points = [point('team', { kind: 'pagerduty', digest: destinationOf({ address: ['k'] }).digest })];
    const observations = [
      observed(10, { kind: 'pagerduty', groupKey: 'a' }),
      observed(10, { kind: 'pagerduty', groupKey: 'b' }),
    ];
    expect(pairs([event('b', 'trigger'), event('a', 'trigger')], observations, points)).to.deep.equal([1, 0]);
    expect(pairs([event('b', 'resolve'), event('c', 'trigger')], observations, points)).to.deep.equal([
      undefined,
      undefined,
    ]);
  });
});

describe('the pages of a notification', () => {
  it('have the exact labels of each alert, and show which alerts the message hides', () => {
    const observation = observed(10, { alerts: [alert('A', { team: 'x' }), alert('B', { team: 'x' })] });
    const pages = notifiedPages([], delivered(10, '[FIRING:2] x: A'), observation, 3, 7);
    expect(
      pages.map(({ alert: name, labels, shown, delivery, notification, startsAt }) => ({
        name,
        labels,
        shown,
        delivery,
        notification,
        startsAt,
      })),
    ).to.deep.equal([
      {
        name: 'A',
        labels: { alertname: 'A', team: 'x' },
        shown: true,
        delivery: 3,
        notification: 7,
        startsAt: 1000,
      },
      {
        name: 'B',
        labels: { alertname: 'B', team: 'x' },
        shown: false,
        delivery: 3,
        notification: 7,
        startsAt: 1000,
      },
    ]);
  });
});

describe('a drill whose managers send nothing to the observer', () => {
  const sent = (responseStatus: number) => ({ deliveries: [{ responseStatus }] }) as never;
  it('is broken if a message was accepted', () => {
    expect(() => requireObserved(sent(200))).to.throw('no notification arrived at the observer');
  });
  it('is not broken if the message was refused', () => {
    expect(() => requireObserved(sent(404))).not.to.throw();
  });
});
