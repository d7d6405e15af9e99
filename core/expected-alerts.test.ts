import { expect } from 'chai';
import { alertsWithEvidence, evidenceOf, expectedAlerts, expectedPages } from './expected-alerts.ts';
import { floorKey } from './floor-for.ts';
import { pathText } from './path.ts';
import type { DrillRecord } from './record.ts';
import type { Expectation, PageExpectation } from './scenario.ts';

const page = (changes: Partial<PageExpectation> = {}): PageExpectation => ({
  ...{ kind: 'page', alert: 'A', receiver: 'slack', within: '5m', resolvedWithin: '8m' },
  ...{ labels: { team: 'a' }, runbook: true, belowFloor: false },
  ...changes,
});
const escalating = page({
  ...{ contactPoint: 'team', urgency: 'low', notifications: { atMost: 1 } },
  escalatesTo: { receiver: 'pagerduty', after: '15m' },
});
const suppressed = (alerts: string[], by: string): Expectation => ({ kind: 'suppressed', alerts, by });
const evidenceFor = (...expectations: Expectation[]) =>
  alertsWithEvidence(expectations).map((one) => ('by' in one ? `${one.alert} by ${one.by}` : one.alert));

describe('the alerts that a scenario expects', () => {
  it('are those of each expectation, with their places', () => {
    const all = expectedAlerts([escalating, suppressed(['B', 'C'], 'A')]);
    expect(all.map(({ expectation, at }) => [expectation.alert, pathText(at)])).to.deep.equal([
      ['A', 'expectations[0]'],
      ['A', 'expectations[0].escalatesTo'],
      ['B', 'expectations[1].alerts[0]'],
      ['C', 'expectations[1].alerts[1]'],
      ['A', 'expectations[1].by'],
    ]);
    expect(all.map(({ isEscalation = false }) => isEscalation).indexOf(true)).to.equal(1);
  });

  it('include the page of an escalation, later by its time, and without what only the first page must have', () => {
    const [own, second] = expectedPages([escalating]);
    expect(own).to.equal(escalating);
    expect(second).to.deep.equal({ ...page(), receiver: 'pagerduty', within: '20m' });
    const [, labelled] = expectedPages([
      page({
        escalatesTo: { receiver: 'slack', contactPoint: 'managers', labels: { team: 'b' }, after: '90s' },
      }),
    ]);
    expect(labelled).to.deep.equal(
      page({ contactPoint: 'managers', labels: { team: 'b' }, within: '6m30s' }),
    );
  });

  it('have evidence once each, except pages, which have it for each receiver', () => {
    expect(evidenceFor(page(), page({ receiver: 'webhook' }))).to.deep.equal(['A', 'A']);
    expect(evidenceFor(escalating)).to.deep.equal(['A', 'A']);
    expect(evidenceFor(suppressed(['B'], 'A'), page())).to.deep.equal(['B by A', 'A']);
    expect(evidenceFor(suppressed(['C'], 'B'), suppressed(['B'], 'A'), suppressed(['D'], 'A'))).to.deep.equal(
      ['C by B', 'B by A', 'A', 'D by A'],
    );
  });
});

describe('the evidence of an expected alert', () => {
  const expectations = [suppressed(['B'], 'X'), escalating, page({ receiver: 'webhook' })];
  const alerts = alertsWithEvidence(expectations).map(({ alert }, i) => ({ alert, id: i }));
  const record = {
    scenario: { expectations },
    evidence: { alerts },
  } as unknown as Pick<DrillRecord, 'evidence' | 'scenario'>;
  const idOf = (...input: Parameters<typeof evidenceOf>) => evidenceOf(...input) as unknown as { id: number };

  it('is its own, if several have its name', () => {
    const pages = expectedPages(expectations);
    expect(alerts.map(({ alert }) => alert)).to.deep.equal(['B', 'X', 'A', 'A', 'A']);
    expect(pages.map((one) => idOf(record, one).id)).to.deep.equal([2, 3, 4]);
    expect(idOf(record, { kind: 'suppressed', alert: 'X' }).id).to.equal(1);
  });

  it('is that of any expectation of its name, if it has none of its own', () => {
    expect(idOf(record, page({ receiver: 'telegram' })).id).to.equal(2);
    expect(idOf(record, { kind: 'suppressed', alert: 'A' }).id).to.equal(2);
    expect(evidenceOf(record, { kind: 'pending-only', alert: 'Z' })).to.equal(undefined);
  });
});

describe('the key of a floor', () => {
  it('is the name of the alert, or tells apart several expectations of it', () => {
    const keys = (...expectations: Expectation[]) =>
      alertsWithEvidence(expectations).map((one) => floorKey({ expectations }, one));
    expect(keys(page(), suppressed(['B'], 'A'))).to.deep.equal(['A', 'B']);
    expect(keys(escalating)).to.deep.equal(['A@slack/team{team="a"}', 'A@pagerduty{team="a"}']);
  });
});
