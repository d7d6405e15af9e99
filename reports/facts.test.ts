import { expect } from 'chai';
import { failures, floorText, leadAlert, samePage, subjectOf, subjectOfId, waySteps } from './facts.ts';
import { sampleAlert } from './testing/alert.ts';
import { sampleRecord } from './testing/sample-record.ts';
import { brokenVerdicts } from './testing/verdicts.ts';

const stepOf = (name: string, kind: Parameters<typeof sampleRecord>[0] = 'held') =>
  waySteps(sampleRecord(kind), sampleAlert(kind === 'never-crossed' ? kind : 'held')).find(
    (s) => s.name === name,
  );

describe('facts of a record', () => {
  it('counts hops from the first hit and gives each the time since the one before', () => {
    expect(stepOf('fault injected')).to.include({ number: 1, sinceMs: -180 });
    expect(stepOf('fault injected')).to.not.have.property('tookMs');
    expect(stepOf('firing')).to.include({ number: 7, sinceMs: 10_370, tookMs: 8100 });
    expect(stepOf('fault reverted')).to.not.have.property('tookMs');
  });

  it('never lets a hop take less than nothing, nor the next one be charged for it', () => {
    const alert = sampleAlert('held');
    const shifted = alert.hops.map((h) => (h.name === 'pending' && h.at ? { ...h, at: h.at - 200 } : h));
    const steps = waySteps(sampleRecord(), { ...alert, hops: shifted });
    expect(steps.find((s) => s.name === 'pending')?.tookMs).to.equal(0);
    expect(steps.find((s) => s.name === 'firing')?.tookMs).to.equal(8150);
  });

  it('leaves the times of a hop that was not reached out', () => {
    expect(stepOf('pending', 'never-crossed')).to.not.have.any.keys('sinceMs', 'tookMs');
  });

  it('leaves out the hops of requests where the fault hits none', () => {
    const record = sampleRecord();
    const { hits: _, ...fault } = record.scenario.fault;
    const untouched = { ...record, scenario: { ...record.scenario, fault } };
    const alert = sampleAlert('held');
    const hops = alert.hops.map(({ name, at, source }) =>
      name.endsWith('request hit') || at === undefined ? { name, source } : { name, at, source },
    );
    const names = waySteps(untouched, { ...alert, hops }).map((s) => s.name);
    expect(names).to.have.length(12).and.not.include('first request hit');
    expect(waySteps(record, { ...alert, hops })).to.have.length(14);
  });

  it('tells verdicts of one alert and receiver apart by their expectation', () => {
    const about = { check: 'arrives', alert: 'A', receiver: 'slack' } as const;
    const verdict = { id: 'x', title: '', outcome: 'pass' as const, message: '', evidence: [], ...about };
    expect(subjectOf({ ...verdict, expectation: 1 })).to.deep.equal({ subject: '1', ...about });
    expect(samePage({ ...verdict, expectation: 1 }, { ...verdict, expectation: 2 })).to.equal(false);
    expect(
      samePage({ ...verdict, expectation: 1 }, { ...verdict, expectation: 1, check: 'labels' }),
    ).to.equal(true);
  });

  it('reads what an id says, in older records', () => {
    expect(subjectOfId('A@slack/arrives')).to.include({
      alert: 'A',
      receiver: 'slack',
      check: 'arrives',
    });
    expect(subjectOfId('A@slack#2/labels')).to.include({ subject: 'A@slack#2', receiver: 'slack' });
    expect(subjectOfId('A/pending-only')).to.deep.equal({
      subject: 'A',
      alert: 'A',
      check: 'pending-only',
    });
  });

  it('tells each cause of failure once', () => {
    const [only, ...more] = failures(sampleRecord('routed-elsewhere'));
    expect(more).to.deep.equal([]);
    expect(only?.verdicts.map((v) => subjectOf(v).receiver)).to.deep.equal(['slack', 'pagerduty']);
    expect(failures(sampleRecord('held', { verdicts: brokenVerdicts('no effect') }))).to.have.length(1);
    expect(failures(sampleRecord('broken'))).to.deep.equal([]);
  });

  it('still reports a failed label of a page that arrived', () => {
    const { verdicts } = sampleRecord();
    const bad = verdicts.map((v) => (v.id.endsWith('/labels') ? { ...v, outcome: 'fail' as const } : v));
    expect(failures(sampleRecord('held', { verdicts: bad }))).to.have.length(2);
  });

  it('leads with the alert that failed', () => {
    const record = sampleRecord('never-crossed');
    const other = { ...sampleAlert('held'), alert: 'Other' };
    const evidence = record.evidence && { ...record.evidence, alerts: [other, ...record.evidence.alerts] };
    expect(leadAlert({ ...record, ...(evidence ? { evidence } : {}) })?.alert).to.equal(
      'CheckoutErrorRateHigh',
    );
  });

  it('writes a floor with one unit', () => {
    expect(floorText({ best: 500, mean: 1500, worst: 2500 })).to.equal('0.5 / 1.5 / 2.5 s');
    expect(floorText({ best: 10, mean: 20, worst: 30 })).to.equal('10 / 20 / 30 ms');
    expect(floorText({ best: 10, mean: 20, worst: Number.POSITIVE_INFINITY })).to.equal('0.0 / 0.0 / – s');
  });
});
