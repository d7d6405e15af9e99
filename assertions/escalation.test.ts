import { expect } from 'chai';
import type { AlertEvidence, Page } from '../core/record.ts';
import type { PageExpectation, ScenarioInput } from '../core/scenario.ts';
import { alertName, at, deliveryOf, pageAt, pageLabels, scenarioWith, summary } from './testing/basics.ts';
import { evidenceOf, firingState } from './testing/evidence.ts';
import { deliveryAt, notificationAt } from './testing/notifications.ts';
import { outcomesOf, recordWith, verdictOf } from './testing/record.ts';

/* A page at Slack after 10.5 s, and at PagerDuty a minute later (4 s at this pace): both within 24 s of the first hit. */

type PageInput = Extract<ScenarioInput['expectations'][number], { kind: 'page' }>;
const escalating = (changes: Partial<NonNullable<PageExpectation['escalatesTo']>> = {}) => {
  const [own] = scenarioWith().expectations;
  if (own?.kind !== 'page') throw new Error('the sample expects a page');
  const expectation: PageInput = { ...own, escalatesTo: { receiver: 'pagerduty', after: '1m', ...changes } };
  return scenarioWith({ expectations: [expectation] });
};

const slack = pageAt(10.5);
const onCall = (seconds: number, changes: Partial<Page> = {}) =>
  pageAt(seconds, {
    receiver: 'pagerduty',
    severity: 'critical',
    incident: 'opened',
    delivery: 2,
    ...changes,
  });
const resolvedAt = (seconds: number, changes: Partial<Page> = {}) =>
  pageAt(seconds, { status: 'resolved', delivery: 1, ...changes });
const message = deliveryOf({ 'attachments[0].title': alertName, 'attachments[0].text': summary });

const firingUntil = (seconds: number): AlertEvidence =>
  evidenceOf({ firing: [{ ...firingState, to: at(seconds - 1), endedAt: at(seconds) }] });
const drill = (
  pages: Page[],
  { until = 24, ...changes }: NonNullable<Parameters<typeof recordWith>[0]> & { until?: number } = {},
) =>
  recordWith({
    version: 4,
    scenario: escalating(),
    pages,
    deliveries: Array.from({ length: 5 }, () => message),
    faultWindow: { heldUntil: at(22), revertedAt: at(22), lastHitAt: at(22) },
    evidence: { alerts: [firingUntil(until), firingUntil(until)] },
    ...changes,
  });
const escalates = (...input: Parameters<typeof drill>) => verdictOf(drill(...input), 'escalates');

describe('an alert that escalates to another receiver', () => {
  it('passes if its page comes there after its time, and is then no other page', () => {
    const record = drill([slack, onCall(14.5), resolvedAt(25)]);
    expect(new Set(Object.values(outcomesOf(record)))).to.deep.equal(new Set(['pass']));
    expect(verdictOf(record, 'escalates')).to.deep.include({
      id: `${alertName}@slack/escalates`,
      title: `${alertName} escalates to pagerduty 4.0 s after slack, within 24.0 s`,
      message: 'it escalated 4.0 s after its page at slack; arrived 14.3 s after the first request hit',
      ...{ check: 'escalates', expectation: 0, receiver: 'slack' },
      ...{ targetMs: 24_000, measuredMs: 14_250 },
    });
  });

  it('may come earlier by what the configuration leaves to chance, an evaluation, and a late timer', () => {
    expect(escalates([slack, onCall(12.6), resolvedAt(25)]).outcome).to.equal('pass');
    const early = escalates([slack, onCall(12.4), resolvedAt(25)]);
    expect(early).to.include({
      outcome: 'fail',
      message: 'it escalated 1.9 s after its page at slack, 2.1 s too early',
    });
  });

  it('fails if it comes too late, or does not come, with the hop that lost it', () => {
    expect(escalates([slack, onCall(24.5), resolvedAt(25)], { until: 25 })).to.include({
      outcome: 'fail',
      message:
        'it escalated 14.0 s after its page at slack; arrived 24.3 s after the first request hit, 250 ms too late',
    });
    const { outcome, message: said, autopsy } = escalates([slack, resolvedAt(25)]);
    expect(outcome).to.equal('fail');
    expect(said).to.equal(`no page ${alertName} arrived at pagerduty within 24.0 s of the first request hit`);
    expect(autopsy?.cause).to.equal('the alert was routed elsewhere');
  });

  it('fails if it comes before the page at the first receiver', () => {
    expect(escalates([onCall(10), slack, resolvedAt(25)]).message).to.equal(
      'it came to pagerduty before any page at slack',
    );
  });

  describe('that was resolved before its time', () => {
    const resolved = { until: 12 };

    it('passes if no page comes', () => {
      expect(escalates([slack, resolvedAt(12)], resolved)).to.include({
        outcome: 'pass',
        message:
          'no page came to pagerduty: the alert was resolved 1.5 s after its page at slack, before 4.0 s',
      });
    });

    it('fails if a page comes, and it is no other page', () => {
      const record = drill([slack, resolvedAt(12), onCall(14.5)], resolved);
      expect(verdictOf(record, 'escalates')).to.include({
        outcome: 'fail',
        message: 'it came to pagerduty although the alert had been resolved 2.5 s before',
      });
      expect(verdictOf(record, 'no-other-page').outcome).to.equal('pass');
    });

    it('fails likewise if the first receiver gets no resolved pages', () => {
      expect(escalates([slack, onCall(14.5)], resolved).message).to.contain(
        'although the alert had been resolved',
      );
    });

    it('fails if a notification for the second receiver was sent, and refused there', () => {
      const notifications = [
        notificationAt(10.4, { delivery: 0, attempts: [0] }),
        notificationAt(14.4, { kind: 'pagerduty', contactPoint: 'pagerduty', attempts: [3] }),
      ];
      const refusal = deliveryAt(14.5, {
        receiver: 'pagerduty',
        responseStatus: 400,
        responseBody: 'no key',
      });
      const { outcome, autopsy } = escalates([slack, resolvedAt(12)], {
        ...resolved,
        notifications,
        deliveries: [message, message, message, refusal],
      });
      expect(outcome).to.equal('fail');
      expect(autopsy?.cause).to.equal('the alert was routed elsewhere');
    });
  });

  it('counts from the page after the last resolution, if the alert flaps', () => {
    const flapping = {
      evidence: {
        alerts: [
          evidenceOf({
            firing: [
              { ...firingState, to: at(11), endedAt: at(12) },
              { ...firingState, from: at(13), to: at(23), endedAt: at(24) },
            ],
          }),
        ],
      },
    };
    const again = pageAt(13.5, { startsAt: at(13), delivery: 3 });
    const since = (seconds: number) =>
      escalates([slack, resolvedAt(12), again, onCall(seconds), resolvedAt(25, { delivery: 4 })], flapping);
    expect(since(17.5).outcome).to.equal('pass');
    expect(since(14.5).message).to.equal('it escalated 1.0 s after its page at slack, 3.0 s too early');
  });

  it('may have labels of its own, as an alert of another rule', () => {
    const labels = { severity: 'page', team: 'payments' };
    const scenario = escalating({ labels });
    const page = onCall(14.5, { labels: { ...pageLabels, ...labels } });
    expect(escalates([slack, page, resolvedAt(25)], { scenario }).outcome).to.equal('pass');
    expect(escalates([slack, onCall(14.5), resolvedAt(25)], { scenario }).message).to.contain(
      'a page came, but not with the labels {severity="page", team="payments"}',
    );
    const other = onCall(14.5, { labels: { ...pageLabels, ...labels, instance: 'b' } });
    const first = pageAt(10.5, { labels: { ...pageLabels, instance: 'a' } });
    expect(escalates([first, other, resolvedAt(25)], { scenario }).message).to.contain(
      'before any page at slack',
    );
  });

  it('explains only that page: others are still other pages', () => {
    const otherPages = (...pages: Page[]) =>
      verdictOf(drill([slack, onCall(14.5), ...pages]), 'no-other-page');
    expect(otherPages(resolvedAt(25)).outcome).to.equal('pass');
    expect(otherPages(onCall(15, { receiver: 'webhook' })).message).to.equal(
      `${alertName} at webhook: expected at slack and pagerduty only`,
    );
    expect(otherPages(onCall(16, { startsAt: at(15.5), delivery: 3 })).message).to.contain(
      'the alert fired again',
    );
    expect(otherPages(onCall(15, { alert: 'Noise', labels: { alertname: 'Noise' } })).message).to.contain(
      'no page of this alert is expected',
    );
  });

  it('must come through its contact point, if one is given', () => {
    const scenario = escalating({ contactPoint: 'on call' });
    const through = (name: string) =>
      escalates([slack, onCall(14.5, { contactPoints: [name] }), resolvedAt(25)], { scenario });
    expect(through('on call').outcome).to.equal('pass');
    expect(through('managers').message).to.contain('arrived at pagerduty through on call');
  });
});
