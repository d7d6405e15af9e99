import { expect } from 'chai';
import { pathOfNotifier } from '../../core/notifier.ts';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { type Observer, openObserver } from './observer.ts';
import { post } from './testing/requests.ts';

const notifier = {
  manager: 'grafana',
  contactPoint: 'on call/a b',
  kind: 'telegram',
  index: 2,
  template: 'own',
} as const;

describe('the observer', () => {
  let observer: Observer;
  beforeEach(async () => {
    observer = await openObserver();
  });
  afterEach(() => observer.close());

  it('keeps the alerts of a notification, with the notifier that its path names', async () => {
    const seen: number[] = [];
    observer.onObservation(({ alerts }) => seen.push(alerts.length));
    const { status } = await post(observer.url + pathOfNotifier(notifier), fixture('grafana-webhook-mixed'));
    expect(status).to.equal(200);
    const [found] = observer.observations();
    expect(found).to.deep.include(notifier);
    expect(found?.at).to.be.closeTo(Date.now(), 5000);
    expect(
      found?.alerts.map(({ status: one, labels, startsAt }) => [one, labels.alertname, startsAt]),
    ).to.deep.equal([
      ['resolved', 'Bug Report', Date.parse('2026-11-21T09:22:00Z')],
      ['firing', 'Service Down Report', Date.parse('2026-11-21T09:22:00Z')],
    ]);
    expect(seen).to.deep.equal([2]);
  });

  for (const [what, path, body] of [
    ['the path of no notifier', '/elsewhere', fixture('grafana-webhook-mixed')],
    ['no notification', pathOfNotifier(notifier), { version: '4' }],
    ['no JSON', pathOfNotifier(notifier), 'alerts'],
  ] as const) {
    it(`refuses ${what}, and says so`, async () => {
      const { status } = await post(observer.url + path, body);
      expect(status).to.equal(400);
      expect(observer.observations()).to.deep.equal([]);
      expect(observer.problems()).to.have.lengthOf(1);
    });
  }
});
