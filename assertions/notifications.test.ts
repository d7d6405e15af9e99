import { expect } from 'chai';
import type { AlertEvidence, Page } from '../core/record.ts';
import type { PageExpectation, ScenarioInput } from '../core/scenario.ts';
import { checksOf } from './checks.ts';
import { alertName, at, deliveryOf, pageAt, pageLabels, scenarioWith, summary } from './testing/basics.ts';
import { evidenceOf } from './testing/evidence.ts';
import { notificationAt, sent } from './testing/notifications.ts';
import { recordWith, verdictOf } from './testing/record.ts';

/* Pages come at Slack from 10.5 s on; the fault is reverted after 60 s, and the alert is resolved after 65 s. */

type Changes = NonNullable<Parameters<typeof recordWith>[0]>;
type Demands = NonNullable<PageExpectation['notifications']>;
type PageInput = Extract<ScenarioInput['expectations'][number], { kind: 'page' }>;

const expecting = (notifications: Demands, changes: Partial<PageInput> = {}) => {
  const [own] = scenarioWith().expectations;
  if (own?.kind !== 'page') throw new Error('the sample expects a page');
  return scenarioWith({ expectations: [{ ...own, notifications, ...changes }] });
};
const route = (changes: Partial<NonNullable<AlertEvidence['route']>> = {}): AlertEvidence =>
  evidenceOf({
    route: {
      receiver: 'slack',
      path: ['{}'],
      groupWaitMs: 667,
      groupIntervalMs: 20_000,
      groupBy: ['alertname'],
      ...changes,
    },
  });
const message = deliveryOf({ 'attachments[0].title': alertName, 'attachments[0].text': summary });
const drill = (demands: Demands, pages: readonly Page[], alert = route(), changes: Changes = {}) =>
  recordWith({
    version: 4,
    scenario: expecting(demands),
    pages: [...pages],
    deliveries: Array.from({ length: 9 }, () => message),
    faultWindow: { heldUntil: at(60), revertedAt: at(60), lastHitAt: at(60) },
    evidence: { alerts: [alert] },
    ...changes,
  });
const judged = (...input: Parameters<typeof drill>) => verdictOf(drill(...input), 'notifications');
const otherPages = (...input: Parameters<typeof drill>) => verdictOf(drill(...input), 'no-other-page');

/** The alert of one storefront, in the message with this index. */
const of = (instance: number, delivery: number, seconds = 10.5, changes: Partial<Page> = {}) =>
  pageAt(seconds, { labels: { ...pageLabels, instance: `storefront-${instance}` }, delivery, ...changes });
const resolved = pageAt(65, { status: 'resolved', delivery: 8 });

describe('the number of notifications', () => {
  const once = [pageAt(10.5), resolved];
  /** Pages of an alert that fires three times. */
  const flapping = [10.5, 20.5, 30.5].flatMap((seconds, i) => [
    pageAt(seconds, { startsAt: at(seconds - 1), delivery: 2 * i }),
    pageAt(seconds + 5, { status: 'resolved', startsAt: at(seconds - 1), delivery: 2 * i + 1 }),
  ]);

  it('holds within its bounds; a resolved notification does not count', () => {
    expect(judged({ atMost: 1, atLeast: 1 }, once)).to.deep.include({
      id: `${alertName}@slack/notifications`,
      title: `${alertName} notifies slack exactly once`,
      outcome: 'pass',
      message: '1 notification came',
    });
    expect(judged({ atMost: 3, atLeast: 2 }, flapping)).to.include({
      outcome: 'pass',
      message: '3 notifications came',
    });
  });

  it('may be limited for an alert that flaps: further pages are then no other pages', () => {
    expect(otherPages({ atMost: 3 }, flapping).outcome).to.equal('pass');
    expect(otherPages({ atMost: 2 }, flapping).outcome).to.equal('pass');
    expect(otherPages({ atLeast: 2 }, flapping).message).to.contain('the alert fired again');
    const elsewhere = pageAt(31, { receiver: 'webhook', delivery: 6 });
    expect(otherPages({ atMost: 3 }, [...flapping, elsewhere]).message).to.contain(
      'at webhook: expected at slack',
    );
    const another = pageAt(31, { labels: { ...pageLabels, team: 'search' }, delivery: 6 });
    expect(otherPages({ atMost: 3 }, [...flapping, another]).message).to.contain(
      'another alert of this name than the one expected',
    );
  });

  it('may be limited for an alert that flaps: its last page must then be resolved, after the fault', () => {
    const resolvedOf = (atMost: number, pages: Page[], lastHitAt: number) =>
      verdictOf(drill({ atMost }, pages, route(), { faultWindow: { lastHitAt: at(lastHitAt) } }), 'resolved');
    expect(resolvedOf(3, flapping, 32).message).to.equal('resolved 3.5 s after the last request hit');
    expect(resolvedOf(3, flapping.slice(0, -1), 32).message).to.contain('no resolved page arrived');
    expect(resolvedOf(1, flapping, 32).message).to.contain('before the last request hit');
  });

  it('fails above, with the reason of each further one, and below', () => {
    expect(judged({ atMost: 1 }, flapping)).to.include({
      outcome: 'fail',
      message: '3 notifications came, expected at most 1: 2 came because the alert fired again',
    });
    const repeated = [...once, pageAt(20, { delivery: 2 })];
    expect(judged({ atMost: 1 }, repeated).message).to.match(/: 1 repeated one before$/);
    const joined = [of(1, 0), of(1, 2, 31), of(2, 2, 31), resolved];
    expect(judged({ atMost: 1 }, joined).message).to.match(/: 1 listed another alert$/);
    expect(judged({ atLeast: 2 }, once)).to.include({
      outcome: 'fail',
      message: '1 notification came, expected at least 2',
    });
  });

  it('names the label by which the route splits the alerts', () => {
    const four = [1, 2, 3, 4].map((i) => of(i, i - 1));
    const byInstance = route({ groupBy: ['alertname', 'instance'] });
    const { message: said, evidence } = judged({ atMost: 1 }, four, byInstance);
    expect(said).to.equal(
      '4 notifications came, expected at most 1: group_by names instance, in which the alerts differ',
    );
    expect(evidence).to.have.length(4);
    expect(judged({ atMost: 1 }, four, route({ groupBy: ['...'] })).message).to.contain(
      'group_by names instance',
    );
  });

  it('does not count an event that is appended to an open incident, which notifies nobody', () => {
    const events = (['opened', 'appended'] as const).map((incident, delivery) =>
      pageAt(10.5 + 10 * delivery, { receiver: 'pagerduty', incident, severity: 'critical', delivery }),
    );
    const scenario = expecting({ atMost: 1 }, { receiver: 'pagerduty' });
    const found = judged({ atMost: 1 }, events, route(), { scenario });
    expect(found.outcome).to.equal('pass');
    expect(found.evidence.at(-1)).to.match(/: notified nobody$/);
  });

  it('fails without any page', () => {
    expect(judged({ atMost: 1 }, [])).to.include({ outcome: 'fail', message: 'no page arrived to look at' });
  });
});

describe('the alerts in one notification', () => {
  const four = { alertsInOne: 4 };

  it('holds if the first one lists that many', () => {
    const found = judged(
      { atMost: 1, ...four },
      [1, 2, 3, 4].map((i) => of(i, 0)),
    );
    expect(found).to.deep.include({
      title: `${alertName} notifies slack at most once, with 4 alerts in the first message`,
      outcome: 'pass',
      message: '1 notification came; the first one lists 4 alerts',
    });
    expect(found.evidence[0]).to.contain('and 3 more: {').and.contain('storefront-4');
  });

  it('fails if they are grouped by a label in which they differ', () => {
    const byInstance = route({ groupBy: ['alertname', 'instance'] });
    const found = judged(
      { atMost: 1, ...four },
      [1, 2, 3, 4].map((i) => of(i, i - 1)),
      byInstance,
    );
    expect(found).to.include({
      outcome: 'fail',
      message:
        '4 notifications came, expected at most 1; the first one lists 1 alert of 4, expected 4: group_by names instance, in which the alerts differ',
    });
  });

  it('fails if one was notified in another message first, although all are listed later', () => {
    const later = [of(1, 0), ...[1, 2, 3, 4].map((i) => of(i, 1, 31))];
    expect(judged(four, later)).to.include({
      outcome: 'fail',
      message:
        'the first one lists 1 alert of 4, expected 4: the others were notified later, and group_wait is 667 ms',
    });
  });

  it('fails if fewer fired, or if the message does not show all of them', () => {
    expect(judged(four, [of(1, 0), of(2, 0)]).message).to.equal(
      'the first one lists 2 alerts of 2, expected 4: no other alert of it was notified',
    );
    const hidden = [of(1, 0), ...[2, 3, 4].map((i) => of(i, 0, 10.5, { shown: false }))];
    expect(judged(four, hidden).message).to.contain('it was sent for 3 more and does not show them');
  });

  it('counts alerts, and not the same alert twice', () => {
    expect(judged({ alertsInOne: 2 }, [of(1, 0), of(1, 0)]).outcome).to.equal('fail');
  });
});

describe('the time between repeats', () => {
  /* 4 s at this pace. The group is flushed every 2 s, and the rule is evaluated every second. */
  const every = { repeatsEvery: '1m' };
  const quick = route({ groupIntervalMs: 2_000, repeatIntervalMs: 4_000 });
  const repeatsAt = (...seconds: number[]) => [
    ...seconds.map((second, delivery) => pageAt(second, { delivery })),
    resolved,
  ];
  const heldUntil = (seconds: number) => ({
    faultWindow: { heldUntil: at(seconds), revertedAt: at(seconds), lastHitAt: at(seconds) },
  });
  const until = heldUntil(21);

  it('holds from repeat_interval to a flush, an evaluation and a late timer later', () => {
    const found = judged(every, repeatsAt(10.5, 14.5, 20.5), quick, until);
    expect(found).to.deep.include({
      title: `${alertName} notifies slack again every 4.0 s`,
      outcome: 'pass',
      message: 'it was repeated after 4.0 s, 6.0 s',
    });
    expect(judged(every, repeatsAt(10.5, 18.4), quick, until).outcome).to.equal('pass');
  });

  it('fails if it is repeated too early or too late, with the setting', () => {
    expect(judged(every, repeatsAt(10.5, 13.5), quick, heldUntil(14)).message).to.equal(
      'it was repeated after 3.0 s, expected 4.0 s to 8.0 s; repeat_interval is 4.0 s',
    );
    expect(judged(every, repeatsAt(10.5, 19), quick, until)).to.include({
      outcome: 'fail',
      message: 'it was repeated after 8.5 s, expected 4.0 s to 8.0 s; repeat_interval is 4.0 s',
    });
  });

  it('fails if it is not repeated, or no longer, while the fault lasts', () => {
    const never = judged(every, repeatsAt(10.5), quick, until);
    expect(never).to.include({
      outcome: 'fail',
      message: 'it was not repeated in 10.5 s, expected 4.0 s to 8.0 s; repeat_interval is 4.0 s',
    });
    expect(judged(every, repeatsAt(10.5, 14.5), quick, heldUntil(30)).message).to.contain(
      'not repeated in 15.5 s',
    );
  });

  it('is broken if nothing had to be repeated yet, or the route is not known', () => {
    expect(judged(every, repeatsAt(10.5), quick, heldUntil(13))).to.include({
      outcome: 'broken',
      message: 'it did not fire long enough to be repeated: 2.5 s after its page, of up to 8.0 s',
    });
    const { route: _, ...routeless } = quick;
    expect(judged(every, repeatsAt(10.5, 14.5), routeless, until).outcome).to.equal('broken');
  });

  it('is that of one group: a changed message, an alert that fired again and another group are no repeats', () => {
    const joined = [of(1, 0), of(1, 1, 12.5), of(2, 1, 12.5), of(1, 2, 17), of(2, 2, 17), resolved];
    expect(judged(every, joined, quick, until).message).to.equal('it was repeated after 4.5 s');
    const again = [...repeatsAt(10.5, 14.5), pageAt(16, { startsAt: at(15.5), delivery: 2 })];
    expect(judged(every, again, quick, until).message).to.equal('it was repeated after 4.0 s');
    const groups = [of(1, 0), of(2, 1, 11), of(1, 2, 14.5), of(2, 3, 15.5)].map((page, notification) => ({
      ...page,
      notification,
    }));
    const notifications = groups.map(({ labels, receivedAt }, delivery) =>
      notificationAt((receivedAt - at(0)) / 1000, {
        groupKey: String(labels.instance),
        alerts: [sent({ labels })],
        ...{ delivery, attempts: [delivery] },
      }),
    );
    expect(judged(every, groups, quick, { ...until, notifications }).message).to.equal(
      'it was repeated after 4.0 s, 4.5 s',
    );
  });
});

it('shows every demand in the title of its check', () => {
  const titleOf = (demands: Demands) =>
    checksOf(expecting(demands), { factor: 15 }).find(({ id }) => id.endsWith('/notifications'))?.title;
  expect(titleOf({ atLeast: 2 })).to.equal(`${alertName} notifies slack at least 2 times`);
  expect(titleOf({ atMost: 4, atLeast: 2, alertsInOne: 1, repeatsEvery: '5m' })).to.equal(
    `${alertName} notifies slack 2 to 4 times, with 1 alert in the first message, again every 20.0 s`,
  );
});
