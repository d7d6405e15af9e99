import { expect } from 'chai';
import type { Delivery, Page } from '../core/record.ts';
import { judge } from './judge.ts';
import { alertName, at, pageAt, pageLabels, pendingOnlyScenario, scenarioWith } from './testing/basics.ts';
import { evidenceOf, firingState, neverTrue, pendingState } from './testing/evidence.ts';
import { outcomesOf, recordWith, verdictOf } from './testing/record.ts';

const resolution = (changes: Partial<Page> = {}) =>
  pageAt(25, { status: 'resolved', delivery: 1, ...changes });
const withPages = (...pages: Page[]) => recordWith({ pages });

describe('verdicts on unexpected pages', () => {
  describe('no other page', () => {
    const because = (...more: Page[]) =>
      verdictOf(withPages(pageAt(10.5), resolution(), ...more), 'no-other-page').message;
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

    it('fails for a page through another contact point than the one expected', () => {
      const [own] = scenarioWith().expectations;
      if (own?.kind !== 'page') throw new Error('no page is expected');
      const stray = pageAt(10.6, { contactPoints: ['platform'], delivery: 2 });
      const pages = [pageAt(10.5, { contactPoints: ['payments'] }), resolution(), stray];
      const scenario = scenarioWith({ expectations: [{ ...own, contactPoint: 'payments' }] });
      expect(verdictOf(recordWith({ scenario, pages }), 'no-other-page').message).to.equal(
        `${alertName} at slack: it came through platform, expected through payments only`,
      );
      const nobodys = [...pages.slice(0, 2), { ...stray, contactPoints: [] }];
      expect(verdictOf(recordWith({ scenario, pages: nobodys }), 'no-other-page').message).to.include(
        'through no contact point that the configuration names, expected',
      );
      const twoWays = scenarioWith({
        expectations: ['payments', 'platform'].map((contactPoint) => ({ ...own, contactPoint })),
      });
      expect(verdictOf(recordWith({ scenario: twoWays, pages }), 'no-other-page').outcome).to.equal('pass');
    });

    it('fails for a connection to a host that is not emulated', () => {
      const to = (seconds: number, target: string) => ({ at: at(seconds), target, reason: 'no such host' });
      const found = (...refusedHosts: ReturnType<typeof to>[]) =>
        verdictOf(recordWith({ evidence: { refusedHosts } }), 'no-other-page');
      const { outcome, message, evidence } = found(to(12, 'discord.com:443'));
      expect([outcome, message]).to.deep.equal([
        'fail',
        'a page may have left for discord.com:443, which no receiver stands for',
      ]);
      expect(evidence.join()).to.include('discord.com:443: no such host');
      // A connection before the fault, and one to a host of Grafana itself.
      expect(found(to(-3, 'discord.com:443'), to(12, 'grafana.com:443')).outcome).to.equal('pass');
    });

    describe('a message that its receiver refused', () => {
      const refused = (responseStatus: number, receiver: Delivery['receiver'] = 'slack'): Delivery => ({
        receiver,
        at: at(12),
        monotonicMs: 12_000,
        path: '/hook',
        body: 'Any Error Anywhere',
        responseStatus,
        responseBody: 'channel_not_found',
      });
      const verdict = (changes: Parameters<typeof recordWith>[0]) =>
        verdictOf(recordWith(changes), 'no-other-page');

      it('fails the check', () => {
        const { outcome, message, evidence } = verdict({
          deliveries: [refused(404), refused(404, 'webhook')],
        });
        expect(outcome).to.equal('fail');
        expect(message).to.match(
          /^slack and webhook refused a message, 404 channel_not_found \(and 1 more\): it is for/,
        );
        expect(evidence.join()).to.include('/hook: 404 channel_not_found: Any Error Anywhere');
      });
      it('fails also if the vendor refuses it with a status of success, and says what that means', () => {
        const body = JSON.stringify({ ok: false, error: 'invalid_auth' });
        const { outcome, evidence } = verdict({
          deliveries: [{ ...refused(200), responseBody: body, refused: true }],
        });
        expect(outcome).to.equal('fail');
        expect(evidence.join()).to.include(body).and.include("the notifier's token is missing or wrong");
      });
      it('passes if the sender repeats it until it is accepted', () => {
        for (const status of [200, 0, 429, 503])
          expect(verdict({ deliveries: [refused(status)] }).outcome, String(status)).to.equal('pass');
      });
      it('passes if a page or resolution is missing there, which another check reports', () => {
        for (const pages of [[], [pageAt(10.5)]]) {
          expect(verdict({ pages, deliveries: [refused(404)] }).outcome).to.equal('pass');
          expect(verdict({ pages, deliveries: [refused(404, 'webhook')] }).outcome).to.equal('fail');
        }
      });
      it('passes if the scenario makes the receiver refuse', () => {
        const scenario = scenarioWith({ refusing: { slack: 400 } });
        expect(verdict({ scenario, deliveries: [refused(400)] }).outcome).to.equal('pass');
      });
    });

    describe('a page that could not be delivered', () => {
      const errors = (...notifierErrors: string[]) => ({ evidence: { notifierErrors } });
      const attempts = '8 failed attempts of Alertmanager to notify through slack';
      const given = '1 notifications that Alertmanager gave up on through slack (other)';
      const verdict = (changes: Parameters<typeof recordWith>[0]) =>
        verdictOf(recordWith(changes), 'no-other-page');

      it('fails the check, with the attempts', () => {
        const { outcome, message, evidence } = verdict({ ...errors(attempts, given), deliveries: [] });
        expect(outcome).to.equal('fail');
        expect(message).to.match(/could not be delivered/);
        expect(evidence).to.deep.equal([attempts, given]);
        expect(verdict({ ...errors(attempts), deliveries: [] }).outcome).to.equal('fail');
        const ofGrafana = '3 failed attempts of Grafana to notify through telegram';
        expect(verdict(errors(ofGrafana)).outcome).to.equal('fail');
      });
      it('passes if a later attempt succeeded, unless the notifier gave up', () => {
        expect(verdict(errors('3 alerts dropped by Prometheus')).outcome).to.equal('pass');
        const delivered: Delivery = {
          ...{ receiver: 'slack', at: at(12), monotonicMs: 12_000, path: '/hook', body: '' },
          ...{ responseStatus: 200, responseBody: 'ok' },
        };
        expect(verdict({ ...errors(attempts), deliveries: [delivered] }).outcome).to.equal('pass');
        expect(verdict({ ...errors(attempts, given), deliveries: [delivered] }).outcome).to.equal('fail');
      });
      it('passes if a page is missing there, which another check reports', () => {
        expect(verdict({ ...errors(attempts, given), pages: [], deliveries: [] }).outcome).to.equal('pass');
      });
    });

    it('counts unexpected pages', () => {
      expect(because(...strays.map(([, page]) => page))).to.include(`and ${strays.length - 1} more`);
    });
    it('accepts further alerts in the expected notification', () => {
      const second = pageAt(10.5, { labels: { ...pageLabels, job: 'b' } });
      expect(outcomesOf(withPages(pageAt(10.5), second, resolution()))).to.include({
        'no-other-page': 'pass',
      });
    });
    it('accepts a repeat in a notification that had to be sent', () => {
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
    it('does not report a page that only has wrong labels', () => {
      const page = pageAt(10.5, { labels: { alertname: alertName } });
      expect(outcomesOf(withPages(page, resolution()))).to.include({
        labels: 'fail',
        'no-other-page': 'pass',
      });
    });
  });

  describe('pending-only', () => {
    const drill = (changes: Partial<ReturnType<typeof evidenceOf>>, pages: Page[] = []) =>
      recordWith({
        scenario: pendingOnlyScenario(),
        pages,
        evidence: { alerts: [neverTrue({ pending: [pendingState], ...changes })] },
      });
    it('passes if the alert was only pending', () => {
      expect(judge(drill({})).outcome).to.equal('pass');
    });
    it('fails when it fired', () => {
      expect(verdictOf(drill({ firing: [firingState] }), 'pending-only').message).to.include('it fired');
      expect(outcomesOf(drill({}, [pageAt(10.5)]))).to.deep.equal({
        'pending-only': 'fail',
        'no-other-page': 'fail',
        rules: 'pass',
        'nothing-left': 'pass',
      });
    });
    it('fails if the alert never became pending, with the autopsy', () => {
      const verdict = verdictOf(drill({ pending: [] }), 'pending-only');
      expect(verdict.outcome).to.equal('fail');
      expect(verdict.autopsy?.cause).to.equal('the threshold was never crossed');
    });
    it('fails if it was still pending at the end', () => {
      const left = (state: string) => ({
        manager: 'prometheus' as const,
        alert: alertName,
        labels: pageLabels,
        state,
        since: at(1.5),
      });
      const record = drill({});
      const found = (alert: ReturnType<typeof left>) => {
        if (record.evidence) record.evidence.left = [alert];
        return verdictOf(record, 'pending-only');
      };
      const { outcome, message, evidence } = found(left('pending'));
      expect([outcome, message]).to.deep.equal([
        'fail',
        'it was still pending at the end: it would have fired later',
      ]);
      expect(evidence.join()).to.match(
        /^pending \{.*since 1\.3 s after the first request hit; its `for` is 8\.0 s$/,
      );
      // In Grafana, an alert without data is active as well.
      expect(found(left('without data')).outcome).to.equal('fail');
      expect(found({ ...left('pending'), alert: 'Other' }).outcome).to.equal('pass');
    });
    it('is broken if the active alerts were not recorded, except in records of older versions', () => {
      const record = drill({});
      if (record.evidence) Reflect.deleteProperty(record.evidence, 'left');
      expect(verdictOf(record, 'pending-only').outcome).to.equal('broken');
      expect(verdictOf({ ...record, version: 2 }, 'pending-only').outcome).to.equal('pass');
    });
    it('fails when it was pending only before the fault', () => {
      const before = { ...pendingState, from: at(-8), to: at(-3) };
      expect(verdictOf(drill({ pending: [before] }), 'pending-only').outcome).to.equal('fail');
    });
  });
});
