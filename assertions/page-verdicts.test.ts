import { expect } from 'chai';
import type { Page, Unjudged } from '../core/record.ts';
import { alertName, at, pageAt, pageLabels, runbookUrl, scenarioWith } from './testing/basics.ts';
import { evidenceOf, firingState } from './testing/evidence.ts';
import { floors, recordWith, verdictOf } from './testing/record.ts';

const resolution = (changes: Partial<Page> = {}) =>
  pageAt(25, { status: 'resolved', delivery: 1, ...changes });
const withPages = (...pages: Page[]) => recordWith({ pages });

describe('verdicts on an expected page', () => {
  describe('arrives', () => {
    it('fails without a page', () => {
      expect(verdictOf(withPages(), 'arrives')).to.include({
        outcome: 'fail',
        message: `no page ${alertName} arrived at slack within 20.0 s of the first request hit`,
      });
    });
    it('passes at the target and fails a moment later', () => {
      expect(verdictOf(withPages(pageAt(20.25)), 'arrives').outcome).to.equal('pass');
      const late = verdictOf(withPages(pageAt(20.251)), 'arrives');
      expect(late).to.include({ outcome: 'fail', measuredMs: 20_001 });
      expect(late.autopsy?.cause).to.equal('the page arrived late');
    });

    it('passes, and says at which times its route sends nothing', () => {
      const { route } = evidenceOf();
      if (!route) throw new Error('the alert has no route');
      const alert = evidenceOf({
        route: { ...route, silent: ['nights', 'the times outside of office-hours'] },
      });
      expect(verdictOf(recordWith({ evidence: { alerts: [alert] } }), 'arrives').message).to.match(
        /; its route sends nothing in nights and the times outside of office-hours$/,
      );
    });

    it('counts only pages through the contact point, if one is named', () => {
      const [own] = scenarioWith().expectations;
      if (own?.kind !== 'page') throw new Error('no page is expected');
      const scenario = scenarioWith({ expectations: [{ ...own, contactPoint: 'payments' }] });
      const through = (...contactPoints: string[]) =>
        verdictOf(recordWith({ scenario, pages: [pageAt(10.5, { contactPoints })] }), 'arrives');
      expect(through('payments')).to.include({
        outcome: 'pass',
        title: `${alertName} reaches slack through payments within 20.0 s`,
      });
      // Both contact points have the same address.
      expect(through('platform', 'payments').outcome).to.equal('pass');
      for (const names of [['platform'], []]) {
        expect(through(...names)).to.include({
          outcome: 'fail',
          message: `no page ${alertName} arrived at slack through payments within 20.0 s of the first request hit`,
        });
      }
      expect(verdictOf(recordWith({ scenario, pages: [pageAt(10.5)] }), 'arrives').outcome).to.equal('fail');
    });

    it('fails for a page that came by chance, because the burst creates the series', () => {
      const { fault } = scenarioWith();
      const verdict = (lasts: string, first: number, everyMs = 1_000) => {
        const read = { function: 'increase', text: 'errors[20s]', windowMs: 20_000, enough: 1, everyMs };
        const born = { at: at(2), first, rise: 3 };
        const alert = evidenceOf({ windows: [{ ...read, samples: { min: 1, max: 20 }, born }] });
        const scenario = scenarioWith({ fault: { ...fault, lasts } });
        return verdictOf(recordWith({ scenario, evidence: { alerts: [alert] } }), 'arrives');
      };
      const lucky = verdict('8s', 1);
      expect(lucky).to.include({ outcome: 'fail' });
      expect(lucky.message).to.match(/but by chance$/);
      expect(lucky.autopsy?.cause).to.equal(
        'the series was born with the fault, and its first value is not counted',
      );
      expect(lucky.autopsy?.evidence.join('\n')).to.include(
        'a sample comes every 1.0 s: it may lie between two',
      );
      // A longer burst; a counter exported as 0 from the start; more frequent samples.
      expect(verdict('5m', 1).outcome).to.equal('pass');
      expect(verdict('8s', 0).outcome).to.equal('pass');
      expect(verdict('8s', 1, 200).outcome).to.equal('pass');
    });

    it('adds the part that the pace cannot divide to the target, and explains it', () => {
      const floor = floors[alertName];
      const beyond = { [alertName]: { ...floor, detect: { ...floor.detect, beyondPaceMs: 4_000 } } };
      const verdict = (page: Page) => verdictOf(recordWith({ pages: [page], floors: beyond }), 'arrives');
      expect(verdict(pageAt(24.25))).to.include({ outcome: 'pass', targetMs: 24_000 });
      expect(verdict(pageAt(24.25)).title).to.include('within 24.0 s');
      expect(verdict(pageAt(24.25)).message).to.include(
        '5m divided by 15 is 20.0 s, and 4.0 s more for what this pace cannot divide',
      );
      expect(verdict(pageAt(24.251)).outcome).to.equal('fail');
    });
    it('counts from the fault if it hits no request', () => {
      const { hits: _, ...fault } = scenarioWith().fault;
      const telemetry = { signal: 'metric', metric: 'cpu', above: 0.7 } as const;
      const record = recordWith({
        scenario: scenarioWith({ fault: { ...fault, telemetry } }),
        faultWindow: { hits: 0 },
      });
      expect(verdictOf(record, 'arrives')).to.include({
        outcome: 'pass',
        message: 'arrived 10.3 s after the fault',
      });
      expect(verdictOf({ ...record, pages: [] }, 'arrives').message).to.include('of the fault');
    });

    it('fails for a silent page', () => {
      const silent = verdictOf(withPages(pageAt(10.5, { silent: true })), 'arrives');
      expect(silent.outcome).to.equal('fail');
      expect(silent.message).to.include('without a sound');
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
        expect(verdictOf(withPages(page), 'arrives').outcome).to.equal('fail');
      });
    }

    it('counts a page that shows whole seconds and started in the second of the fault', () => {
      expect(verdictOf(withPages(pageAt(10.5, { startsAt: at(-0.25) })), 'arrives').outcome).to.equal('pass');
    });
    it('does not count a page of an alert that was already firing', () => {
      const { startsAt: _, ...page } = pageAt(10.5);
      const before = { ...firingState, from: at(-3) };
      const alerts = [evidenceOf({ firing: [before] })];
      expect(verdictOf(recordWith({ pages: [page], evidence: { alerts } }), 'arrives').outcome).to.equal(
        'fail',
      );
      const other = [evidenceOf({ firing: [{ ...before, labels: { ...pageLabels, team: 'search' } }] })];
      expect(
        verdictOf(recordWith({ pages: [page], evidence: { alerts: other } }), 'arrives').outcome,
      ).to.equal('pass');
    });
  });

  describe('labels', () => {
    it('names labels that differ and labels that are missing', () => {
      const page = pageAt(10.5, { labels: { alertname: alertName, team: 'search' } });
      expect(verdictOf(withPages(page), 'labels')).to.include({
        outcome: 'fail',
        message: 'severity is missing; team is "search" instead of "payments"',
      });
    });
    it('fails without a page', () => expect(verdictOf(withPages(), 'labels').outcome).to.equal('fail'));
  });

  describe('runbook', () => {
    const runbooks = (...answers: Unjudged['runbooks']) =>
      verdictOf(recordWith({ runbooks: answers }), 'runbook');
    it('fails if it does not open', () => {
      expect(runbooks({ url: runbookUrl, status: 404 }).message).to.equal(
        `does not open: ${runbookUrl}: 404`,
      );
      expect(runbooks({ url: runbookUrl, problem: 'refused' }).outcome).to.equal('fail');
    });
    it("fails for a runbook that is not the rule's, although it opens", () => {
      const url = 'https://runbooks.internal/payments/another';
      const page = pageAt(10.5, { annotations: {}, links: [url] });
      const named = (runbook_url: string) => {
        const rule = { ...evidenceOf().rule, annotations: { runbook_url } } as NonNullable<
          ReturnType<typeof evidenceOf>['rule']
        >;
        const record = recordWith({
          pages: [page],
          runbooks: [{ url, status: 200 }],
          evidence: { alerts: [evidenceOf({ rule })] },
        });
        return verdictOf(record, 'runbook');
      };
      expect(named(runbookUrl)).to.include({
        outcome: 'fail',
        message: `the page links another runbook than the rule's, ${runbookUrl}`,
      });
      expect(named(url).outcome).to.equal('pass');
      expect(named('https://runbooks.internal/{{ $labels.team }}/a').outcome).to.equal('pass');
    });
    it('fails if it was not opened', () => expect(runbooks().outcome).to.equal('fail'));
    it("fails if only the page's other links open", () => {
      const url = 'http://127.0.0.1:9093/#/alerts?receiver=slack';
      const page = pageAt(10.5, { annotations: {}, links: [url] });
      const record = recordWith({ pages: [page], runbooks: [{ url, status: 200 }] });
      expect(verdictOf(record, 'runbook').message).to.equal('the page has no link to a runbook');
    });
    for (const name of ['runbook_url', 'Runbook', 'runbookLink', 'run_book_uri', 'playbook']) {
      it(`accepts the rule's link ${name} if the message shows it without its annotation's name`, () => {
        const url = 'https://wiki.internal/checkout';
        const rule = {
          ...(evidenceOf().rule as NonNullable<ReturnType<typeof evidenceOf>['rule']>),
          annotations: { [name]: url },
        };
        const record = recordWith({
          pages: [pageAt(10.5, { annotations: {}, links: [url] })],
          runbooks: [{ url, status: 200 }],
          evidence: { alerts: [evidenceOf({ rule })] },
        });
        expect(verdictOf(record, 'runbook').outcome).to.equal('pass');
        expect(verdictOf({ ...record, runbooks: [{ url, status: 404 }] }, 'runbook').message).to.include(
          '404',
        );
      });
    }
  });

  describe('resolved', () => {
    it('does not accept a resolution through another contact point', () => {
      const by = (...contactPoints: string[]) =>
        verdictOf(
          withPages(pageAt(10.5, { contactPoints: ['payments'] }), resolution({ contactPoints })),
          'resolved',
        );
      expect(by('payments', 'also').outcome).to.equal('pass');
      expect(by('platform').message).to.include('no resolved page arrived');
    });
    it('fails without a resolved page', () => {
      expect(verdictOf(withPages(pageAt(10.5)), 'resolved').message).to.include('no resolved page arrived');
    });
    it('passes at the target and fails a moment later', () => {
      const resolvedAt = (seconds: number) =>
        verdictOf(withPages(pageAt(10.5), resolution({ receivedAt: at(seconds) })), 'resolved');
      expect(resolvedAt(51).outcome).to.equal('pass');
      expect(resolvedAt(51.001).outcome).to.equal('fail');
    });
    it('does not accept the resolution of another alert or receiver', () => {
      for (const changes of [
        { alert: 'Other' },
        { receiver: 'webhook' as const },
        { labels: { ...pageLabels, team: 'x' } },
      ]) {
        expect(verdictOf(withPages(pageAt(10.5), resolution(changes)), 'resolved').outcome).to.equal('fail');
      }
    });
    it('fails when the alert resolved while the fault lasted', () => {
      expect(
        verdictOf(withPages(pageAt(10.5), resolution({ receivedAt: at(10.8) })), 'resolved').outcome,
      ).to.equal('fail');
    });
  });
});
