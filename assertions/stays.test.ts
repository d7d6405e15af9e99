import { expect } from 'chai';
import type { AlertStretch } from '../core/record.ts';
import { judge } from './judge.ts';
import { at, pageAt, pageLabels, scenarioWith } from './testing/basics.ts';
import { evidenceOf, firingState } from './testing/evidence.ts';
import { recordWith, verdictOf } from './testing/record.ts';

/** The fault of the record is held until 10.9 s, and the page arrives at 10.5 s. */
const firing = (from: number, to: number, changes: Partial<AlertStretch> = {}): AlertStretch => ({
  labels: pageLabels,
  from: at(from),
  to: at(to),
  endedAt: at(to + 1),
  ...changes,
});
const withFiring = (...stretches: AlertStretch[]) =>
  verdictOf(recordWith({ evidence: { alerts: [evidenceOf({ firing: stretches })] } }), 'stays');
const saidOf = ({ outcome, message }: ReturnType<typeof verdictOf>) => `${outcome}: ${message}`;

describe('an alert while its fault lasts', () => {
  it('passes if it fired until the revert', () => {
    expect(saidOf(withFiring(firingState))).to.equal('pass: it fired from 1.4 s before the revert on');
    // Still firing when the evidence was collected.
    expect(withFiring({ labels: pageLabels, from: at(9.5), to: at(60) }).outcome).to.equal('pass');
  });

  it('fails if it ended early, also without a resolved page', () => {
    const { outcome, message, evidence } = withFiring(firing(8, 9));
    expect([outcome, message]).to.deep.equal(['fail', 'it gave up 900 ms before the fault was reverted']);
    expect(evidence.join('\n')).to.match(/firing \{.*\} from 8\.0 s to 10\.0 s after the injection/);
  });

  it('tells that the value of its rule was gone when it ended', () => {
    const of = (instance: string, from: number) =>
      verdictOf(
        recordWith({
          evidence: {
            alerts: [
              evidenceOf({
                firing: [firing(8, 9, { labels: { ...pageLabels, instance: 'b' } })],
                conditions: [
                  {
                    ...{ kind: 'comparison', text: 'x > 1', left: 'x', operator: '>', threshold: 1 },
                    held: [{ from: at(1), to: at(9) }],
                    gone: { series: 2, stretches: [{ labels: { instance }, from: at(from), to: at(20) }] },
                  },
                ],
              }),
            ],
          },
        }),
        'stays',
      );
    const { message, evidence } = of('b', 9.1);
    expect(message).to.match(/before the fault was reverted: the value that its rule compares was gone$/);
    expect(evidence[0]).to.equal('x of {instance="b"} had no value from 9.1 s to 20.0 s after the injection');
    expect(of('a', 9.1).message).to.match(/before the fault was reverted$/);
    expect(of('b', 10.5).message).to.match(/before the fault was reverted$/);
  });

  it('fails if it flapped, even if it fired at the revert', () => {
    expect(saidOf(withFiring(firing(3, 5), firing(9.5, 20)))).to.equal(
      'fail: it ended and fired again while the fault lasted: 2 times',
    );
  });

  it('ignores everything after the revert', () => {
    expect(withFiring(firing(9.5, 20), firing(30, 31)).outcome).to.equal('pass');
  });

  it('fails when its page was resolved before the revert', () => {
    const pages = [pageAt(8), pageAt(9.9, { status: 'resolved', delivery: 1 })];
    expect(saidOf(verdictOf(recordWith({ pages }), 'stays'))).to.equal(
      'fail: it was resolved at slack 1.0 s before the fault was reverted',
    );
  });

  it('is judged for the alert that the page shows, or for any matching alert if it shows none', () => {
    const instance = (name: string) => ({ ...pageLabels, instance: name });
    const states = [firing(5, 7, { labels: instance('a') }), firing(6, 20, { labels: instance('b') })];
    const of = (labels: Record<string, string>) =>
      verdictOf(
        recordWith({
          pages: [pageAt(10.5, { labels }), pageAt(25, { labels, status: 'resolved', delivery: 1 })],
          evidence: { alerts: [evidenceOf({ firing: states })] },
        }),
        'stays',
      ).outcome;
    expect(of(instance('a'))).to.equal('fail');
    expect(of(instance('b'))).to.equal('pass');
    expect(of(pageLabels)).to.equal('pass');
  });

  it('is judged by its own states, if another rule of its name has some', () => {
    const other = firing(1, 2, { labels: { ...pageLabels, severity: 'other' } });
    const verdict = verdictOf(
      recordWith({
        evidence: { alerts: [evidenceOf({ firing: [other] }), evidenceOf({ firing: [firingState] })] },
      }),
      'stays',
    );
    expect(saidOf(verdict)).to.equal('pass: it fired from 1.4 s before the revert on');
  });

  it('fails if its labels change while it fires', () => {
    const value = (text: string) => ({ ...pageLabels, value: text });
    expect(
      withFiring(firing(8, 9, { labels: value('0.4') }), firing(10.6, 20, { labels: value('0.5') })).outcome,
    ).to.equal('fail');
  });

  it('is broken if its states, or the end of the fault, are not known', () => {
    expect(withFiring().outcome).to.equal('broken');
    expect(withFiring({ labels: pageLabels, from: at(8), to: at(9) }).outcome).to.equal('broken');
    const record = recordWith();
    if (record.faultWindow) Reflect.deleteProperty(record.faultWindow, 'heldUntil');
    expect(verdictOf(record, 'stays').outcome).to.equal('broken');
  });

  it('fails without a page', () => {
    expect(verdictOf(recordWith({ pages: [] }), 'stays').outcome).to.equal('fail');
  });

  it('is not judged for a fault of fixed length, nor in records of older versions', () => {
    const ids = (record: Parameters<typeof judge>[0]) =>
      judge(record)
        .verdicts.map(({ id }) => id)
        .join();
    const { fault } = scenarioWith();
    const burst = scenarioWith({ fault: { ...fault, lasts: '8s' } });
    expect(ids(recordWith({ scenario: burst }))).not.to.include('stays');
    expect(ids(recordWith({ version: 2 }))).not.to.match(/stays|nothing-left/);
  });
});
