import { expect } from 'chai';
import { failedNotificationsIn } from './failed-notifications.ts';

const time = '2026-03-04T10:30:15.000Z';
const at = Date.parse(time);
const since = Date.parse('2026-03-04T10:30:00Z');
const templating =
  'template: :1:15: executing "" at <.Annotations.summary>: can\'t evaluate field Annotations in type *template.Data';
const gaveUp = (place: string, words: string) =>
  `${place}: notify retry canceled due to unrecoverable error after 1 attempts: ${words}`;
const found = (manager: 'prometheus' | 'grafana', ...entries: object[]) =>
  failedNotificationsIn(entries.map((one) => JSON.stringify(one)).join('\n'), { manager, since });

describe('failed notifications in the log of a manager', () => {
  const flush = {
    time,
    level: 'ERROR',
    msg: 'Notify for alerts failed',
    component: 'dispatcher',
    num_alerts: 1,
  };

  it('include a template error of Alertmanager, with the notifier', () => {
    expect(
      found('prometheus', { ...flush, err: gaveUp('team/payments/slack[1]', templating) }),
    ).to.deep.equal([
      {
        ...{ at, manager: 'prometheus', contactPoint: 'team/payments', kind: 'slack', index: 1, final: true },
        message: `notify retry canceled due to unrecoverable error after 1 attempts: ${templating}`,
      },
    ]);
  });

  it('include each failure of a flush that failed through several notifiers', () => {
    const err = [gaveUp('a/slack[0]', 'x; y'), gaveUp('b/webhook[0]', 'z')].join('; ');
    expect(
      found('prometheus', { ...flush, err }).map(({ contactPoint, message }) => [
        contactPoint,
        message.at(-1),
      ]),
    ).to.deep.equal([
      ['a', 'y'],
      ['b', 'z'],
    ]);
  });

  it('include an attempt that will be repeated, once', () => {
    const attempt = {
      ...flush,
      level: 'WARN',
      msg: 'Notify attempt failed, will retry later',
      receiver: 'a',
      integration: 'pagerduty[0]',
      attempts: 1,
      err: 'refused',
    };
    expect(found('prometheus', attempt, attempt)).to.deep.equal([
      {
        at,
        manager: 'prometheus',
        contactPoint: 'a',
        kind: 'pagerduty',
        index: 0,
        final: false,
        message: 'refused',
      },
    ]);
  });

  it("include problems that Grafana's notifiers log with their kind alone", () => {
    const line = {
      t: time,
      level: 'warn',
      logger: 'ngalert.notifier.telegram',
      msg: 'failed to template',
      error: templating,
    };
    expect(found('grafana', line)).to.deep.equal([
      {
        at,
        manager: 'grafana',
        kind: 'telegram',
        final: false,
        message: `failed to template: ${templating}`,
      },
    ]);
  });

  it('exclude earlier lines, other messages and lines of another form', () => {
    const other = [
      { ...flush, time: '2026-03-04T10:29:00Z', err: gaveUp('a/slack[0]', 'x') },
      { ...flush, level: 'DEBUG', err: gaveUp('a/slack[0]', 'x') },
      { ...flush, err: 'context canceled' },
      { ...flush, msg: 'Loading configuration failed', err: gaveUp('a/slack[0]', 'x') },
      ['Notify for alerts failed'],
    ];
    expect(found('prometheus', ...other)).to.deep.equal([]);
    expect(failedNotificationsIn('panic: {\n{"', { manager: 'grafana', since })).to.deep.equal([]);
  });
});
