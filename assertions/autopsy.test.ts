import { expect } from 'chai';
import type { AlertEvidence, Page } from '../core/record.ts';
import { judge } from './judge.ts';
import { autopsyOf, autopsyWithoutPage } from './testing/autopsy.ts';
import { at, pageAt, pageLabels, pendingOnlyScenario, scenarioWith } from './testing/basics.ts';
import { evidenceOf, hopsUntil, notifierAlert, pendingState } from './testing/evidence.ts';
import { floors, recordWith } from './testing/record.ts';

const pendingNow = {
  trueStretches: [{ from: at(1), to: at(6) }],
  pending: [pendingState],
  firing: [],
  alertmanager: [],
};
const paging = (changes: Partial<AlertEvidence> = {}) =>
  evidenceOf({ hops: hopsUntil('notifier sent'), ...changes });

describe('autopsy', () => {
  describe('of a late page', () => {
    const late = (delays: Record<string, number>, page: Page, changes = {}) =>
      autopsyOf(
        recordWith({
          pages: [page],
          evidence: { alerts: [evidenceOf({ hops: hopsUntil('page received', delays) })] },
          ...changes,
        }),
      );

    it('names the hop that took longer than the configuration explains', () => {
      const found = late({ 'notifier sent': 22 }, pageAt(23));
      expect(found).to.include({ cause: 'the page arrived late', hop: 'notifier sent' });
      expect(found?.evidence[0]).to.equal(
        'up to "notifier sent" it took 12.5 s; the configuration explains up to 0 ms',
      );
    });
    it('does not name `for` if it took as long as configured', () => {
      expect(late({}, pageAt(25))).to.include({ hop: 'page received' });
    });
    it('names the longest hop if the configuration alone makes the page late', () => {
      const [[alert, floor] = []] = Object.entries(floors);
      if (!alert || !floor) throw new Error('no floor');
      const slow = { [alert]: { ...floor, detect: { ...floor.detect, worst: 24_000 } } };
      expect(late({ 'notifier sent': 9.6 }, pageAt(21), { floors: slow })?.hop).to.equal('page received');
    });
    it('names the longest hop if the floor is not known', () => {
      expect(late({}, pageAt(21), { floors: {} })?.hop).to.equal('page received');
      expect(
        late({ pending: 21, firing: 21.1, 'notifier sent': 21.2 }, pageAt(21.3), { floors: {} })?.hop,
      ).to.equal('pending');
    });
  });

  it('finds nothing if the page counts and is in time', () => {
    expect(autopsyOf(recordWith())).to.equal(undefined);
    const pending = evidenceOf(pendingNow);
    expect(
      autopsyOf(recordWith({ scenario: pendingOnlyScenario(), pages: [], evidence: { alerts: [pending] } })),
    ).to.equal(undefined);
  });

  it('finds nothing without evidence about the alert', () => {
    expect(autopsyOf(recordWith({ pages: [], evidence: { alerts: [] } }))).to.equal(undefined);
  });

  it('reads the evidence of its own expectation if several are about one alert', () => {
    const [own] = scenarioWith().expectations;
    if (own?.kind !== 'page') throw new Error('no page is expected');
    const silenced = evidenceOf({
      alertmanager: [notifierAlert({ receivers: ['slack'], silencedBy: ['s1'] })],
    });
    for (const other of [
      { ...own, receiver: 'pagerduty' as const },
      { ...own, contactPoint: 'payments' },
    ]) {
      const scenario = scenarioWith({ expectations: [other, own] });
      const evidence = { alerts: [evidenceOf({ alertmanager: [] }), silenced] };
      const { verdicts } = judge(recordWith({ scenario, pages: [], evidence }));
      const causes = verdicts.filter(({ check }) => check === 'arrives').map(({ autopsy }) => autopsy?.cause);
      expect(causes).to.deep.equal(['Alertmanager never got the alert', 'the alert was silenced']);
    }
  });

  it('finds nothing for an alert whose page counts, whatever other alerts of its name did', () => {
    const both = [
      notifierAlert({ silencedBy: ['s1'] }),
      notifierAlert({ labels: { ...pageLabels, job: 'b' } }),
    ];
    expect(autopsyWithoutPage(paging({ alertmanager: both }))?.cause).to.equal(
      'the alert was grouped and waiting',
    );
  });
});
