import { expect } from 'chai';
import type { Page } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { alertName, pageAt, pageLabels, scenarioWith } from './testing/basics.ts';
import { evidenceOf } from './testing/evidence.ts';
import { recordWith, verdictOf } from './testing/record.ts';

const expected = (changes: Partial<PageExpectation> = {}) =>
  scenarioWith({
    expectations: [
      {
        kind: 'page',
        alert: alertName,
        receiver: 'pagerduty',
        within: '5m',
        resolvedWithin: '10m',
        ...changes,
      },
    ],
  });
const opened = (changes: Partial<Page> = {}) =>
  pageAt(10.5, {
    receiver: 'pagerduty',
    severity: 'critical',
    dedupKey: 'a',
    incident: 'opened',
    ...changes,
  });
const resolved = (changes: Partial<Page> = {}) =>
  pageAt(25, {
    receiver: 'pagerduty',
    status: 'resolved',
    delivery: 1,
    dedupKey: 'a',
    incident: 'resolved',
    ...changes,
  });
const check = (name: string, pages: Page[], changes: Partial<PageExpectation> = {}) =>
  verdictOf(recordWith({ pages, scenario: expected(changes) }), name);

describe('urgency at PagerDuty', () => {
  for (const severity of ['critical', 'error']) {
    it(`holds for ${severity}`, () => {
      expect(check('arrives', [opened({ severity })]).outcome).to.equal('pass');
    });
  }
  for (const severity of ['warning', 'info']) {
    it(`fails for ${severity}, if the alert is critical`, () => {
      const verdict = check('arrives', [opened({ severity })]);
      expect(verdict.outcome).to.equal('fail');
      expect(verdict.message).to.include(`severity "${severity}", which is of low urgency`);
    });
    it(`holds for ${severity}, if low urgency is expected`, () => {
      const verdict = check('arrives', [opened({ severity })], { urgency: 'low' });
      expect(verdict.outcome).to.equal('pass');
      expect(verdict.message).to.include('with low urgency');
    });
  }
  it('fails for critical and error, if low urgency is expected', () => {
    for (const severity of ['critical', 'error']) {
      const verdict = check('arrives', [opened({ severity })], { urgency: 'low' });
      expect(verdict.outcome).to.equal('fail');
      expect(verdict.message).to.equal(
        `it would wake somebody: PagerDuty was told severity "${severity}", which is of high urgency, and low urgency is expected`,
      );
    }
  });
  it('is high for an event without a severity, as those of the Events API v1 are', () => {
    const { severity: _, ...page } = opened();
    expect(check('arrives', [page]).outcome).to.equal('pass');
    expect(check('arrives', [page], { urgency: 'low' }).message).to.include(
      'PagerDuty was told no severity, which is of high urgency, and low urgency is expected',
    );
  });
  it("is taken from the rule's labels if the page does not show it", () => {
    const labels = { alertname: alertName };
    expect(check('arrives', [opened({ severity: 'info', labels })]).outcome).to.equal('fail');
  });
  it('may be low for a warning, unless high urgency is expected', () => {
    const labels = { ...pageLabels, severity: 'warning' };
    const page = opened({ severity: 'warning', labels });
    expect(check('arrives', [page]).outcome).to.equal('pass');
    expect(check('arrives', [page], { urgency: 'high' }).message).to.include('high urgency is expected');
  });
  it('recognises the usual words for critical', () => {
    for (const severity of ['crit', 'page', 'SEV-1', 'p1', 'blocker']) {
      const page = opened({ severity: 'info', labels: { ...pageLabels, severity } });
      expect(check('arrives', [page]).outcome, severity).to.equal('fail');
    }
  });
  it('is also taken from a label priority', () => {
    const labels = { alertname: alertName, severity: 'warning', priority: 'P1' };
    expect(check('arrives', [opened({ severity: 'info', labels })]).message).to.include('priority="P1"');
  });
  it('may be low for a silent message at Telegram if that is expected', () => {
    const page = pageAt(10.5, { receiver: 'telegram', silent: true });
    const telegram = { receiver: 'telegram' } as const;
    expect(check('arrives', [page], telegram).outcome).to.equal('fail');
    expect(check('arrives', [page], { ...telegram, urgency: 'low' }).outcome).to.equal('pass');
  });
});

describe('incidents at PagerDuty', () => {
  const appended = opened({ incident: 'appended', dedupKey: 'shared' });

  it('pass a page that opened one', () => {
    expect(check('arrives', [opened()]).outcome).to.equal('pass');
  });
  it('fail a page that was appended to one', () => {
    const verdict = check('arrives', [appended]);
    expect(verdict.autopsy).to.deep.include({
      hop: 'page received',
      cause: 'the page was added to an incident that was open already, which notifies nobody',
    });
    expect(verdict.outcome).to.equal('fail');
    expect(verdict.message).to.include('open already under its dedup_key shared, which notifies nobody');
  });
  it('accept a page that is appended to the incident of an expected page', () => {
    const again = pageAt(14, {
      ...appended,
      dedupKey: 'a',
      receivedAt: opened().receivedAt + 4000,
      delivery: 2,
    });
    expect(check('no-other-page', [opened(), again, resolved()]).outcome).to.equal('pass');
    const anew = { ...again, incident: 'opened' as const };
    expect(check('no-other-page', [opened(), anew, resolved()]).outcome).to.equal('fail');
  });
  it('are resolved only under their own key', () => {
    expect(check('resolved', [opened(), resolved()]).outcome).to.equal('pass');
    const other = check('resolved', [opened(), resolved({ dedupKey: 'b', incident: 'ignored' })]);
    expect(other.outcome).to.equal('fail');
    expect(other.message).to.include('ignored a resolution under the dedup_key "b"');
    expect(check('resolved', [opened(), resolved({ dedupKey: 'b' })]).outcome).to.equal('fail');
  });
  it('stay open while a trigger lists an alert as resolved', () => {
    const listed = check('resolved', [opened(), resolved({ incident: 'appended' })]);
    expect(listed.outcome).to.equal('fail');
    expect(listed.message).to.include('stays open');
  });
  it('are closed for all of their alerts by the last message, whatever it lists', () => {
    expect(check('resolved', [opened(), resolved({ alert: 'Another', labels: {} })]).outcome).to.equal(
      'pass',
    );
  });
});

describe('a contact point that sends no resolutions', () => {
  const never = { resolvedWithin: 'never' };
  it('passes if none came, and fails if one did', () => {
    expect(check('resolved', [opened()], never)).to.include({
      outcome: 'pass',
      title: `pagerduty is not told that ${alertName} is over`,
    });
    expect(check('resolved', [opened(), resolved()], never)).to.include({
      outcome: 'fail',
      message: 'a resolved page arrived, and none is expected',
    });
  });
  it('fails without a page', () => {
    expect(check('resolved', [], never).outcome).to.equal('fail');
  });
});

describe('resolutions at a webhook', () => {
  const webhook = { receiver: 'webhook' } as const;
  const pages = (dedupKey: string) => [
    pageAt(10.5, { ...webhook, dedupKey: '1' }),
    pageAt(25, { ...webhook, dedupKey, status: 'resolved', delivery: 1 }),
  ];
  it('pass under the same fingerprint', () => {
    expect(check('resolved', pages('1'), webhook).outcome).to.equal('pass');
  });
  it('fail under another', () => {
    const verdict = check('resolved', pages('2'), webhook);
    expect(verdict.outcome).to.equal('fail');
    expect(verdict.message).to.include('a resolution came under the key "2", and the page was under "1"');
  });
});

describe('a rule without a label for its urgency', () => {
  it('may page with low urgency', () => {
    const known = evidenceOf().rule;
    if (!known) throw new Error('no rule');
    const rule = { ...known, labels: {} };
    const labels = { alertname: alertName };
    const record = recordWith({
      pages: [opened({ severity: 'info', labels })],
      scenario: expected(),
      evidence: { alerts: [evidenceOf({ rule })] },
    });
    expect(verdictOf(record, 'arrives').outcome).to.equal('pass');
  });
});
