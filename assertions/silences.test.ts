import { expect } from 'chai';
import type { SilenceEvidence } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { alertName, at, pageAt, scenarioWith } from './testing/basics.ts';
import { evidenceOf, hopsUntil, notifierAlert } from './testing/evidence.ts';
import { recordWith, verdictOf } from './testing/record.ts';

const silence: SilenceEvidence = {
  id: 's1',
  createdBy: 'ann',
  comment: 'new client',
  startsAt: at(0),
  endsAt: at(16),
  matchers: [`alertname="${alertName}"`, 'severity="page"'],
};
const silenceLine = (ends: string) =>
  `silence s1 by ann (new client) on {alertname="${alertName}", severity="page"} ends at ${ends}`;

/** 8 s and 20 s at fast pace. */
const scenario = (changes: Partial<PageExpectation> = { notBefore: '2m' }) => {
  const [own] = scenarioWith().expectations;
  if (own?.kind !== 'page') throw new Error('no page is expected');
  return scenarioWith({ expectations: [{ ...own, ...changes }] });
};
const arrivalAt = (seconds: number) =>
  verdictOf(
    recordWith({
      scenario: scenario(),
      pages: [pageAt(seconds)],
      evidence: {
        alerts: [
          evidenceOf({
            alertmanager: [notifierAlert({ notSilencedBy: [{ id: 's1', unmet: ['severity="page"'] }] })],
          }),
        ],
        silences: [silence],
      },
    }),
    'arrives',
  );

describe('a page that must not come before a time', () => {
  it('passes after it, up to a second before for the timers', () => {
    for (const seconds of [8, 7.01]) {
      expect(arrivalAt(seconds)).to.include({
        outcome: 'pass',
        title: `${alertName} reaches slack within 20.0 s, not before 8.0 s`,
      });
    }
  });

  it('fails before it, and names the matcher by which the silence missed it', () => {
    const verdict = arrivalAt(6.5);
    expect(verdict).to.include({
      outcome: 'fail',
      message: 'arrived 6.5 s after the injection, 1.5 s too early',
    });
    expect(verdict.evidence[1]).to.equal(
      `${silenceLine(new Date(silence.endsAt).toISOString())}; the alert does not satisfy severity="page"`,
    );
  });

  it('fails before it where nothing was silenced', () => {
    const record = recordWith({ scenario: scenario(), pages: [pageAt(6.5)] });
    expect(verdictOf(record, 'arrives').evidence[1]).to.equal('no silence was in force then');
  });
});

describe('a silence that outlives its window', () => {
  const silenced = notifierAlert({ silencedBy: ['s1'] });

  it('is named with its author and its end if no page came', () => {
    const endsAt = at(300);
    const alert = evidenceOf({ alertmanager: [silenced], hops: hopsUntil('notifier sent') });
    const record = recordWith({
      pages: [],
      evidence: { alerts: [alert], silences: [{ ...silence, endsAt }] },
    });
    const { autopsy } = verdictOf(record, 'arrives');
    expect(autopsy).to.include({ hop: 'page received', cause: 'the alert was silenced' });
    expect(autopsy?.evidence).to.include(silenceLine(new Date(endsAt).toISOString()));
  });

  const late = (endsAt: number) =>
    verdictOf(
      recordWith({
        pages: [pageAt(25)],
        evidence: {
          alerts: [
            evidenceOf({
              alertmanager: [silenced],
              route: { receiver: 'slack', path: [], groupWaitMs: 667, groupIntervalMs: 20_000 },
            }),
          ],
          silences: [{ ...silence, endsAt }],
        },
      }),
      'arrives',
    ).autopsy;

  it('is named if the page came late, at the first look at its group afterwards', () => {
    expect(late(at(16))).to.deep.equal({
      hop: 'page received',
      cause: 'the alert was silenced',
      evidence: [
        silenceLine(new Date(at(16)).toISOString()),
        'the page came 9.0 s after its end, when the group was looked at again',
      ],
    });
  });

  it('is not blamed for a page that came still later', () => {
    expect(late(at(1))?.cause).to.equal('the page arrived late');
  });
});
