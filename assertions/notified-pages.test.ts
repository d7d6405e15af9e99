import { expect } from 'chai';
import type { Page, Suppression } from '../core/record.ts';
import { alertName, at, pageAt, pageLabels, scenarioWith } from './testing/basics.ts';
import { evidenceOf } from './testing/evidence.ts';
import { deliveryAt, notificationAt, sent } from './testing/notifications.ts';
import { outcomesOf, recordWith, verdictOf } from './testing/record.ts';

/* Pages whose managers say what they are of. */

const known = (seconds: number, notification: number, changes: Partial<Page> = {}): Page =>
  pageAt(seconds, {
    notification,
    delivery: notification,
    shown: true,
    contactPoints: ['slack'],
    ...changes,
  });
const firing = known(10.5, 0);
const resolved = known(25, 1, { status: 'resolved' });
const corrupt = { ...pageLabels, alertname: 'DatabaseCorrupt' };
const notifications = [
  notificationAt(10.4, { delivery: 0, attempts: [0] }),
  notificationAt(25, { delivery: 1, attempts: [1], alerts: [sent({ status: 'resolved' })] }),
];
const deliveries = [deliveryAt(10.5), deliveryAt(25)];
const drill = (pages: Page[], changes: Parameters<typeof recordWith>[0] = {}) =>
  recordWith({ pages, notifications, deliveries, ...changes });
const otherPageOf = (record: ReturnType<typeof drill>) => verdictOf(record, 'no-other-page');

describe('an alert that its message does not show', () => {
  it('changes nothing if the message shows it', () => {
    expect(new Set(Object.values(outcomesOf(drill([firing, resolved]))))).to.deep.equal(new Set(['pass']));
  });

  it('did not arrive, and is reported once', () => {
    const record = drill([{ ...firing, shown: false }, resolved]);
    expect(outcomesOf(record)).to.include({ arrives: 'fail', labels: 'fail', 'no-other-page': 'pass' });
    expect(verdictOf(record, 'arrives').autopsy?.cause).to.equal(
      'the messages that arrived do not show the alert',
    );
  });

  it('is another page, though nobody could see it', () => {
    const record = drill([
      firing,
      { ...firing, alert: 'DatabaseCorrupt', labels: corrupt, shown: false },
      resolved,
    ]);
    expect(otherPageOf(record)).to.deep.include({
      outcome: 'fail',
      message:
        'DatabaseCorrupt at slack: no page of this alert is expected, and the message that was sent for it does not show it',
    });
  });

  it('is reported before other pages that could be seen', () => {
    const seen = { ...firing, alert: 'Noise', labels: { ...pageLabels, alertname: 'Noise' } };
    const hidden = { ...known(11, 0), alert: 'DatabaseCorrupt', labels: corrupt, shown: false };
    const { message } = otherPageOf(drill([firing, seen, hidden, resolved]));
    expect(message).to.match(/^DatabaseCorrupt at slack: .* \(and 1 more\)$/);
  });

  it('is also reported if the message shows another alert of the same kind', () => {
    const two = { ...firing, labels: { ...pageLabels, instance: 'b' }, shown: false };
    expect(otherPageOf(drill([firing, two, resolved])).message).to.contain('does not show it');
    expect(otherPageOf(drill([firing, { ...two, shown: true }, resolved])).outcome).to.equal('pass');
  });

  it('was not resolved for anybody, and the reason is reported', () => {
    const record = drill([firing, { ...resolved, shown: false }]);
    expect(verdictOf(record, 'resolved')).to.include({ outcome: 'fail' });
    expect(verdictOf(record, 'resolved').message).to.contain('of its resolution does not show the alert');
  });
});

describe('a page that came twice', () => {
  const again = (changes: Partial<Page> = {}) => known(10.6, 2, changes);
  const twice = (second: Parameters<typeof notificationAt>[1], changes: Partial<Page> = {}) =>
    otherPageOf(
      drill([firing, again(changes), resolved], {
        notifications: [...notifications, notificationAt(10.4, { delivery: 2, ...second })],
        deliveries: [...deliveries, deliveryAt(10.6)],
      }),
    ).message;

  it('may have come through two notifiers of one contact point', () => {
    expect(twice({ index: 1 })).to.contain(
      'slack sends it twice, through its first and its second notifier for slack',
    );
  });

  it('may have come through two contact points', () => {
    expect(twice({ contactPoint: 'slack-copy' })).to.contain(
      'it is sent through slack and through slack-copy',
    );
  });

  it('is a repeat if it came through the same notifier', () => {
    expect(twice({})).to.contain('a repeat of a page that had arrived');
  });

  it('is a new alert if it started again', () => {
    expect(twice({ index: 1 }, { startsAt: at(10) })).to.contain('the alert fired again');
  });
});

describe('a resolution that does not come', () => {
  const unresolved = (noResolved: string[]) =>
    verdictOf(
      drill([firing], {
        notifications: [notificationAt(10.4, { delivery: 0 })],
        evidence: {
          alerts: [evidenceOf({ contactPoints: [{ name: 'slack', kinds: ['slack'], noResolved }] })],
        },
      }),
      'resolved',
    );

  it('is reported as disabled', () => {
    expect(unresolved(['slack']).message).to.contain(
      'slack does not send resolutions to slack (send_resolved: false',
    );
  });

  it('is not reported as disabled if only another kind has it disabled', () => {
    expect(unresolved(['pagerduty']).message).to.match(/last request hit[^:]*$/);
  });

  it('is explained by an expression whose form keeps it true', () => {
    const { rule, hops } = evidenceOf();
    if (!rule) throw new Error('the alert has no rule');
    const message = (query: string, falseAt?: number) => {
      const ended = { name: 'expression false' as const, source: 'test' };
      const alert = evidenceOf({
        rule: { ...rule, query },
        hops: [...hops, falseAt === undefined ? ended : { ...ended, at: falseAt }],
      });
      return verdictOf(drill([firing], { evidence: { alerts: [alert] } }), 'resolved').message;
    };
    expect(message('sum(errors_total) > 10')).to.match(
      /: its expression stays true, because it compares errors_total itself: a counter only rises$/,
    );
    expect(message('sum(rate(errors_total[4s]))\n  or vector(0) > 5')).to.contain(
      'because sum(rate(errors_total[4s])) is compared with nothing',
    );
    expect(message(rule.query)).to.match(/last request hit[^:]*$/);
    expect(message('sum(errors_total) > 10', at(24))).to.match(/last request hit[^:]*$/);
  });

  it('is explained by what kept the alert quiet when it ended', () => {
    const message = (changes: Partial<Suppression>, ...more: Page[]) => {
      const suppression: Suppression = {
        ...{ manager: 'prometheus', kind: 'inhibited', labels: pageLabels, by: 'f' },
        ...{ from: at(15), to: at(20.5), endedAt: at(21.2) },
        inhibitor: { alertname: 'SiteDown' },
        ...changes,
      };
      const evidence = { alerts: [evidenceOf()], suppressions: [suppression] };
      return verdictOf(drill([firing, ...more], { evidence }), 'resolved').message;
    };
    expect(message({})).to.match(/: it was inhibited by SiteDown when it ended, and its resolution waits/);
    expect(message({ endedAt: at(20.7) })).to.match(/last request hit[^:]*$/);
    expect(message({ from: at(22), to: at(30), endedAt: at(31) })).to.match(/last request hit[^:]*$/);
    expect(message({ labels: { ...pageLabels, team: 'b' } })).to.match(/last request hit[^:]*$/);
    expect(message({}, known(70, 1, { status: 'resolved' }))).to.match(
      /too late: it was inhibited by SiteDown/,
    );
  });

  it('is reported as sent but not accepted', () => {
    const { delivery: _, ...lost } = notificationAt(25, { alerts: [sent({ status: 'resolved' })] });
    const record = drill([firing], { notifications: [notificationAt(10.4, { delivery: 0 }), lost] });
    expect(verdictOf(record, 'resolved').message).to.contain(
      'slack sent a resolution, and slack did not take it',
    );
  });
});

describe('a message that was refused', () => {
  const refusal = deliveryAt(10.4, { responseStatus: 404, responseBody: 'channel_not_found' });
  const withRefused = (
    pages: Page[],
    labels: Record<string, string>,
    changes: Parameters<typeof notificationAt>[1] = {},
  ) =>
    otherPageOf(
      drill(pages, {
        notifications: [
          ...notifications,
          notificationAt(10.4, { attempts: [2], alerts: [sent({ labels })], ...changes }),
        ],
        deliveries: [...deliveries, refusal],
      }),
    );

  it('is reported by the check of its own alert, and not by that of another', () => {
    expect(withRefused([], pageLabels).outcome).to.equal('pass');
    expect(withRefused([], corrupt)).to.deep.include({ outcome: 'fail' });
    expect(withRefused([], corrupt).message).to.contain('channel_not_found');
  });

  it('is reported if all expected pages came, unless a later attempt was accepted', () => {
    expect(withRefused([firing, resolved], pageLabels).outcome).to.equal('fail');
    expect(withRefused([firing, resolved], pageLabels, { attempts: [2, 0], delivery: 0 }).outcome).to.equal(
      'pass',
    );
  });

  it('is not explained by the check of another contact point', () => {
    const [page] = scenarioWith().expectations;
    const scenario = scenarioWith({
      expectations: [{ ...page, contactPoint: 'payments' } as NonNullable<typeof page>],
    });
    const record = (contactPoint: string) =>
      drill([], {
        scenario,
        notifications: [notificationAt(10.4, { attempts: [0], contactPoint })],
        deliveries: [refusal],
      });
    expect(otherPageOf(record('payments')).outcome).to.equal('pass');
    expect(otherPageOf(record('slack')).outcome).to.equal('fail');
  });
});

describe('a notification that could not be sent', () => {
  const lost = (contactPoint: string, final = true) =>
    otherPageOf(
      drill([firing, resolved], {
        evidence: {
          failedNotifications: [
            {
              at: at(10),
              manager: 'prometheus',
              contactPoint,
              kind: 'webhook',
              index: 0,
              final,
              message: `${alertName}: no route to host`,
            },
          ],
        },
      }),
    );

  it('is reported with its notifier, unless it will be tried again', () => {
    expect(lost('audit').outcome).to.equal('fail');
    expect(lost('audit').evidence.join()).to.contain('Alertmanager, audit/webhook[0]');
    expect(lost('audit', false).outcome).to.equal('pass');
  });
});
