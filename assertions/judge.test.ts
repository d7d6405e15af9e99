import { expect } from 'chai';
import type { Page, Unjudged, Verdict } from '../core/record.ts';
import { checksOf } from './checks.ts';
import { judge } from './judge.ts';
import {
  alertName,
  at,
  evidenceOf,
  firingState,
  neverTrue,
  pageAt,
  pageLabels,
  pendingOnlyScenario,
  pendingState,
  recordWith,
  recordWithout,
  runbookUrl,
  scenarioWith,
} from './record-builder.ts';

const check = (record: Unjudged, name: string): Verdict => {
  const found = judge(record).verdicts.find(({ id }) => id.endsWith(`/${name}`));
  if (!found) throw new Error(`no check ${name}`);
  return found;
};
const outcomes = (record: Unjudged) =>
  Object.fromEntries(judge(record).verdicts.map(({ id, outcome }) => [id.split('/')[1], outcome]));

const resolution = (changes: Partial<Page> = {}) =>
  pageAt(25, { status: 'resolved', delivery: 1, ...changes });
const withPages = (...pages: Page[]) => recordWith({ pages });

describe('judge', () => {
  it('passes a drill that holds, with what was measured', () => {
    const { verdicts, outcome } = judge(recordWith());
    expect(outcome).to.equal('pass');
    expect(verdicts.map(({ id }) => id)).to.deep.equal([
      `${alertName}@slack/arrives`,
      `${alertName}@slack/labels`,
      `${alertName}@slack/runbook`,
      `${alertName}@slack/resolved`,
      'drill/no-other-page',
    ]);
    expect(verdicts[0]).to.include({ targetMs: 20_000, measuredMs: 10_250 });
    expect(verdicts[0]?.floor?.worst).to.be.closeTo(12_554, 1);
    expect(verdicts[3]).to.include({ targetMs: 40_000, measuredMs: 14_000 });
  });

  it('judges exactly the checks that are known before the drill', () => {
    const scenario = scenarioWith({
      expectations: [
        { kind: 'page', alert: 'A', receiver: 'slack', within: '5m', resolvedWithin: '5m' },
        {
          kind: 'page',
          alert: 'A',
          receiver: 'slack',
          within: '5m',
          resolvedWithin: '5m',
          labels: { job: 'b' },
        },
        {
          kind: 'page',
          alert: 'A',
          receiver: 'pagerduty',
          within: '5m',
          resolvedWithin: '5m',
          runbook: false,
        },
      ],
    });
    const known = checksOf(scenario, { factor: 15 });
    const { verdicts } = judge(recordWith({ scenario, evidence: { alerts: [evidenceOf({ alert: 'A' })] } }));
    expect(verdicts.map(({ id, title }) => ({ id, title }))).to.deep.equal(known);
    expect(new Set(known.map(({ id }) => id)).size).to.equal(known.length);
    expect(known.map(({ id }) => id))
      .to.include('A@slack#2/arrives')
      .and.not.include('A@pagerduty/runbook');
  });

  describe('arrives', () => {
    it('fails without a page', () => {
      expect(check(withPages(), 'arrives')).to.include({
        outcome: 'fail',
        message: `no page ${alertName} arrived at slack within 20.0 s of the first request hit`,
      });
    });
    it('holds on the target and fails a moment later', () => {
      expect(check(withPages(pageAt(20.25)), 'arrives').outcome).to.equal('pass');
      const late = check(withPages(pageAt(20.251)), 'arrives');
      expect(late).to.include({ outcome: 'fail', measuredMs: 20_001 });
      expect(late.autopsy?.cause).to.equal('the page arrived late');
    });

    const others: [name: string, page: Page][] = [
      ['of another alert', pageAt(10.5, { alert: 'CheckoutSlow' })],
      ['at another receiver', pageAt(10.5, { receiver: 'webhook' })],
      ['with other labels', pageAt(10.5, { labels: { ...pageLabels, team: 'search' } })],
      ['that resolves', pageAt(10.5, { status: 'resolved' })],
      ['before the fault', pageAt(-1, { startsAt: at(-2) })],
      ['before the first request was hit', pageAt(0.2, { startsAt: at(0.1) })],
      ['of an alert that started before the fault', pageAt(10.5, { startsAt: at(-0.001) })],
      [
        'that shows whole seconds, of an alert that started before the fault',
        pageAt(10.5, { startsAt: at(-1.25) }),
      ],
    ];
    for (const [name, page] of others) {
      it(`does not count a page ${name}`, () => {
        expect(check(withPages(page), 'arrives').outcome).to.equal('fail');
      });
    }

    it('counts a page that shows whole seconds, of the second of the fault', () => {
      expect(check(withPages(pageAt(10.5, { startsAt: at(-0.25) })), 'arrives').outcome).to.equal('pass');
    });
    it('does not count a page of an alert that was already firing', () => {
      const { startsAt: _, ...page } = pageAt(10.5);
      const before = { ...firingState, from: at(-3) };
      const alerts = [evidenceOf({ firing: [before] })];
      expect(check(recordWith({ pages: [page], evidence: { alerts } }), 'arrives').outcome).to.equal('fail');
      const other = [evidenceOf({ firing: [{ ...before, labels: { ...pageLabels, team: 'search' } }] })];
      expect(check(recordWith({ pages: [page], evidence: { alerts: other } }), 'arrives').outcome).to.equal(
        'pass',
      );
    });
  });

  describe('labels', () => {
    it('names what differs and what is missing', () => {
      const page = pageAt(10.5, { labels: { alertname: alertName, team: 'search' } });
      expect(check(withPages(page), 'labels')).to.include({
        outcome: 'fail',
        message: 'severity is missing; team is "search" instead of "payments"',
      });
    });
    it('fails without a page', () => expect(check(withPages(), 'labels').outcome).to.equal('fail'));
  });

  describe('runbook', () => {
    const runbooks = (...answers: Unjudged['runbooks']) =>
      check(recordWith({ runbooks: answers }), 'runbook');
    it('fails when it does not open', () => {
      expect(runbooks({ url: runbookUrl, status: 404 }).message).to.equal(
        `does not open: ${runbookUrl}: 404`,
      );
      expect(runbooks({ url: runbookUrl, problem: 'refused' }).outcome).to.equal('fail');
    });
    it('fails when nobody opened it', () => expect(runbooks().outcome).to.equal('fail'));
    it("fails when only the page's other links open", () => {
      const url = 'http://127.0.0.1:9093/#/alerts?receiver=slack';
      const page = pageAt(10.5, { annotations: {}, links: [url] });
      const record = recordWith({ pages: [page], runbooks: [{ url, status: 200 }] });
      expect(check(record, 'runbook').message).to.equal('the page has no link to a runbook');
    });
    it("takes the rule's link where the message shows it without its name", () => {
      const url = 'https://wiki.internal/checkout';
      const rule = {
        ...(evidenceOf().rule as NonNullable<ReturnType<typeof evidenceOf>['rule']>),
        annotations: { runbook_url: url },
      };
      const record = recordWith({
        pages: [pageAt(10.5, { annotations: {}, links: [url] })],
        runbooks: [{ url, status: 200 }],
        evidence: { alerts: [evidenceOf({ rule })] },
      });
      expect(check(record, 'runbook').outcome).to.equal('pass');
    });
  });

  describe('resolved', () => {
    it('fails without a resolved page', () => {
      expect(check(withPages(pageAt(10.5)), 'resolved').message).to.include('no resolved page arrived');
    });
    it('holds on the target and fails a moment later', () => {
      const after = (seconds: number) =>
        check(withPages(pageAt(10.5), resolution({ receivedAt: at(seconds) })), 'resolved');
      expect(after(51).outcome).to.equal('pass');
      expect(after(51.001).outcome).to.equal('fail');
    });
    it('does not take that of another alert or receiver', () => {
      for (const changes of [
        { alert: 'Other' },
        { receiver: 'webhook' as const },
        { labels: { ...pageLabels, team: 'x' } },
      ]) {
        expect(check(withPages(pageAt(10.5), resolution(changes)), 'resolved').outcome).to.equal('fail');
      }
    });
    it('fails when the alert resolved while the fault lasted', () => {
      expect(
        check(withPages(pageAt(10.5), resolution({ receivedAt: at(10.8) })), 'resolved').outcome,
      ).to.equal('fail');
    });
  });

  describe('no other page', () => {
    const because = (...more: Page[]) =>
      check(withPages(pageAt(10.5), resolution(), ...more), 'no-other-page').message;
    const strays: [name: string, page: Page, why: string][] = [
      [
        'of another alert',
        pageAt(12, { alert: 'CheckoutSlow', delivery: 2 }),
        'no page of this alert is expected',
      ],
      [
        'of the alert at another receiver',
        pageAt(10.5, { receiver: 'webhook', delivery: 2 }),
        'expected at slack only',
      ],
      ['that repeats', pageAt(14, { delivery: 2 }), 'a repeat of a page that had arrived'],
      ['of the alert firing again', pageAt(30, { startsAt: at(29), delivery: 2 }), 'the alert fired again'],
      ['before the fault', pageAt(-3, { startsAt: at(-4), delivery: 2 }), 'it came before the fault'],
      [
        'of an old alert',
        pageAt(12, { labels: { ...pageLabels, job: 'b' }, startsAt: at(-60), delivery: 2 }),
        'started before the fault',
      ],
      [
        'of another alert of the name',
        pageAt(12, { labels: { ...pageLabels, team: 'x' }, delivery: 2 }),
        'another alert of this name',
      ],
      ['without a name', pageAt(12, { alert: '', delivery: 2 }), 'no page of this alert is expected'],
      [
        'that resolves what nobody paged',
        resolution({ alert: 'Other', delivery: 2 }),
        'resolves an alert that was not paged',
      ],
    ];
    for (const [name, page, why] of strays) {
      it(`fails for a page ${name}`, () => expect(because(page)).to.include(why));
    }

    it('counts them', () => {
      expect(because(...strays.map(([, page]) => page))).to.include(`and ${strays.length - 1} more`);
    });
    it('lets further alerts in the expected notification pass', () => {
      const second = pageAt(10.5, { labels: { ...pageLabels, job: 'b' } });
      expect(outcomes(withPages(pageAt(10.5), second, resolution()))).to.include({ 'no-other-page': 'pass' });
    });
    it('lets a repeat pass in a notification that had to be sent', () => {
      const slow = {
        kind: 'page',
        alert: 'CheckoutSlow',
        receiver: 'slack',
        within: '5m',
        resolvedWithin: '10m',
        runbook: false,
      } as const;
      const scenario = scenarioWith({ expectations: [...scenarioWith().expectations, slow] });
      const alerts = [evidenceOf(), evidenceOf({ alert: 'CheckoutSlow' })];
      const pages = [
        pageAt(10.5),
        pageAt(12, { alert: 'CheckoutSlow', delivery: 1 }),
        pageAt(12, { delivery: 1 }),
        resolution({ delivery: 2 }),
        resolution({ delivery: 2, alert: 'CheckoutSlow' }),
      ];
      expect(judge(recordWith({ scenario, pages, evidence: { alerts } })).outcome).to.equal('pass');
    });
    it('does not report a page twice whose labels are wrong', () => {
      const page = pageAt(10.5, { labels: { alertname: alertName } });
      expect(outcomes(withPages(page, resolution()))).to.include({ labels: 'fail', 'no-other-page': 'pass' });
    });
  });

  describe('pending-only', () => {
    const drill = (changes: Partial<ReturnType<typeof evidenceOf>>, pages: Page[] = []) =>
      recordWith({
        scenario: pendingOnlyScenario(),
        pages,
        evidence: { alerts: [neverTrue({ pending: [pendingState], ...changes })] },
      });
    it('passes when the alert was pending and no more', () => {
      expect(judge(drill({})).outcome).to.equal('pass');
    });
    it('fails when it fired', () => {
      expect(check(drill({ firing: [firingState] }), 'pending-only').message).to.include('it fired');
      expect(outcomes(drill({}, [pageAt(10.5)]))).to.deep.equal({
        'pending-only': 'fail',
        'no-other-page': 'fail',
      });
    });
    it('fails when it never noticed, with the autopsy', () => {
      const verdict = check(drill({ pending: [] }), 'pending-only');
      expect(verdict.outcome).to.equal('fail');
      expect(verdict.autopsy?.cause).to.equal('the threshold was never crossed');
    });
    it('fails when it was pending only before the fault', () => {
      const before = { ...pendingState, from: at(-8), to: at(-3) };
      expect(check(drill({ pending: [before] }), 'pending-only').outcome).to.equal('fail');
    });
  });

  describe('a drill that proves nothing', () => {
    const phase = (name: 'settle' | 'prove recovery', outcome: 'failed' | 'skipped') => {
      const record = recordWith();
      return { ...record, phases: record.phases.map((p) => (p.name === name ? { ...p, outcome } : p)) };
    };
    const load = (seconds: [number, number][]) => ({
      seconds: seconds.map(([second, hit]) => ({ at: at(second), requests: 8, failed: hit, hit })),
      journeys: {},
      droppedIterations: 0,
    });
    const cases: [name: string, record: Unjudged, reason: string][] = [
      ['without a quiet gate', recordWithout('quietGate'), 'quiet gate'],
      ['without a fault', recordWithout('faultWindow'), 'no fault'],
      ['with too few hits', recordWith({ faultWindow: { hits: 9 } }), 'hit 9 of 88'],
      [
        'with hits in the quiet period',
        recordWith({ faultWindow: { hitsBefore: 1 } }),
        '1 requests looked hit before',
      ],
      ['without revert', recordWith({ faultWindow: { revertedAt: undefined } }), 'not reverted'],
      ['without evidence', recordWithout('evidence'), 'no evidence'],
      ['without evidence of the alert', recordWith({ evidence: { alerts: [] } }), alertName],
      ['that did not settle', phase('settle', 'skipped'), 'did not settle'],
      ['with a failed phase', phase('prove recovery', 'failed'), '"prove recovery" failed'],
    ];
    for (const [name, record, reason] of cases) {
      it(`is broken in every verdict: ${name}`, () => {
        const { verdicts, outcome } = judge(record);
        expect(outcome).to.equal('broken');
        expect(verdicts).to.have.length(5);
        for (const verdict of verdicts) {
          expect(verdict.outcome).to.equal('broken');
          expect(verdict.message).to.include(reason);
        }
      });
    }

    it('ends as its problem, whatever was paged', () => {
      for (const kind of ['bad-input', 'broken', 'interrupted'] as const) {
        const { verdicts, outcome } = judge(
          recordWith({ problem: { kind, problems: [{ where: 'x', message: 'y' }] } }),
        );
        expect(outcome).to.equal(kind);
        expect(verdicts.map((verdict) => verdict.outcome)).to.deep.equal(Array(5).fill('broken'));
      }
    });

    it('is not one whose hits before the fault ended before the quiet period', () => {
      const record = recordWith({
        faultWindow: { hitsBefore: 2 },
        load: load([
          [-20, 2],
          [0, 8],
        ]),
      });
      expect(judge(record).outcome).to.equal('pass');
      const late = recordWith({
        faultWindow: { hitsBefore: 2 },
        load: load([
          [-20, 1],
          [-3, 1],
        ]),
      });
      expect(judge(late).outcome).to.equal('broken');
    });
  });

  it('is broken when the stack left something behind, with its verdicts as they are', () => {
    const { verdicts, outcome } = judge(
      recordWith({ teardownFailures: [{ what: 'prometheus', message: 'still runs' }] }),
    );
    expect(outcome).to.equal('broken');
    expect(verdicts.map((verdict) => verdict.outcome)).to.deep.equal(Array(5).fill('pass'));
  });
});
